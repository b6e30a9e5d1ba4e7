"""Tactics as plain data: for an export, a template, and another plan to start from."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date

from cxplanner.base.versions import kept
from strategy.goals.models import Goal
from strategy.plans.models import Plan
from strategy.plans.selectors import running_cycle
from strategy.plans.services import bump_pulse
from strategy.tactics.models import (
    State,
    Tactic,
    TacticGoal,
    TacticStep,
    TacticTouchpoint,
)
from strategy.touchpoints.models import Touchpoint

_SAID = ("name", "note", "reason", "effort", "impact")
_DAYS = ("starts_on", "due_on")


def dumped(plan: Plan) -> list[dict[str, Any]]:
    """Return the living tactics of the running cycle; goals and touchpoints are named.

    Whose they were and how far they came stays behind.
    """
    cycle = running_cycle(plan, plan.workspace.today())
    rows = Tactic.objects.filter(cycle=cycle, archived_at=None).exclude(state=State.DROPPED)
    return [
        {name: getattr(row, name) for name in _SAID}
        | {name: _iso(getattr(row, name)) for name in _DAYS}
        | {
            "goals": [goal.statement for goal in row.goals.all() if goal.archived_at is None],
            "touchpoints": [one.name for one in row.touchpoints.all() if one.archived_at is None],
            "steps": [
                {"text": step.text, "due_on": _iso(step.due_on)}
                for step in row.steps.all()
                if step.archived_at is None
            ],
        }
        for row in rows.prefetch_related("goals", "touchpoints", "steps")
    ]


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


@transaction.atomic
def loaded(plan: Plan, tactics: Iterable[Mapping[str, Any]]) -> None:
    """Add tactics behind those of the running cycle; one of the same name is not doubled.

    A plan without a running cycle takes none. Raises ValidationError.
    """
    cycle = running_cycle(plan, plan.workspace.today())
    if cycle is None:
        return
    there = {row.name for row in cycle.tactics.filter(archived_at=None)}
    goals = {row.statement: row for row in cycle.goals.filter(archived_at=None)}
    places = {row.name: row for row in plan.touchpoints.filter(archived_at=None)}
    position = cycle.tactics.count()
    for one in tactics:
        if one["name"] not in there:
            said = {name: one[name] for name in _SAID if name in one}
            days = {name: parse_date(one.get(name) or "") for name in _DAYS}
            tactic = kept(Tactic(cycle=cycle, position=position, **said, **days))
            position += 1
            _join(tactic, one, goals, places)
    bump_pulse(plan.pk)


def _join(
    tactic: Tactic,
    said: Mapping[str, Any],
    goals: Mapping[str, Goal],
    places: Mapping[str, Touchpoint],
) -> None:
    """Give a tactic its steps, and those of its goals and touchpoints that are there by name."""
    for statement in said.get("goals", ()):
        if statement in goals:
            kept(TacticGoal(tactic=tactic, goal=goals[statement]))
    for name in said.get("touchpoints", ()):
        if name in places:
            kept(TacticTouchpoint(tactic=tactic, touchpoint=places[name]))
    for place, step in enumerate(said.get("steps", ())):
        due = parse_date(step.get("due_on") or "")
        kept(TacticStep(tactic=tactic, text=step["text"], due_on=due, position=place))
