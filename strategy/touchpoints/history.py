"""How a touchpoint's history is told, and what follows when touchpoints are put back."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.plans.services import bump_pulse
from strategy.touchpoints.checklists import Answers, told
from strategy.touchpoints.models import Audit, Touchpoint


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose touchpoints were put back."""
    for plan_id in {one.thing.plan_id for one in returned}:
        bump_pulse(plan_id)


def settle_audits(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans of audits that were put back.

    A touchpoint that was made in the same act is gone by then, and has seen to its plan itself.
    """
    places = {one.thing.touchpoint_id for one in returned}
    plans = Touchpoint.objects.filter(pk__in=places).order_by().values_list("plan", flat=True)
    for plan_id in plans.distinct():
        bump_pulse(plan_id)


def _checklist(answers: Answers) -> str:
    found = (filter(None, (one.item, one.words, one.note)) for one in told(answers))
    return "; ".join(" · ".join(words) for words in found)


TOUCHPOINT = Kept(
    Touchpoint,
    path="touchpoints",
    settle=settle,
    also=("position",),
    labels={"position": gettext_lazy("place on the list")},
    say={"position": lambda _row, value: str(value + 1)},
)
AUDIT = Kept(
    Audit,
    path="audits",
    settle=settle_audits,
    labels={"graded_on": gettext_lazy("day"), "checklist": gettext_lazy("checklist")},
    say={"checklist": lambda _row, value: _checklist(value)},
)
