"""Reading journeys: with their steps and cards, and which stages of a plan they reach."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import FilteredRelation, Prefetch, Q, prefetch_related_objects

from strategy.journeys.models import Journey, JourneyCard, JourneyStep
from strategy.plans.models import Plan, Pulse

LIVING_STEPS = Prefetch(
    "steps", JourneyStep.objects.filter(archived_at=None), to_attr="living_steps"
)
_PLACED_STEPS = Prefetch(
    "steps",
    JourneyStep.objects.filter(archived_at=None).select_related("touchpoint"),
    to_attr="living_steps",
)
_LIVING_CARDS = Prefetch(
    "living_steps__cards",
    JourneyCard.objects.filter(archived_at=None).select_related("persona"),
    to_attr="living_cards",
)


def laid_out(journeys: Sequence[Journey]) -> Sequence[Journey]:
    """Put `living_steps` on journeys, and `living_cards` on those; four queries for all."""
    rows = "living_steps__persona_rows__persona"
    prefetch_related_objects(journeys, "personas", _PLACED_STEPS, _LIVING_CARDS, rows)
    return journeys


def pulse_at(journey_id: int) -> int | None:
    """Return how often the live pages of a journey's plan changed; one indexed read."""
    pulses = Pulse.objects.filter(plan__journeys=journey_id)
    return pulses.values_list("number", flat=True).first()


@dataclass(frozen=True, slots=True)
class Sketch:
    """A journey on a list: its steps as emotions, and the stages of the plan it does not reach."""

    journey: Journey
    steps: Sequence[JourneyStep]
    missing: Sequence[str]

    @property
    def emotions(self) -> list[int | None]:
        return [step.emotion for step in self.steps]

    @property
    def is_whole(self) -> bool:
        return bool(self.steps) and not self.missing


def sketches(plan: Plan, journeys: Iterable[Journey]) -> list[Sketch]:
    """Sketch journeys; three queries for all."""
    rows = list(journeys)
    prefetch_related_objects(rows, "personas", LIVING_STEPS)
    return [_sketch(plan, row) for row in rows]


def _sketch(plan: Plan, journey: Journey) -> Sketch:
    steps: Sequence[JourneyStep] = getattr(journey, "living_steps", ())
    reached = {step.stage for step in steps}
    missing = [stage for stage in plan.stages if stage not in reached]
    return Sketch(journey, steps, missing)


def stages_reached(plan_id: int) -> dict[int, set[str]]:
    """Return the stages that each living journey of today has a step in, by its id; one query.

    Of a journey without a step that is none.
    """
    living = FilteredRelation("steps", condition=Q(steps__archived_at=None))
    today = Journey.objects.filter(
        plan=plan_id, archived_at=None, future_of=None, opened_by=None
    ).annotate(living=living)
    found: defaultdict[int, set[str]] = defaultdict(set)
    for pk, stage in today.order_by().values_list("pk", "living__stage").distinct():
        found[pk] |= set() if stage is None else {stage}
    return dict(found)


def missing_of(plan: Plan, reached: Collection[str]) -> list[str]:
    """Return the stages of a plan that are not among those reached, in their order."""
    return [stage for stage in plan.stages if stage not in reached]
