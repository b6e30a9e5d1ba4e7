"""How the history of a SWOT is told, and what follows when it is put back."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.plans.services import bump_pulse
from strategy.swot.models import Absence, SwotEntry


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose SWOT was put back."""
    for plan_id in {one.thing.plan_id for one in returned}:
        bump_pulse(plan_id)


ENTRY = Kept(
    SwotEntry,
    path="swot",
    settle=settle,
    also=("position",),
    labels={"position": gettext_lazy("place in its quadrant")},
    say={"position": lambda _row, value: str(value + 1)},
)
ABSENCE = Kept(Absence, settle=settle)
