"""How the history of tactics is told, and what follows when they are put back."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.goals.history import hold
from strategy.plans.models import Cycle
from strategy.plans.services import bump_pulse
from strategy.tactics.models import (
    Tactic,
    TacticGoal,
    TacticReason,
    TacticStep,
    TacticTouchpoint,
)


def hold_of_steps(steps: Sequence[Any]) -> None:
    """Hold the cycles of steps, those of tactics that are gone left out. Raises CycleClosed."""
    hold(list(Tactic.objects.filter(pk__in={one.tactic_id for one in steps})))


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose tactics were put back."""
    cycles = Cycle.objects.filter(pk__in={one.thing.cycle_id for one in returned})
    for plan_id in set(cycles.order_by().values_list("plan", flat=True)):
        bump_pulse(plan_id)


def settle_steps(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose steps were put back; a tactic gone wakes its own."""
    tactics = Tactic.objects.filter(pk__in={one.thing.tactic_id for one in returned})
    for plan_id in set(tactics.order_by().values_list("cycle__plan", flat=True)):
        bump_pulse(plan_id)


_LABELS = {
    "position": gettext_lazy("place on the list"),
    "owner": gettext_lazy("owner"),
    "due_on": gettext_lazy("due day"),
}
_SAY = {"position": lambda _row, value: str(value + 1)}

TACTIC = Kept(
    Tactic,
    path="tactics",
    hold=hold,
    settle=settle,
    also=("position", "done_on"),
    labels=_LABELS | {"starts_on": gettext_lazy("start")},
    say=_SAY,
)
TACTIC_GOAL = Kept(TacticGoal)
TACTIC_TOUCHPOINT = Kept(TacticTouchpoint)
TACTIC_REASON = Kept(TacticReason)
TACTIC_STEP = Kept(
    TacticStep,
    path="tactic-steps",
    hold=hold_of_steps,
    settle=settle_steps,
    also=("position", "done_on"),
    labels=_LABELS,
    say=_SAY,
)
