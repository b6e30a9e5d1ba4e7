"""Everything a person can do with a tactic."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.members.work import Heir, columns_of, with_owner
from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.refs import Ref, targets
from cxplanner.base.versions import Changes, assign, kept, locked
from cxplanner.events.services import record
from strategy.goals.models import Goal
from strategy.plans.models import Cycle, Plan
from strategy.plans.selectors import running_cycle
from strategy.plans.services import bump_pulse, open_cycle
from strategy.tactics.models import (
    OPEN,
    State,
    Tactic,
    TacticGoal,
    TacticReason,
    TacticTouchpoint,
)
from strategy.touchpoints.models import Touchpoint

# What a tactic may answer; what people typed of it stands in `reason`.
REASONS = frozenset({"swotentry", "journeycard", "personastatement", "evidence", "response"})


# Rows that join a tactic to things, by what they are joined to.
_Rows = dict[Any, Any]


class TacticFields(TypedDict, total=False):
    """What people say of a tactic; days inclusive, effort and impact 1 to 5.

    `owner` is a member, or the plain name of somebody without an account. `why` names things
    of REASONS.
    """

    cycle: Cycle
    name: str
    note: str
    reason: str
    state: str
    effort: int | None
    impact: int | None
    owner: Heir | None
    owner_name: str
    starts_on: date | None
    due_on: date | None
    goals: Iterable[Goal]
    touchpoints: Iterable[Touchpoint]
    why: Iterable[Ref]


@transaction.atomic
def create_tactic(
    *, by: Membership, plan: Plan | None = None, **fields: Unpack[TacticFields]
) -> Tactic:
    """Plan a tactic behind the cycle's others: of the cycle named, else the plan's running one.

    Raises ValidationError, CycleClosed.
    """
    given: dict[str, Any] = {**fields}
    cycle = open_cycle(_cycle_for(plan, given.pop("cycle", None), by=by))
    joins = _joins(given)
    tactic = Tactic(cycle=cycle)
    for name, value in _settled(tactic, given, by=by).items():
        setattr(tactic, name, value)
    tactic.position = cycle.tactics.count()
    kept(tactic)
    _join(tactic, joins)
    record("tactic.created", tactic.ref, by=by, name=tactic.name)
    bump_pulse(cycle.plan_id)
    return tactic


def _cycle_for(plan: Plan | None, cycle: Cycle | None, *, by: Membership) -> Cycle:
    found = cycle or (running_cycle(plan, by.workspace.today()) if plan else None)
    if found is None:
        raise ValidationError({"cycle": _("Name the plan or the cycle the tactic belongs to.")})
    if plan is not None and found.plan_id != plan.pk:
        raise ValidationError({"cycle": _("That cycle belongs to another plan.")})
    return found


@transaction.atomic
def change_tactic(
    tactic: Tactic,
    *,
    by: Membership,
    plan: Plan | None = None,
    expected_version: int | None = None,
    **fields: Unpack[TacticFields],
) -> Tactic:
    """Change what is said of a tactic; it stays in its cycle.

    Raises Stale, ValidationError, CycleClosed.
    """
    cycle = open_cycle(tactic.cycle)
    tactic = locked(tactic, expected_version=expected_version)
    given: dict[str, Any] = {**fields}
    if given.pop("cycle", cycle) != cycle or cycle.plan_id != (plan or cycle.plan).pk:
        raise ValidationError({"cycle": _("A tactic stays in its cycle.")})
    joins = _joins(given)
    changes = assign(tactic, _settled(tactic, given, by=by))
    joined = _join(tactic, joins)
    if joined and not changes:
        tactic.edit(expected_version=None)
        kept(tactic)
    if changes | joined:
        record("tactic.changed", tactic.ref, by=by, fields=_plain(changes | joined))
        bump_pulse(cycle.plan_id)
    return tactic


def _settled(tactic: Tactic, given: Mapping[str, Any], *, by: Membership) -> dict[str, Any]:
    """Return what is to be stored for what was given; its state says whether it is done."""
    values = with_owner(given)
    if "state" in values:
        done = values["state"] == State.DONE
        values["done_on"] = (tactic.done_on or by.workspace.today()) if done else None
    return values


def _joins(given: dict[str, Any]) -> dict[str, list[Any]]:
    """Take out of what was given what stands in rows of its own."""
    names = ("goals", "touchpoints", "why")
    return {name: list(given.pop(name)) for name in names if name in given}


def _join(tactic: Tactic, joins: Mapping[str, list[Any]]) -> Changes:
    """Let a tactic have these goals, touchpoints and reasons; return what differed.

    Raises ValidationError.
    """
    makers: Mapping[str, Callable[[Tactic, Iterable[Any]], tuple[_Rows, _Rows]]] = {
        "goals": _goals,
        "touchpoints": _touchpoints,
        "why": _reasons,
    }
    changes: Changes = {}
    for name, wanted in joins.items():
        there, make = makers[name](tactic, wanted)
        if set(there) == set(make):
            continue
        for key, row in there.items():
            if key not in make:
                row.delete()
        for key, row in make.items():
            if key not in there:
                kept(row)
        changes[name] = {"before": sorted(there), "after": sorted(make)}
    return changes


def _goals(tactic: Tactic, goals: Iterable[Goal]) -> tuple[_Rows, _Rows]:
    wanted = {one.pk: TacticGoal(tactic=tactic, goal=one) for one in goals}
    if any(row.goal.cycle_id != tactic.cycle_id for row in wanted.values()):
        raise ValidationError({"goals": _("A tactic serves goals of its own cycle.")})
    return {row.goal_id: row for row in tactic.goal_rows.all()}, wanted


def _touchpoints(tactic: Tactic, places: Iterable[Touchpoint]) -> tuple[_Rows, _Rows]:
    wanted = {one.pk: TacticTouchpoint(tactic=tactic, touchpoint=one) for one in places}
    if any(row.touchpoint.plan_id != tactic.cycle.plan_id for row in wanted.values()):
        raise ValidationError({"touchpoints": _("That touchpoint belongs to another plan.")})
    return {row.touchpoint_id: row for row in tactic.touchpoint_rows.all()}, wanted


def _reasons(tactic: Tactic, refs: Iterable[Ref]) -> tuple[_Rows, _Rows]:
    asked = list(refs)
    things = targets(asked)
    own = {ref for ref, row in things.items() if row.ref_plan_id == tactic.cycle.plan_id}
    if any(ref.kind not in REASONS or ref not in own for ref in asked):
        words = _("A tactic answers what stands in its own plan: a SWOT entry, a customer’s words.")
        raise ValidationError({"why": words})
    wanted = {
        str(ref): TacticReason(tactic=tactic, about_kind=ref.kind, about_id=str(ref.id))
        for ref in asked
    }
    return {str(row.about): row for row in tactic.reason_rows.all()}, wanted


@transaction.atomic
def move_tactic(
    tactic: Tactic,
    *,
    state: str,
    position: int,
    by: Membership,
    expected_version: int | None = None,
) -> Tactic:
    """Put a tactic into a state, at a place (0 = first) among the living ones of that state.

    Raises Stale, ValidationError, CycleClosed.
    """
    cycle = open_cycle(tactic.cycle)
    tactic = locked(tactic, expected_version=expected_version)
    before = list(cycle.tactics.filter(state=state, archived_at=None).select_for_update())
    order = placed(tactic, position, before)
    if order == before:
        return tactic
    place = order.index(tactic)
    assign(tactic, _settled(tactic, {"state": state, "position": place}, by=by))
    renumber(order)
    record("tactic.moved", tactic.ref, by=by, state=state, position=place)
    bump_pulse(cycle.plan_id)
    return tactic


@transaction.atomic
def archive_tactic(
    tactic: Tactic, *, by: Membership, expected_version: int | None = None
) -> Tactic:
    """Hide a tactic with its steps. Raises Stale, CycleClosed."""
    cycle = open_cycle(tactic.cycle)
    tactic = locked(tactic, expected_version=expected_version)
    if assign(tactic, {"archived_at": tactic.archived_at or timezone.now()}):
        record("tactic.archived", tactic.ref, by=by, name=tactic.name)
        bump_pulse(cycle.plan_id)
    return tactic


@transaction.atomic
def restore_tactic(tactic: Tactic, *, by: Membership) -> Tactic:
    """Show an archived tactic again. Raises CycleClosed."""
    cycle = open_cycle(tactic.cycle)
    tactic = locked(tactic)
    if assign(tactic, {"archived_at": None}):
        record("tactic.restored", tactic.ref, by=by, name=tactic.name)
        bump_pulse(cycle.plan_id)
    return tactic


@transaction.atomic
def hand_over_tactics(tactics: Iterable[int], *, to: Heir, by: Membership) -> list[Tactic]:
    """Give open tactics (ids) another owner in one act; those done or archived keep theirs."""
    living = Tactic.objects.filter(pk__in=list(tactics), archived_at=None, state__in=OPEN)
    living = living.filter(cycle__closed_at=None).select_related("cycle")
    handed = []
    for tactic in living.select_for_update(of=("self",)).order_by("pk"):
        changes = assign(tactic, columns_of(to))
        if changes:
            record("tactic.changed", tactic.ref, by=by, fields=_plain(changes))
            handed.append(tactic)
    for plan_id in {tactic.cycle.plan_id for tactic in handed}:
        bump_pulse(plan_id)
    return handed


def _plain(changes: Changes) -> Changes:
    """Write days as text: what is told of a change is JSON."""
    return {
        name: {side: str(one) if isinstance(one, date) else one for side, one in two.items()}
        for name, two in changes.items()
    }
