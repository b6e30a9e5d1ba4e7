"""Everything a person can do with the steps of a tactic."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.members.work import Heir, columns_of, with_owner
from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.plans.services import bump_pulse, open_cycle
from strategy.tactics.models import OPEN, Tactic, TacticStep


class StepFields(TypedDict, total=False):
    """What people say of a step; `owner` is a member or a plain name, `done` ticks it off."""

    text: str
    owner: Heir | None
    owner_name: str
    due_on: date | None
    done: bool


@transaction.atomic
def add_step(*, tactic: Tactic, by: Membership, **fields: Unpack[StepFields]) -> TacticStep:
    """Put a step behind a tactic's others. Raises ValidationError, CycleClosed."""
    open_cycle(tactic.cycle)
    step = TacticStep(tactic=locked(tactic))
    for name, value in _settled(step, {**fields}, by=by).items():
        setattr(step, name, value)
    step.position = step.tactic.steps.count()
    kept(step)
    record("tactic.step_added", tactic.ref, by=by, text=step.text)
    bump_pulse(tactic.cycle.plan_id)
    return step


@transaction.atomic
def change_step(
    step: TacticStep,
    *,
    by: Membership,
    tactic: Tactic | None = None,
    expected_version: int | None = None,
    **fields: Unpack[StepFields],
) -> TacticStep:
    """Change a step, tick it off or take that back. Raises Stale, ValidationError, CycleClosed."""
    open_cycle(step.tactic.cycle)
    step = locked(step, expected_version=expected_version)
    if tactic is not None and tactic.pk != step.tactic_id:
        raise ValidationError({"tactic": _("A step stays with its tactic.")})
    was_done = step.done_on is not None
    changes = assign(step, _settled(step, {**fields}, by=by))
    if changes:
        done = step.done_on is not None
        _tell(step, "step_done" if done and not was_done else "step_changed", by=by)
    return step


def _settled(step: TacticStep, given: dict[str, Any], *, by: Membership) -> dict[str, Any]:
    if "done" in given:
        done = given.pop("done")
        given["done_on"] = (step.done_on or by.workspace.today()) if done else None
    return with_owner(given)


@transaction.atomic
def move_step(
    step: TacticStep, *, position: int, by: Membership, expected_version: int | None = None
) -> TacticStep:
    """Put a step at a place (0 = first) among the living ones of its tactic.

    Raises Stale, CycleClosed.
    """
    open_cycle(step.tactic.cycle)
    step = locked(step, expected_version=expected_version)
    before = list(
        TacticStep.objects.filter(tactic=step.tactic_id, archived_at=None).select_for_update()
    )
    order = placed(step, position, before)
    if order == before:
        return step
    assign(step, {"position": order.index(step)})
    renumber(order)
    _tell(step, "step_moved", by=by)
    return step


@transaction.atomic
def archive_step(
    step: TacticStep, *, by: Membership, expected_version: int | None = None
) -> TacticStep:
    """Take a step off its tactic. Raises Stale, CycleClosed."""
    open_cycle(step.tactic.cycle)
    step = locked(step, expected_version=expected_version)
    if assign(step, {"archived_at": step.archived_at or timezone.now()}):
        _tell(step, "step_archived", by=by)
    return step


@transaction.atomic
def restore_step(step: TacticStep, *, by: Membership) -> TacticStep:
    """Put an archived step back on its tactic. Raises CycleClosed."""
    open_cycle(step.tactic.cycle)
    step = locked(step)
    if assign(step, {"archived_at": None}):
        _tell(step, "step_restored", by=by)
    return step


@transaction.atomic
def hand_over_steps(steps: Iterable[int], *, to: Heir, by: Membership) -> list[TacticStep]:
    """Give open steps (ids) another owner in one act; those done keep theirs."""
    rows = TacticStep.objects.filter(pk__in=list(steps), archived_at=None, done_on=None)
    rows = rows.filter(tactic__archived_at=None, tactic__state__in=OPEN)
    rows = rows.filter(tactic__cycle__closed_at=None).select_related("tactic__cycle")
    handed = []
    for step in rows.select_for_update(of=("self",)).order_by("pk"):
        if assign(step, columns_of(to)):
            _tell(step, "step_changed", by=by)
            handed.append(step)
    return handed


def _tell(step: TacticStep, what: str, *, by: Membership) -> None:
    record(f"tactic.{what}", step.tactic.ref, by=by, text=step.text)
    bump_pulse(step.tactic.cycle.plan_id)
