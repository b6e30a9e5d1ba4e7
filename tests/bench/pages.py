"""What a page costs on the server, against a bare template of the same HTML."""

import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from html import unescape
from http import HTTPStatus
from typing import Any

from django.template import Context, Engine
from django.test import Client
from django.urls import reverse

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Metric
from strategy.metrics.pending import Add
from strategy.touchpoints.models import Touchpoint
from tests import airline, factories
from tests.bench import cast, stage
from tests.bench.figures import Report, spread, verdict
from tests.bench.wrk import Failed

TOUCHPOINTS = 200
METRICS = 8  # each is asked at as many touchpoints as the others
DAYS = 28  # of answers at each touchpoint
MOST_RATIO = 3.0
_WARM = 5  # pages before the first is measured
# Every text of the page is a value of the bare template, and so are the attributes that differ from
# row to row; what stands between is given to it ready.
_VALUE = re.compile(
    r'(?<= )(?:data-[\w-]+|id|href|title|aria-label|formaction)="(?P<value>[^"]*)|>(?P<words>[^<]+)'
)
_BARE = Engine().from_string(
    "{% for markup, text in pieces %}{{ markup|safe }}{{ text }}{% endfor %}"
)


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


def against_template(client: Client, url: str, rounds: int, seconds: int) -> Report:
    """Ask for a page and draw the same HTML by a bare template, in turn.

    Raises Failed when the page is not shown, or the template draws something else.
    """

    def page() -> str:
        reply = client.get(url, headers={"host": "127.0.0.1"})
        if reply.status_code != HTTPStatus.OK:
            raise Failed(f"{url} answers {reply.status_code}")
        return reply.content.decode()

    html = page().replace("&nbsp;", "\xa0")  # as the template would write what it is given
    pieces = list(_pieces(html))

    def bare() -> str:
        return _BARE.render(Context({"pieces": pieces}))

    if bare() != html:
        raise Failed("the template does not draw the page")

    for act in (page, bare):
        for _warm in range(_WARM):
            act()
    floors, products = [], []
    for _round in range(rounds):
        floors.append(_milliseconds(bare, seconds / 2))
        products.append(_milliseconds(page, seconds / 2))
    return _verdict(floors, products, size=len(html.encode()))


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Cut a page into markup, and the words or the value of an attribute that comes with a row."""
    at = 0
    for found in _VALUE.finditer(html):
        start, end = found.span("value") if found["value"] is not None else found.span("words")
        yield html[at:start], unescape(html[start:end])
        at = end
    yield html[at:], ""


def _milliseconds(act: Callable[[], Any], seconds: float) -> float:
    """Return the median time of an act that is done again and again for some seconds."""
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while not taken or time.perf_counter() < end:
        start = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def _verdict(floors: Sequence[float], products: Sequence[float], *, size: int) -> Report:
    ratios = [product / floor for floor, product in zip(floors, products, strict=True)]
    median = statistics.median(ratios)
    lines = [
        f"{'':10} ms min / median / max ({size:,} bytes)",
        f"template   {spread(floors)}",
        f"page       {spread(products)}",
        f"ratio      {spread(ratios)}",
        verdict(f"at most {MOST_RATIO:g} times as long", reached=median <= MOST_RATIO),
    ]
    return Report(lines, reached=median <= MOST_RATIO)
