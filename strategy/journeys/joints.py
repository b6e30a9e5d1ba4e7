"""How journeys hang on the golden thread: touchpoint, step, card, journey and persona."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from cxplanner.base.refs import Ref
from strategy.journeys.lanes import lanes_of
from strategy.journeys.models import Journey, JourneyCard, JourneyPersona, JourneyStep
from strategy.sections import Links, Stitch

_Below = defaultdict[Ref, list[Ref]]


def _ids(refs: Sequence[Ref], kind: str) -> list[int | str]:
    return [ref.id for ref in refs if ref.kind == kind]


def joined(refs: Sequence[Ref]) -> dict[Ref, Links]:
    """Return the thread of things as far as journeys know it; eight queries at most.

    Up from a card stand its step, its touchpoint, its journey, the personas and the plan.
    """
    down: _Below = defaultdict(list)
    up = _above(refs)
    _join_steps(refs, down)
    _join_journeys(refs, down)
    _join_personas(refs, down)
    return {ref: Links(up=up.get(ref, ()), down=tuple(down.get(ref, ()))) for ref in {*up, *down}}


def _above(refs: Sequence[Ref]) -> dict[Ref, tuple[Ref, ...]]:
    """Return what stands above cards, steps and journeys, the nearest first; four queries."""
    asked = _ids(refs, JourneyCard.ref_kind)
    cards = list(JourneyCard.objects.filter(pk__in=asked)) if asked else []
    wanted = {*_ids(refs, JourneyStep.ref_kind), *(card.step_id for card in cards)}
    steps = list(JourneyStep.objects.filter(pk__in=wanted)) if wanted else []
    journeys = {*_ids(refs, Journey.ref_kind), *(step.journey_id for step in steps)}
    found: dict[Ref, tuple[Ref, ...]] = _above_journeys(journeys) if journeys else {}
    for step in steps:
        journey = Ref(Journey.ref_kind, step.journey_id)
        place = (Ref("touchpoint", step.touchpoint_id),) if step.touchpoint_id else ()
        found[step.ref] = (*place, journey, *found[journey])
    for card in cards:
        step_ref = Ref(JourneyStep.ref_kind, card.step_id)
        found[card.ref] = (step_ref, *found[step_ref])
    return {ref: above for ref, above in found.items() if ref in refs}


def _above_journeys(ids: Iterable[int | str]) -> dict[Ref, tuple[Ref, ...]]:
    people: defaultdict[int, list[Ref]] = defaultdict(list)
    for row in JourneyPersona.objects.filter(journey__in=ids):
        people[row.journey_id].append(Ref("persona", row.persona_id))
    found: dict[Ref, tuple[Ref, ...]] = {}
    for journey in Journey.objects.filter(pk__in=ids):
        opened = (Ref(JourneyStep.ref_kind, journey.opened_by_id),) if journey.opened_by_id else ()
        found[journey.ref] = (*opened, *people[journey.pk], Ref("plan", journey.plan_id))
    return found


def _join_steps(refs: Sequence[Ref], down: _Below) -> None:
    """Put steps below their touchpoints, and cards below their steps; two queries."""
    places = _ids(refs, "touchpoint")
    living = JourneyStep.objects.filter(
        touchpoint__in=places, archived_at=None, journey__archived_at=None
    )
    for step in living if places else ():
        down[Ref("touchpoint", step.touchpoint_id or 0)].append(step.ref)
    asked = _ids(refs, JourneyStep.ref_kind)
    cards = JourneyCard.objects.filter(step__in=asked, archived_at=None)
    for card in cards if asked else ():
        down[Ref(JourneyStep.ref_kind, card.step_id)].append(card.ref)


def _join_journeys(refs: Sequence[Ref], down: _Below) -> None:
    asked = _ids(refs, Journey.ref_kind)
    steps = JourneyStep.objects.filter(journey__in=asked, archived_at=None)
    for step in steps if asked else ():
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
        later = _("how it shall be") if row.future_of_id else ""
        words = " · ".join(filter(None, (later, row.summary)))
        found[row.ref] = Stitch(ref=row.ref, name=row.name, url=row.page_in(slug), words=words)
    asked = _ids(refs, JourneyStep.ref_kind)
    steps = JourneyStep.objects.filter(pk__in=asked).select_related("journey")
    for step in steps if asked else ():
        later = _("how it shall be") if step.journey.future_of_id else ""
        words = " · ".join(filter(None, (step.stage, step.journey.name, later)))
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
