"""A large journey map, against a bare template of the same HTML."""

from contextlib import ExitStack

from django.test import Client
from django.urls import reverse

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import workspace_scope
from strategy.journeys.lanes import KINDS
from strategy.journeys.models import JourneyCard
from tests import factories
from tests.bench import cast, stage
from tests.bench.figures import Report
from tests.bench.templates import against_template

STEPS, LANES, CARDS = 15, 10, 300


def journey_map(rounds: int, seconds: int) -> Report:
    """Show a map of 15 steps, 10 lanes and 300 cards, against a bare template of the same HTML."""
    with ExitStack() as after:
        after.enter_context(stage.databases())
        client, url = _drawn(cast.new_cast())
        return against_template(client, url, rounds, seconds)


def _drawn(mine: cast.Cast) -> tuple[Client, str]:
    """Draw the map; return a browser in which its owner has signed in, and its address."""
    bare = sum(not kind.holds_cards for kind in KINDS.values())
    lanes = [key for key, kind in KINDS.items() if kind.holds_cards][: LANES - bare]
    owner = Membership.objects.select_related("user", "workspace").get(workspace=mine.workspace_id)
    with workspace_scope(mine.workspace_id):
        hidden = [key for key, kind in KINDS.items() if kind.holds_cards and key not in lanes]
        journey = factories.journey(
            plan=mine.plan, lanes=[{"key": key, "shown": False} for key in hidden]
        )
        columns = [
            factories.journeystep(
                journey=journey,
                position=place,
                emotion=place % 5 - 2,
                touchpoint=factories.touchpoint(plan=mine.plan),
                stage=mine.plan.stages[place // 3],
            )
            for place in range(STEPS)
        ]
        JourneyCard.objects.bulk_create(
            JourneyCard(
                step=columns[number % STEPS],
                lane=lanes[number // STEPS % len(lanes)],
                text=f"What happens here, as observed {number} times at the counter",
                position=number,
            )
            for number in range(CARDS)
        )
    client = Client()
    client.force_login(owner.user)
    return client, reverse("journey", args=[owner.workspace.slug, journey.pk])
