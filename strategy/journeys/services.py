"""Everything a person can do with a journey as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.journeys.drafts import Starter, stage_in
from strategy.journeys.lanes import as_stored, lanes_of, settled, with_own
from strategy.journeys.models import (
    Journey,
    JourneyCard,
    JourneyPersona,
    JourneyStep,
    StepPersona,
)
from strategy.journeys.starters import STARTERS
from strategy.personas.models import Persona
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse


class JourneyFields(TypedDict, total=False):
    """What people say of a journey; lanes as a journey keeps them."""

    name: str
    summary: str
    personas: Iterable[Persona]
    lanes: Sequence[Mapping[str, Any]]


@transaction.atomic
def create_journey(
    *, plan: Plan, by: Membership, starter: str = "", **fields: Unpack[JourneyFields]
) -> Journey:
    """Draw a journey behind the plan's others, with the steps of a starter where one is named.

    Raises ValidationError.
    """
    chosen = _starter(starter)
    said: dict[str, Any] = {**fields}
    if chosen is not None:
        said.setdefault("name", str(chosen.name))
        said["summary"] = said.get("summary") or str(chosen.summary)
    journey = _made(plan, said, by=by)
    if chosen is not None:
        _lay_out(journey, chosen)
    return journey


@transaction.atomic
def change_journey(
    journey: Journey,
    *,
    by: Membership,
    plan: Plan | None = None,
    starter: str = "",
    expected_version: int | None = None,
    **fields: Unpack[JourneyFields],
) -> Journey:
    """Change what is said of a journey. Raises Stale, ValidationError."""
    journey = locked(journey, expected_version=expected_version)
    if plan is not None and plan.pk != journey.plan_id:
        raise ValidationError({"plan": _("A journey stays in its plan.")})
    if starter:
        raise ValidationError({"starter": _("Only a new journey begins from a starter.")})
    said: dict[str, Any] = {**fields}
    personas = said.pop("personas", None)
    if "lanes" in said:
        said["lanes"] = _lanes(journey, said["lanes"])
    changes = assign(journey, said)
    if personas is not None and (changed := _be_of(journey, personas)):
        changes |= changed
        if set(changes) == set(changed):
            journey.edit(expected_version=None)
            kept(journey)
    if changes:
        record("journey.changed", journey.ref, by=by, fields=changes)
        bump_pulse(journey.plan_id)
    return journey


def arrange_lane(
    journey: Journey, *, key: str, act: str, by: Membership, expected_version: int | None = None
) -> Journey:
    """Show, hide or move one lane: `act` is show, hide, up, down or remove (an own, empty one).

    Raises Stale, ValidationError.
    """
    lanes = lanes_of(journey.lanes)
    keys = [one.key for one in lanes]
    if key not in keys:
        raise ValidationError({"lanes": _("That lane is no longer there.")})
    at, stored = keys.index(key), as_stored(lanes)
    line = stored.pop(at)
    if act in ("up", "down"):
        at = max(at + (1 if act == "down" else -1), 0)
    elif act in ("show", "hide"):
        line["shown"] = act == "show"
    if act != "remove":
        stored.insert(at, line)
    return change_journey(journey, by=by, lanes=stored, expected_version=expected_version)


def move_lane(journey: Journey, *, key: str, before: str, by: Membership) -> Journey:
    """Put a lane before another, or without one behind all. Raises ValidationError."""
    stored = {one["key"]: one for one in as_stored(lanes_of(journey.lanes))}
    if key not in stored or (before and before not in stored):
        raise ValidationError({"lanes": _("That lane is no longer there.")})
    order = [one for one in stored if one != key]
    order.insert(order.index(before) if before in order else len(order), key)
    if before == key or order == list(stored):
        return journey
    return change_journey(journey, by=by, lanes=[stored[one] for one in order])


def add_lane(
    journey: Journey, *, name: str, by: Membership, expected_version: int | None = None
) -> Journey:
    """Put a lane of the team's own behind the others. Raises Stale, ValidationError."""
    lanes = with_own(lanes_of(journey.lanes), name)
    return change_journey(journey, by=by, lanes=lanes, expected_version=expected_version)


@transaction.atomic
def move_journey(
    journey: Journey, *, position: int, by: Membership, expected_version: int | None = None
) -> Journey:
    """Put a journey at a place (0 = first) among its plan's living ones. Raises Stale."""
    journey = locked(journey, expected_version=expected_version)
    beside = Journey.objects.filter(
        plan=journey.plan_id, archived_at=None, future_of=None, opened_by=None
    )
    renumber(placed(journey, position, beside.select_for_update()))
    record("journey.moved", journey.ref, by=by, position=journey.position)
    bump_pulse(journey.plan_id)
    return journey


@transaction.atomic
def archive_journey(
    journey: Journey, *, by: Membership, expected_version: int | None = None
) -> Journey:
    """Hide a journey with all that is on it. Raises Stale."""
    journey = locked(journey, expected_version=expected_version)
    if assign(journey, {"archived_at": journey.archived_at or timezone.now()}):
        record("journey.archived", journey.ref, by=by, name=journey.name)
        bump_pulse(journey.plan_id)
    return journey


@transaction.atomic
def restore_journey(journey: Journey, *, by: Membership) -> Journey:
    """Show an archived journey again. Raises ValidationError where another took its place."""
    journey = locked(journey)
    if assign(journey, {"archived_at": None}):
        record("journey.restored", journey.ref, by=by, name=journey.name)
        bump_pulse(journey.plan_id)
    return journey


@transaction.atomic
def plan_future(journey: Journey, *, by: Membership) -> Journey:
    """Draw how a journey shall be, beginning from how it is; or return what is drawn already.

    Raises ValidationError for a journey that is itself a future.
    """
    journey = locked(journey)
    if journey.future_of_id is not None:
        raise ValidationError({"future_of": _("This journey is a future already.")})
    there = journey.futures.filter(archived_at=None).first()
    if there is not None:
        return there
    said = {"name": journey.name, "summary": journey.summary, "lanes": journey.lanes}
    people = list(journey.personas.all())
    future = _made(journey.plan, {**said, "personas": people}, by=by, future_of=journey)
    _copy(journey, future)
    return future


@transaction.atomic
def open_step(step: JourneyStep, *, by: Membership) -> Journey:
    """Open a step into a finer map of its own, or return the one there is."""
    step = locked(step)
    there = step.finer.filter(archived_at=None).first()
    if there is not None:
        return there
    people = list(step.journey.personas.all())
    return _made(step.plan, {"name": step.name, "personas": people}, by=by, opened_by=step)


def _made(plan: Plan, said: dict[str, Any], *, by: Membership, **place: Any) -> Journey:
    personas = said.pop("personas", ())
    journey = Journey(plan=plan, **place)
    said["lanes"] = settled(said.get("lanes", ()))
    for name, value in said.items():
        setattr(journey, name, value)
    journey.position = plan.journeys.count()
    kept(journey)
    _be_of(journey, personas)
    record("journey.created", journey.ref, by=by, name=journey.name)
    bump_pulse(plan.pk)
    return journey


def _be_of(journey: Journey, personas: Iterable[Persona]) -> dict[str, dict[str, Any]]:
    """Let a journey be of these personas; return what differed. Raises ValidationError."""
    wanted = {one.pk: one for one in personas}
    if any(one.plan_id != journey.plan_id for one in wanted.values()):
        raise ValidationError({"personas": _("That persona belongs to another plan.")})
    rows = {row.persona_id: row for row in journey.persona_rows.all()}
    if set(rows) == set(wanted):
        return {}
    for persona_id, row in rows.items():
        if persona_id not in wanted:
            row.delete()
    for persona_id, persona in wanted.items():
        if persona_id not in rows:
            kept(JourneyPersona(journey=journey, persona=persona))
    return {"personas": {"before": sorted(rows), "after": sorted(wanted)}}


def _lanes(journey: Journey, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Check lanes that take the place of others: none goes while cards lie in it."""
    lanes = settled(given)
    gone = {one["key"] for one in journey.lanes} - {one["key"] for one in lanes}
    own = [one.key for one in lanes_of(journey.lanes) if one.is_own and one.key in gone]
    cards = JourneyCard.objects.filter(step__journey=journey, lane__in=own, archived_at=None)
    if own and cards.exists():
        words = _("Cards lie in that lane. Move them first, or hide the lane.")
        raise ValidationError({"lanes": words})
    return lanes


# --- what a new map begins with -----------------------------------------------------------------


def _starter(key: str) -> Starter | None:
    if key and key not in STARTERS:
        raise ValidationError({"starter": _("There is no such starter.")})
    return STARTERS.get(key)


def _lay_out(journey: Journey, starter: Starter) -> None:
    """Put the steps and cards of a starter on an empty map."""
    plan = journey.plan
    for place, one in enumerate(starter.steps):
        step = kept(
            JourneyStep(
                plan=plan,
                journey=journey,
                name=str(one.name),
                stage=stage_in(plan.stages, one.stage),
                emotion=one.emotion,
                feeling=str(one.feeling),
                position=place,
            )
        )
        for lane, texts in one.cards.items():
            for number, text in enumerate(texts):
                kept(JourneyCard(step=step, lane=lane, text=str(text), position=number))


def _copy(journey: Journey, future: Journey) -> None:
    """Put copies of a map's living steps and cards on an empty one."""
    for step in journey.steps.filter(archived_at=None):
        columns = ("name", "stage", "channel", "touchpoint_id", "emotion", "feeling", "position")
        same = {name: getattr(step, name) for name in columns}
        twin = kept(JourneyStep(plan=step.plan, journey=future, origin=step, **same))
        for row in step.persona_rows.all():
            kept(StepPersona(step=twin, persona=row.persona, emotion=row.emotion))
        for card in step.cards.filter(archived_at=None):
            same = {name: getattr(card, name) for name in ("lane", "text", "persona", "position")}
            kept(JourneyCard(step=twin, **same))
