"""How the history of evidence is told; a version comes back as verified as it was."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.evidence.models import Evidence
from strategy.plans.services import bump_pulse


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose evidence was put back."""
    for plan_id in {one.thing.plan_id for one in returned}:
        bump_pulse(plan_id)


EVIDENCE = Kept(
    Evidence,
    path="evidence",
    settle=settle,
    also=("verified_at",),
    labels={"verified_at": gettext_lazy("verified")},
)
