"""What a page costs on the server, against a bare template that draws the same HTML.

Both are served as `manage.py up` serves, and asked by one browser at a time: how long the
interpreter takes depends on what stands around a call, so that only a server can tell.
"""

import http.client
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.test import Client

from tests.bench import stage
from tests.bench.figures import Report, spread, verdict
from tests.bench.wrk import Failed

MOST_RATIO = 3.0
_WARM = 10  # pages before the first is measured
# Every text of the page is a value of the bare template, and so are the attributes that differ from
# row to row; what stands between is given to it ready.
_VALUE = re.compile(
    r'(?<= )(?:data-[\w-]+|id|href|title|aria-label|formaction)="(?P<value>[^"]*)|>(?P<words>[^<]+)'
)


def against_template(client: Client, url: str, rounds: int, seconds: int) -> Report:
    """Ask for a page and for the same HTML drawn by a bare template, in turn.

    Raises Failed when the page is not shown, or the template draws something else.
    """
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"
    with stage.product() as product, tempfile.TemporaryDirectory() as folder:
        html = _shown(product, url, cookie).replace("&nbsp;", "\xa0")  # as a template writes it
        pieces = Path(folder, "pieces.json")
        pieces.write_text(json.dumps(list(_pieces(html))))
        with stage.floor(pieces=pieces) as floor:
            if _shown(floor, "/page/", cookie) != html:
                raise Failed("the template does not draw the page")
            sides = ((floor, "/page/"), (product, url))
            for server, path in sides:
                _milliseconds(server, path, cookie, lambda taken: len(taken) < _WARM)
            figures: tuple[list[float], list[float]] = ([], [])
            for _round in range(rounds):
                for (server, path), kept in zip(sides, figures, strict=True):
                    end = time.perf_counter() + seconds / 2
                    kept.append(_milliseconds(server, path, cookie, _until(end)))
    return _verdict(*figures, size=len(html.encode()))


def _until(end: float) -> Callable[[Sequence[float]], bool]:
    return lambda taken: not taken or time.perf_counter() < end


def _shown(server: stage.Server, path: str, cookie: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=stage.PATIENCE)
    try:
        return _asked(connection, path, cookie)
    finally:
        connection.close()


def _asked(connection: http.client.HTTPConnection, path: str, cookie: str) -> str:
    connection.request("GET", path, headers={"Cookie": cookie})
    reply = connection.getresponse()
    html = reply.read().decode()
    if reply.status != HTTPStatus.OK:
        raise Failed(f"{path} answers {reply.status}")
    return html


def _milliseconds(
    server: stage.Server, path: str, cookie: str, go_on: Callable[[Sequence[float]], bool]
) -> float:
    """Return the median time of an answer, asked for on one connection as long as said."""
    taken: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=stage.PATIENCE)
    try:
        while go_on(taken):
            start = time.perf_counter()
            _asked(connection, path, cookie)
            taken.append(1000 * (time.perf_counter() - start))
    finally:
        connection.close()
    return statistics.median(taken)


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Cut a page into markup, and the words or the value of an attribute that comes with a row."""
    at = 0
    for found in _VALUE.finditer(html):
        start, end = found.span("value") if found["value"] is not None else found.span("words")
        yield html[at:start], unescape(html[start:end])
        at = end
    yield html[at:], ""


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
