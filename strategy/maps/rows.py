"""The rows a map's acts begin with, each found by its id or not at all."""

from django.shortcuts import get_object_or_404

from strategy.journeys.models import Journey, JourneyCard, JourneyStep
from strategy.touchpoints.models import Touchpoint


def found_journey(journey_id: int) -> Journey:
    rows = Journey.objects.select_related("plan__workspace", "plan__pulse").prefetch_related(
        "personas"
    )
    return get_object_or_404(rows, pk=journey_id)


def found_step(step_id: int) -> JourneyStep:
    rows = JourneyStep.objects.select_related("plan__workspace", "journey", "touchpoint")
    return get_object_or_404(rows.prefetch_related("persona_rows__persona"), pk=step_id)


def found_card(card_id: int) -> JourneyCard:
    rows = JourneyCard.objects.select_related("step__journey", "step__plan__workspace", "persona")
    return get_object_or_404(rows, pk=card_id)


def places_of(step_or_journey: Journey | JourneyStep) -> list[Touchpoint]:
    """Return the touchpoints a step may be at, in their order."""
    return list(step_or_journey.plan.touchpoints.filter(archived_at=None))
