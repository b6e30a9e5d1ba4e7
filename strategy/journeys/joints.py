"""How journeys hang on the golden thread: touchpoint, step, card, journey and persona."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Q

from cxplanner.base.refs import Ref
from strategy.journeys.lanes import lanes_of
from strategy.journeys.models import Journey, JourneyCard, JourneyPersona, JourneyStep
from strategy.sections import Links, Stitch

_Below = defaultdict[Ref, list[Ref]]


def _ids(refs: Sequence[Ref], kind: str) -> list[int | str]:
    return [ref.id for ref in refs if ref.kind == kind]


def joined(refs: Sequence[Ref]) -> dict[Ref, Links]:
    """Return the thread of things as far as journeys know it; seven queries at most.

    Up from a card: its step, then touchpoint and journey, then personas, then the plan.
    """
    up: dict[Ref, tuple[Ref, ...]] = {}
    down: _Below = defaultdict(list)
    _join_cards(refs, up)
    _join_steps(refs, up, down)
    _join_journeys(refs, up, down)
    _join_personas(refs, down)
    return {ref: Links(up=up.get(ref, ()), down=tuple(down.get(ref, ()))) for ref in {*up, *down}}


def _join_cards(refs: Sequence[Ref], up: dict[Ref, tuple[Ref, ...]]) -> None:
    asked = _ids(refs, JourneyCard.ref_kind)
    for card in JourneyCard.objects.filter(pk__in=asked) if asked else ():
        up[card.ref] = (Ref(JourneyStep.ref_kind, card.step_id),)


def _join_steps(refs: Sequence[Ref], up: dict[Ref, tuple[Ref, ...]], down: _Below) -> None:
    asked, places = _ids(refs, JourneyStep.ref_kind), _ids(refs, "touchpoint")
    if not (asked or places):
        return
    living = Q(touchpoint__in=places, archived_at=None, journey__archived_at=None)
    for step in JourneyStep.objects.filter(Q(pk__in=asked) | living):
        place = Ref("touchpoint", step.touchpoint_id or 0)
        if place in refs:
            down[place].append(step.ref)
        if step.ref in refs:
            above = (place,) if step.touchpoint_id else ()
            up[step.ref] = (*above, Ref(Journey.ref_kind, step.journey_id))
    cards = JourneyCard.objects.filter(step__in=asked, archived_at=None)
    for card in cards if asked else ():
        down[Ref(JourneyStep.ref_kind, card.step_id)].append(card.ref)


def _join_journeys(refs: Sequence[Ref], up: dict[Ref, tuple[Ref, ...]], down: _Below) -> None:
    asked = _ids(refs, Journey.ref_kind)
    if not asked:
        return
    people: defaultdict[int, list[Ref]] = defaultdict(list)
    for row in JourneyPersona.objects.filter(journey__in=asked):
        people[row.journey_id].append(Ref("persona", row.persona_id))
    for journey in Journey.objects.filter(pk__in=asked):
        opened = (Ref(JourneyStep.ref_kind, journey.opened_by_id),) if journey.opened_by_id else ()
        up[journey.ref] = (*opened, *people[journey.pk], Ref("plan", journey.plan_id))
    for step in JourneyStep.objects.filter(journey__in=asked, archived_at=None):
        down[Ref(Journey.ref_kind, step.journey_id)].append(step.ref)


def _join_personas(refs: Sequence[Ref], down: _Below) -> None:
    asked = _ids(refs, "persona")
    rows = JourneyPersona.objects.filter(persona__in=asked, journey__archived_at=None)
    for row in rows if asked else ():
        down[Ref("persona", row.persona_id)].append(Ref(Journey.ref_kind, row.journey_id))


def shown(refs: Sequence[Ref], *, slug: str) -> dict[Ref, Stitch]:
    """Show journeys, steps and cards by their words; three queries."""
    found: dict[Ref, Stitch] = {}
    asked = _ids(refs, Journey.ref_kind)
    for row in Journey.objects.filter(pk__in=asked) if asked else ():
        words = row.summary
        found[row.ref] = Stitch(ref=row.ref, name=row.name, url=row.page_in(slug), words=words)
    asked = _ids(refs, JourneyStep.ref_kind)
    steps = JourneyStep.objects.filter(pk__in=asked).select_related("journey")
    for step in steps if asked else ():
        words = " · ".join(filter(None, (step.stage, step.journey.name)))
        found[step.ref] = Stitch(ref=step.ref, name=step.name, url=step.page_in(slug), words=words)
    asked = _ids(refs, JourneyCard.ref_kind)
    cards = JourneyCard.objects.filter(pk__in=asked).select_related("step__journey")
    for card in cards if asked else ():
        found[card.ref] = _card(card, slug)
    return found


def _card(card: JourneyCard, slug: str) -> Stitch:
    lanes: Mapping[str, str] = {one.key: one.name for one in lanes_of(card.step.journey.lanes)}
    words = " · ".join((lanes.get(card.lane, card.lane), card.step.name))
    return Stitch(ref=card.ref, name=str(card), url=card.page_in(slug), words=words)


