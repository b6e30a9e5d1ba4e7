"""The audit page of many touchpoints, against a bare template of the same HTML."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Metric
from strategy.metrics.pending import Add
from strategy.touchpoints.models import Touchpoint
from tests import airline, factories
from tests.bench import cast, stage
from tests.bench.figures import Report
from tests.bench.templates import against_template

TOUCHPOINTS = 200
METRICS = 8  # each is asked at as many touchpoints as the others
DAYS = 28  # of answers at each touchpoint


def audit_page(rounds: int, seconds: int) -> Report:
    """Show the table of 200 touchpoints to an editor, against a bare template of the same HTML."""
    with ExitStack() as after:
        after.enter_context(stage.databases())
        client, url = _listed(cast.new_cast())
        return against_template(client, url, rounds, seconds)


def _listed(mine: cast.Cast) -> tuple[Client, str]:
    """Fill the table; return a browser in which its owner has signed in, and its address."""
    owner = Membership.objects.select_related("user", "workspace").get(workspace=mine.workspace_id)
    with workspace_scope(mine.workspace_id):
        metrics = [
            factories.metric(plan=mine.plan, kind="csat", name=f"Satisfaction {number}")
            for number in range(METRICS)
        ]
        adds: list[Add] = []
        for number in range(TOUCHPOINTS):
            place = factories.touchpoint(
                plan=mine.plan,
                name=f"Touchpoint {number} at the counter",
                stage=mine.plan.stages[number % len(mine.plan.stages)],
                channel=mine.plan.channels[number % len(mine.plan.channels)],
                place=("physical", "online", "other")[number % 3],
                outcome=("positive", "neutral", "negative", "")[number % 4],
                goes_well="Staff greet by name\nThe queue moves",
                pain_points=f"Nobody answers at night, as {number} customers say",
                opportunities="A kiosk at the door",
                owner=owner if number % 2 else None,
                position=number,
            )
            for grade in "DB"[: number % 3]:
                day = date(2026, 1, 1) + timedelta(days=number)
                factories.audit(touchpoint=place, grade=grade, graded_on=day)
            adds += _answered(metrics[number % METRICS], place, number)
        airline.take_in(owner.workspace, adds)
    client = Client()
    client.force_login(owner.user)
    return client, reverse("touchpoints", args=[owner.workspace.slug, mine.plan.pk])


def _answered(metric: Metric, place: Touchpoint, number: int) -> Iterator[Add]:
    """Make answers at a touchpoint, each score on each day; nobody was asked about every tenth."""
    today = metric.workspace.today()
    for ago in range(DAYS if number % 10 else 0):
        scores = [(1, 1), (2, 1 + number % 3), (3, 2), (4, 4), (5, 1 + number % 7)]
        for add in airline.answers(metric, today - timedelta(ago), scores):
            yield add._replace(touchpoint_id=place.pk)
