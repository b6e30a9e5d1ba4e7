"""How the history of journeys is told, and what follows when they are put back."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.journeys.lanes import lanes_of
from strategy.journeys.models import (
    Journey,
    JourneyCard,
    JourneyPersona,
    JourneyStep,
    StepPersona,
)
from strategy.plans.services import bump_pulse


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose journeys or steps were put back."""
    for plan_id in {one.thing.plan_id for one in returned}:
        bump_pulse(plan_id)


def settle_cards(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose cards were put back; a step that is gone wakes its own."""
    steps = JourneyStep.objects.filter(pk__in={one.thing.step_id for one in returned})
    for plan_id in set(steps.order_by().values_list("plan", flat=True)):
        bump_pulse(plan_id)


def _place(_row: Any, value: int) -> str:
    return str(value + 1)


def _lanes(_row: Any, value: Sequence[Any]) -> str:
    return ", ".join(one.name for one in lanes_of(value) if one.is_shown)


def _lane(card: Any, value: str) -> str:
    lanes = {one.key: one.name for one in lanes_of(card.step.journey.lanes)}
    return lanes.get(value, value)


JOURNEY = Kept(
    Journey,
    path="journeys",
    settle=settle,
    also=("position",),
    labels={"position": gettext_lazy("place on the list")},
    say={"position": _place, "lanes": _lanes},
)
JOURNEY_PERSONA = Kept(JourneyPersona)
STEP = Kept(
    JourneyStep,
    path="journey-steps",
    settle=settle,
    also=("position",),
    labels={"position": gettext_lazy("place on the map")},
    say={"position": _place},
)
STEP_PERSONA = Kept(StepPersona)
CARD = Kept(
    JourneyCard,
    path="journey-cards",
    settle=settle_cards,
    also=("position",),
    labels={"position": gettext_lazy("place in its cell")},
    say={"position": _place, "lane": _lane},
)
