"""How a goal's history is told, and what follows when goals are put back."""

from collections.abc import Sequence
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.goals import definition
from strategy.goals.models import Goal
from strategy.goals.phrases import figure
from strategy.goals.refresh import read_again
from strategy.goals.services import ParentArchived, ask_again
from strategy.goals.smart import BENEFITS
from strategy.plans.models import Cycle
from strategy.plans.services import bump_pulse, open_cycle


def hold(goals: Sequence[Any]) -> None:
    """Hold the goals' cycles first, as every change of a goal does. Raises CycleClosed."""
    cycles = {goal.cycle_id for goal in goals}
    for cycle in Cycle.objects.filter(pk__in=cycles).order_by("pk"):
        open_cycle(cycle)


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Check and read again goals that were put back, as after a change.

    Raises ValidationError where one does not fit its tree any more, ParentArchived.
    """
    trees: dict[int, list[Goal]] = {}
    for one in returned:
        if one.row is None:
            bump_pulse(one.thing.cycle.plan_id)
            continue
        goal: Goal = one.row
        if goal.cycle_id not in trees:
            trees[goal.cycle_id] = list(goal.cycle.goals.all())
        definition.check(goal, trees[goal.cycle_id])
        if goal.archived_at is None and goal.parent and goal.parent.archived_at is not None:
            raise ParentArchived(_("The goal it served is archived. Restore that one first."))
        if one.before is not None:
            ask_again(goal.cycle.plan, dict.fromkeys(one.changes), by=by)
        read_again(goal)


def _figure(goal: Goal, value: Any) -> str:
    return figure(goal, float(value))


def _benefit(_goal: Goal, value: str) -> str:
    return str(BENEFITS.get(value, value))


def _checkpoints(goal: Goal, value: list[dict[str, str]]) -> str:
    days = ((parse_date(one["on"]), one["value"]) for one in value)
    return "; ".join(f"{date_format(on, 'j E Y')}: {_figure(goal, of)}" for on, of in days if on)


GOAL = Kept(
    Goal,
    path="goals",
    hold=hold,
    settle=settle,
    also=("position",),
    goes_with=frozenset({"goalstate", "progresspoint"}),
    labels={
        "statement": gettext_lazy("sentence"),
        "metric": gettext_lazy("metric"),
        "touchpoint": gettext_lazy("touchpoint"),
        "baseline": gettext_lazy("baseline"),
        "target": gettext_lazy("target"),
        "checkpoints": gettext_lazy("checkpoints"),
        "starts_on": gettext_lazy("start"),
        "due_on": gettext_lazy("due day"),
        "owner": gettext_lazy("owner"),
        "parent": gettext_lazy("goal it serves"),
        "position": gettext_lazy("place among its siblings"),
    },
    say={
        **dict.fromkeys(("baseline", "target", "floor", "ceiling"), _figure),
        "position": lambda _goal, value: str(value + 1),
        "checkpoints": _checkpoints,
        "benefit": _benefit,
    },
)
