"""What a goal may be: typed targets made absolute, and a whole that fits its plan and its tree."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cxplanner.base.tenancy import current_workspace_id
from strategy.goals.models import Goal
from strategy.goals.smart import BENEFITS
from strategy.plans.models import Plan
from strategy.plans.segments import named

DEEPEST = 8  # levels of a tree that people still read
MOST_CHECKPOINTS = 60
_PLACES = Decimal("0.0001")
# A sign with a plus or a unit says "from the baseline"; a bare "-20" is the level −20.
_RELATIVE = re.compile(
    r"\s*(?P<sign>[+\-−])\s*(?P<amount>\d{1,13}(?:\.\d{1,4})?)\s*(?P<unit>%|points?|pts?)?\s*"
)
_ABSOLUTE = re.compile(r"\s*[-−]?\d{1,13}(?:\.\d{1,4})?\s*")


def target_of(typed: Decimal | str | None, baseline: Decimal | None) -> tuple[Decimal | None, str]:
    """Return a target in the metric's unit and, where it was typed relative, its sentence.

    "−20 %" is a share of the baseline, "+5" and "−5 points" a distance from it.
    Raises ValidationError for anything else, and without a baseline to go from.
    """
    if typed is None or isinstance(typed, Decimal):
        return typed, ""
    relative = _RELATIVE.fullmatch(typed)
    if relative and (relative["sign"] == "+" or relative["unit"]):
        return _from_baseline(relative, baseline), typed.strip()
    if not _ABSOLUTE.fullmatch(typed):
        raise ValidationError({"target": _("Write a number, or a change as “−20 %” or “+5”.")})
    return Decimal(typed.strip().replace("−", "-")), ""


def _from_baseline(typed: re.Match[str], baseline: Decimal | None) -> Decimal:
    if baseline is None:
        raise ValidationError({"target": _("A change needs a baseline to go from. Take it first.")})
    step = Decimal(typed["amount"])
    if typed["unit"] == "%":
        step = abs(baseline) * step / 100
        if not step:
            raise ValidationError({"target": _("A share of a baseline of 0 is no change.")})
    found = baseline + (step if typed["sign"] == "+" else -step)
    return found.quantize(_PLACES)


def checkpoints_of(given: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return checkpoints as they are stored, by day. `on` is a date, `value` a Decimal."""
    days = {one["on"]: one["value"] for one in given}
    return [{"on": day.isoformat(), "value": str(days[day])} for day in sorted(days)]


def check(goal: Goal, tree: Sequence[Goal]) -> None:
    """Refuse a goal that does not fit its cycle, plan or tree; `tree` is all goals of the cycle.

    Raises ValidationError that points at each field.
    """
    faults: dict[str, str] = {}
    plan_id = goal.cycle.plan_id
    if goal.metric and goal.metric.plan_id != plan_id:
        faults["metric"] = _("That metric belongs to another plan.")
    if goal.touchpoint and goal.touchpoint.plan_id != plan_id:
        faults["touchpoint"] = _("That touchpoint belongs to another plan.")
    if goal.owner and goal.owner.workspace_id != current_workspace_id():
        faults["owner"] = _("The owner is no member of this workspace.")
    if goal.floor is not None and goal.ceiling is not None and goal.floor > goal.ceiling:
        faults["floor"] = _("The floor lies above the ceiling. Swap them.")
    if goal.due_on > goal.cycle.ends_on:
        faults["due_on"] = _("The cycle ends before. Bring the date forward, or extend the cycle.")
    if goal.benefit and goal.benefit not in BENEFITS:
        faults["benefit"] = _("Choose one of: %(names)s.") % {"names": ", ".join(BENEFITS)}
    faults |= _faults_of_checkpoints(goal) | _faults_of_place(goal, tree)
    if faults:
        raise ValidationError(dict(faults))


def segment_of(plan: Plan, typed: str) -> str:
    """Return a segment in its stored spelling. Raises ValidationError."""
    return named(plan.segments, typed)


def _faults_of_checkpoints(goal: Goal) -> dict[str, str]:
    days = [date.fromisoformat(one["on"]) for one in goal.checkpoints]
    if len(days) > MOST_CHECKPOINTS:
        return {"checkpoints": _("At most %(most)d checkpoints.") % {"most": MOST_CHECKPOINTS}}
    if any(not goal.starts_on < day < goal.due_on for day in days):
        return {"checkpoints": _("Checkpoints lie between the start and the due day.")}
    return {}


def _faults_of_place(goal: Goal, tree: Sequence[Goal]) -> dict[str, str]:
    by_id = {one.pk: one for one in tree}
    if goal.parent_id is None:
        return {}
    if goal.parent_id not in by_id:
        return {"parent": _("The parent belongs to another cycle.")}
    above = [goal.parent_id]
    while (parent := by_id[above[-1]].parent_id) is not None and len(above) <= len(by_id):
        above.append(parent)
    if goal.pk is not None and goal.pk in above:
        return {"parent": _("A goal cannot serve one of its own sub-goals.")}
    if len(above) + height(goal, tree) > DEEPEST:
        return {"parent": _("At most %(most)d levels of goals.") % {"most": DEEPEST}}
    return {}


def height(goal: Goal, tree: Sequence[Goal]) -> int:
    """Return how many levels the goal and what hangs below it take."""
    levels, level = 1, branch_of([goal], tree)
    while level:
        levels, level = levels + 1, branch_of(level, tree)
    return levels


def branch_of(parents: Sequence[Goal], tree: Sequence[Goal]) -> list[Goal]:
    """Return the goals directly below these."""
    ids = {one.pk for one in parents if one.pk is not None}
    return [one for one in tree if one.parent_id in ids]


def whole_branch(goal: Goal, tree: Sequence[Goal]) -> list[Goal]:
    """Return a goal and all below it, parents first."""
    found, level = [goal], branch_of([goal], tree)
    while level:
        found += level
        level = branch_of(level, tree)
    return found
