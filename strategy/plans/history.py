"""How the history of plans and their cycles is told, and what follows when they are put back."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.base.versions import kept
from cxplanner.events.history.kept import Kept, Returned
from strategy.plans.models import Cycle, Plan, Pulse
from strategy.plans.services import bump_pulse, goal_is_due_after


def settle_plans(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of plans that were put back."""
    for one in returned:
        if one.row is not None:
            if not Pulse.objects.filter(plan=one.row).exists():
                kept(Pulse(plan=one.row))
            bump_pulse(one.row.pk)


def settle_cycles(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of cycles that were put back. Raises ValidationError where goals stick out."""
    for one in returned:
        cycle: Cycle = one.thing
        if one.row is not None and goal_is_due_after(cycle):
            raise ValidationError({"ends_on": _("A goal is due after that day. Move it first.")})
        bump_pulse(cycle.plan_id)


PLAN = Kept(
    Plan,
    path="plans",
    settle=settle_plans,
    also=("status",),
    own=frozenset({"status"}),
    goes_with=frozenset({"pulse"}),
    labels={"status": gettext_lazy("status")},
)
CYCLE = Kept(Cycle, path="cycles", settle=settle_cycles, own=frozenset({"closed_at"}))
