"""What a large journey map costs on the server, against a bare template of the same HTML."""

import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

from django.template import Context, Engine
from django.test import Client
from django.urls import reverse

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import workspace_scope
from strategy.journeys.lanes import KINDS
from strategy.journeys.models import JourneyCard
from tests import factories
from tests.bench import cast, stage
from tests.bench.figures import Report, spread, verdict
from tests.bench.wrk import Failed

STEPS, CARDS = 15, 300
MOST_RATIO = 3.0
_WARM = 5  # pages before the first is measured
# Every text and every value of an attribute is a value of the bare template, as on the page; what
# stands between is given to it ready.
_BARE = Engine().from_string(
    "{% for markup, text in pieces %}{{ markup|safe }}{{ text }}{% endfor %}"
)


def journey_map(rounds: int, seconds: int) -> Report:
    """Show a map of 15 steps, 10 lanes and 300 cards, against a bare template of the same HTML."""
    with ExitStack() as after:
        after.enter_context(stage.databases())
        client, url = _drawn(cast.new_cast())
        first = client.get(url)
        if first.status_code != HTTPStatus.OK:
            raise Failed(f"{url} answers {first.status_code}")
        html = first.content.decode()
        pieces = list(_pieces(html))

        def page() -> object:
            return client.get(url)

        def bare() -> object:
            return _BARE.render(Context({"pieces": pieces}))

        for act in (page, bare):
            for _warm in range(_WARM):
                act()
        floors, products = [], []
        for _round in range(rounds):
            floors.append(_milliseconds(bare, seconds / 2))
            products.append(_milliseconds(page, seconds / 2))
    return _verdict(floors, products, size=len(html.encode()))


def _drawn(mine: cast.Cast) -> tuple[Client, str]:
    """Draw the map; return a browser in which its owner has signed in, and its address."""
    lanes = [key for key, kind in KINDS.items() if kind.holds_cards][:7]
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
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(owner.user)
    return client, reverse("journey", args=[owner.workspace.slug, journey.pk])


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Cut a page into markup and the text, or the value of an attribute, behind it."""
    for found in re.finditer(r'([^">]*(?:="|>|$))((?<=")[^"]*|(?<=>)[^<]*|)', html):
        yield found[1], found[2]


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
