"""Everything a person can do with the steps of a journey, which are the columns of its map."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.journeys.models import Journey, JourneyStep, StepPersona
from strategy.personas.models import Persona
from strategy.plans.services import bump_pulse
from strategy.touchpoints.models import Touchpoint
from strategy.vocabulary.selectors import COLUMN
from strategy.vocabulary.services import settled

MOST_STEPS = 60


class StepFields(TypedDict, total=False):
    """What people say of a step. A stage or channel that is new joins the plan's list.

    `personas` holds {"persona": a Persona, "emotion": −2 to 2 or None, as the step's}; empty is
    for everybody.
    """

    name: str
    stage: str
    channel: str
    touchpoint: Touchpoint | None
    emotion: int | None
    feeling: str
    personas: Iterable[Mapping[str, Any]]


@transaction.atomic
def add_step(
    *, journey: Journey, by: Membership, position: int | None = None, **fields: Unpack[StepFields]
) -> JourneyStep:
    """Put a step at a place (0 = first) among the living ones, without one behind them.

    A touchpoint brings its stage and channel where none are said. Raises ValidationError.
    """
    said = _settled(journey, {**fields}, by=by)
    journey = locked(journey)
    personas = said.pop("personas", ())
    living = list(living_steps(journey))
    if len(living) >= MOST_STEPS:
        words = _("A map has at most %(most)s steps. Open one into a finer map.")
        raise ValidationError({"journey": words % {"most": MOST_STEPS}})
    place: Touchpoint | None = said.get("touchpoint")
    if place is not None:
        said["stage"] = said.get("stage") or place.stage
        said["channel"] = said.get("channel") or place.channel
    step = JourneyStep(plan=journey.plan, journey=journey, **said)
    step.position = journey.steps.count()
    kept(step)
    _be_for(step, personas)
    if position is not None:
        renumber(placed(step, position, living))
    record("journey_step.added", step.ref, by=by, journey=journey.pk, name=step.name)
    bump_pulse(journey.plan_id)
    return step


@transaction.atomic
def change_step(
    step: JourneyStep,
    *,
    by: Membership,
    journey: Journey | None = None,
    expected_version: int | None = None,
    **fields: Unpack[StepFields],
) -> JourneyStep:
    """Change what is said of a step; it stays in its journey. Raises Stale, ValidationError."""
    if journey is not None and journey.pk != step.journey_id:
        raise ValidationError({"journey": _("A step stays in its journey.")})
    said = _settled(step.journey, {**fields}, by=by)
    personas = said.pop("personas", None)
    step = locked(step, expected_version=expected_version)
    changes = assign(step, said)
    if personas is not None and (changed := _be_for(step, personas)):
        if not changes:
            step.edit(expected_version=None)
            kept(step)
        changes |= changed
    if changes:
        record("journey_step.changed", step.ref, by=by, fields=changes)
        bump_pulse(step.plan_id)
    return step


def set_feeling(
    step: JourneyStep, *, emotion: int | None, by: Membership, persona: Persona | None = None
) -> JourneyStep:
    """Say how a step feels, to all or to one persona of its journey alone.

    A step that is for everybody stays so: it is for each persona of the journey then.
    Raises ValidationError.
    """
    if persona is None:
        return change_step(step, by=by, emotion=emotion)
    felt = {row.persona: row.emotion for row in step.persona_rows.select_related("persona")}
    felt = felt or dict.fromkeys(step.journey.personas.all())
    felt[persona] = emotion
    personas = [{"persona": who, "emotion": how} for who, how in felt.items()]
    return change_step(step, by=by, personas=personas)


@transaction.atomic
def move_step(
    step: JourneyStep,
    *,
    position: int,
    by: Membership,
    stage: str | None = None,
    expected_version: int | None = None,
) -> JourneyStep:
    """Put a step at a place (0 = first) among the living ones, perhaps into another stage.

    Raises Stale, ValidationError.
    """
    said = {} if stage is None else _settled(step.journey, {"stage": stage}, by=by)
    journey = locked(step.journey)
    step = locked(step, expected_version=expected_version)
    before = list(living_steps(journey))
    order = placed(step, position, before)
    place = order.index(step)
    if order == before and said.get("stage", step.stage) == step.stage:
        return step
    assign(step, said | {"position": place})
    renumber(order)
    record("journey_step.moved", step.ref, by=by, position=place, stage=step.stage)
    bump_pulse(step.plan_id)
    return step


@transaction.atomic
def archive_step(
    step: JourneyStep, *, by: Membership, expected_version: int | None = None
) -> JourneyStep:
    """Take a step off its map with its cards; nothing of it is lost. Raises Stale."""
    step = locked(step, expected_version=expected_version)
    if assign(step, {"archived_at": step.archived_at or timezone.now()}):
        record("journey_step.archived", step.ref, by=by, name=step.name)
        bump_pulse(step.plan_id)
    return step


@transaction.atomic
def restore_step(step: JourneyStep, *, by: Membership) -> JourneyStep:
    """Put an archived step back on its map."""
    step = locked(step)
    if assign(step, {"archived_at": None}):
        record("journey_step.restored", step.ref, by=by, name=step.name)
        bump_pulse(step.plan_id)
    return step


def living_steps(journey: Journey) -> QuerySet[JourneyStep]:
    """Return the steps on a map, the first first."""
    return journey.steps.filter(archived_at=None).order_by("position", "pk")


def _settled(journey: Journey, given: dict[str, Any], *, by: Membership) -> dict[str, Any]:
    """Return what is to be stored for what was given. Raises ValidationError."""
    place: Touchpoint | None = given.get("touchpoint")
    if place is not None and place.plan_id != journey.plan_id:
        raise ValidationError({"touchpoint": _("That touchpoint belongs to another plan.")})
    for which, column in COLUMN.items():
        if column in given:
            given[column] = settled(journey.plan, which, given[column], by=by)
    return given


def _be_for(step: JourneyStep, personas: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Let a step be for these personas; return what differed. Raises ValidationError."""
    wanted = {one["persona"].pk: one for one in personas}
    if any(one["persona"].plan_id != step.plan_id for one in wanted.values()):
        raise ValidationError({"personas": _("That persona belongs to another plan.")})
    rows = {row.persona_id: row for row in step.persona_rows.all()}
    before = {str(key): row.emotion for key, row in sorted(rows.items())}
    after = {str(key): one.get("emotion") for key, one in sorted(wanted.items())}
    if before == after:
        return {}
    for persona_id, row in rows.items():
        if persona_id not in wanted:
            row.delete()
    for persona_id, one in wanted.items():
        row = rows.get(persona_id) or StepPersona(step=step, persona=one["persona"])
        if row.pk is None or row.emotion != one.get("emotion"):
            row.emotion = one.get("emotion")
            kept(row)
    return {"personas": {"before": before, "after": after}}
