"""The benches measure what they say: sound arithmetic, calls the product takes, a load that counts.

How fast anything is, no test says: `python -m tests.bench` does.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
from django.test import Client

from surveys.responses.models import Response
from tests.bench import cast, wrk
from tests.bench.figures import Aim, Load, Round, compared, percentile, spread


def load(calls: int, p99: float = 10.0) -> Load:
    return Load(calls=calls, seconds=2.0, p50=5.0, p99=p99)


def test_ratios_compare_neighbours_and_the_median_decides():
    # The machine slowed down in the second round: averages of each side would say 1.08.
    rounds = [
        Round(load(1000), load(1500)),
        Round(load(100), load(50)),
        Round(load(400), load(640)),
    ]
    report = compared(rounds, Aim(1.5), names=("floor", "product"))
    assert report.reached
    assert not compared(rounds, Aim(1.51), names=("floor", "product")).reached
    assert "0.50 / 1.50 / 1.60" in "\n".join(report.lines)


def test_a_slow_hundredth_misses_the_aim_however_fast_the_rest_is():
    rounds = [Round(load(100, p99=10), load(300, p99=25))]
    assert compared(rounds, Aim(0.75), names=("floor", "product")).reached
    assert not compared(rounds, Aim(0.75, slowness=2), names=("floor", "product")).reached


def test_answers_of_a_bulk_call_are_all_counted():
    report = compared([Round(load(2), load(4))], Aim(2), names=("a", "b"), answers_a_call=500)
    assert "500 / 500 / 500" in report.lines[1]
    assert "1,000 / 1,000 / 1,000" in report.lines[2]


def test_percentile_is_a_value_that_was_measured():
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile([float(n) for n in range(1, 101)], 0.99) == 99.0
    assert percentile([7.0], 0.99) == 7.0
    assert spread([3, 1, 2]) == "1.00 / 2.00 / 3.00"


@pytest.fixture
def mine(db: None) -> cast.Cast:
    return cast.new_cast()


def sent(call: wrk.Call) -> int:
    body = call.body.replace(wrk.EMPTY_UUID, str(UUID(int=7)))
    headers = {"Authorization": call.authorization}
    return (
        Client().post(call.path, body, content_type=call.content_type, headers=headers).status_code
    )


@pytest.mark.django_db(transaction=True)
def test_the_product_takes_every_kind_of_call(mine: cast.Cast):
    asked = mine.ask(metrics=2)
    assert sent(mine.pages(asked)[0]) == 303
    assert sent(mine.singles(asked)[0]) == 201
    assert sent(mine.one(asked, asked.scored[1])) == 201
    assert sent(mine.many(asked, 3)[0]) == 200
    assert Response.unscoped.count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_bare_survey_moves_no_metric(mine: cast.Cast):
    bare, tied = mine.ask(metrics=0), mine.ask()
    assert (bare.goal, bare.scored[0].metric_id) == (None, None)
    assert tied.goal is not None
    assert tied.goal.metric_id == tied.scored[0].metric_id


@pytest.fixture
def listener() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Keep what is posted; answer 500 under /broken."""
    kept: list[tuple[str, str]] = []

    class Keeps(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            kept.append((self.headers["Authorization"], body))
            self.send_response(500 if self.path == "/broken" else 201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeps)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(not wrk.is_here(), reason=wrk.ABSENT)
def test_the_load_sends_each_call_as_written_with_a_new_id_each_time(listener):
    port, kept = listener
    call = wrk.Call("/", f"q1=9&id={wrk.EMPTY_UUID}", wrk.FORM, "Bearer one")
    done = wrk.drive(port, [call], seconds=1, connections=2)
    assert done.calls <= len(kept) <= done.calls + 2
    assert {who for who, _body in kept} == {"Bearer one"}
    ids = {UUID(body.removeprefix("q1=9&id=")) for _who, body in kept}
    assert len(ids) == len(kept)


@pytest.mark.skipif(not wrk.is_here(), reason=wrk.ABSENT)
def test_a_refused_load_makes_no_figure(listener):
    port, _kept = listener
    with pytest.raises(wrk.Failed, match="refused"):
        wrk.drive(port, [wrk.Call("/broken", "{}")], seconds=1, connections=2)
