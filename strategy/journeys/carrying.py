"""Journeys as plain data: for an export, a template, and another plan to start from."""

from collections.abc import Mapping, Sequence
from typing import Any

from cxplanner.base.versions import kept
from strategy.journeys.lanes import settled
from strategy.journeys.models import (
    Journey,
    JourneyCard,
    JourneyPersona,
    JourneyStep,
    StepPersona,
)
from strategy.journeys.selectors import laid_out
from strategy.plans.models import Plan

_JOURNEY = ("name", "summary", "lanes")
_STEP = ("name", "stage", "channel", "emotion", "feeling")


def dumped(plan: Plan) -> list[dict[str, Any]]:
    """Return the living journeys of a plan, those first that others point to; seven queries.

    `of` and `step` are places in this list and among that journey's steps.
    """
    rows = list(plan.journeys.filter(archived_at=None).order_by("pk"))
    laid_out(rows)
    place_of = {row.pk: place for place, row in enumerate(rows)}
    steps: list[tuple[int, JourneyStep]] = [
        (place, step) for row in rows for place, step in enumerate(_living(row))
    ]
    where = {step.pk: (place_of[step.journey_id], place) for place, step in steps}
    names = dict(plan.touchpoints.values_list("pk", "name"))
    return [_journey(row, place_of, where, names) for row in rows if _stands(row, place_of, where)]


def _living(journey: Journey) -> Sequence[JourneyStep]:
    found: Sequence[JourneyStep] = getattr(journey, "living_steps", ())
    return found


def _stands(
    row: Journey, place_of: Mapping[int, int], where: Mapping[int, tuple[int, int]]
) -> bool:
    return (row.future_of_id is None or row.future_of_id in place_of) and (
        row.opened_by_id is None or row.opened_by_id in where
    )


def _journey(
    row: Journey,
    place_of: Mapping[int, int],
    where: Mapping[int, tuple[int, int]],
    names: Mapping[int, str],
) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(row, name) for name in _JOURNEY}
    found["id"] = place_of[row.pk]
    found["personas"] = [one.name for one in row.personas.all()]
    found["future_of"] = place_of.get(row.future_of_id or 0)
    found["opened_by"] = list(where[row.opened_by_id]) if row.opened_by_id else None
    found["steps"] = [_step(step, where, names) for step in _living(row)]
    return found


def _step(
    step: JourneyStep, where: Mapping[int, tuple[int, int]], names: Mapping[int, str]
) -> dict[str, Any]:
    cards: Sequence[JourneyCard] = getattr(step, "living_cards", ())
    people = {row.persona_id: row.persona.name for row in step.persona_rows.all()}
    found: dict[str, Any] = {name: getattr(step, name) for name in _STEP}
    found["touchpoint"] = names.get(step.touchpoint_id or 0)
    found["origin"] = list(where.get(step.origin_id or 0, ())) or None
    found["personas"] = {people[row.persona_id]: row.emotion for row in step.persona_rows.all()}
    found["cards"] = [
        {"lane": one.lane, "text": one.text, "persona": one.persona.name if one.persona else None}
        for one in cards
    ]
    return found


def loaded(plan: Plan, data: Sequence[Mapping[str, Any]]) -> None:
    """Add journeys to a plan; personas and touchpoints are found by their names, or left out.

    Raises ValidationError.
    """
    people = {one.name: one for one in plan.personas.filter(archived_at=None)}
    places = {one.name: one for one in plan.touchpoints.filter(archived_at=None)}
    made: dict[int, Journey] = {}
    steps: dict[tuple[int, int], JourneyStep] = {}
    behind = plan.journeys.count()
    for one in data:
        columns = {name: one[name] for name in _JOURNEY if name in one}
        columns["lanes"] = settled(columns.get("lanes", ()))
        journey = Journey(plan=plan, position=behind + len(made), **columns)
        journey.future_of = made.get(one.get("future_of", -1))
        journey.opened_by = steps.get(_pair(one.get("opened_by")))
        made[one["id"]] = kept(journey)
        for name in one.get("personas", ()):
            if name in people:
                kept(JourneyPersona(journey=journey, persona=people[name]))
        for place, said in enumerate(one.get("steps", ())):
            columns = {name: said[name] for name in _STEP if name in said}
            step = JourneyStep(plan=plan, journey=journey, position=place, **columns)
            step.touchpoint = places.get(said.get("touchpoint") or "")
            step.origin = steps.get(_pair(said.get("origin")))
            steps[one["id"], place] = kept(step)
            _fill(step, said, people)


def _pair(place: Sequence[int] | None) -> tuple[int, int]:
    return (place[0], place[1]) if place else (-1, -1)


def _fill(step: JourneyStep, said: Mapping[str, Any], people: Mapping[str, Any]) -> None:
    for name, emotion in said.get("personas", {}).items():
        if name in people:
            kept(StepPersona(step=step, persona=people[name], emotion=emotion))
    counts: dict[str, int] = {}
    for one in said.get("cards", ()):
        lane = one["lane"]
        card = JourneyCard(step=step, lane=lane, text=one["text"], position=counts.get(lane, 0))
        card.persona = people.get(one.get("persona") or "")
        counts[lane] = card.position + 1
        kept(card)
