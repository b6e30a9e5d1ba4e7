"""What breaks while answers come in: no answer is lost, none is counted twice."""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cxplanner.base.postgres import EmbeddedPostgres
from tests.cxplanner.base.processes import eventually
from tests.walks.brokers import BROKERS
from tests.walks.product import Caller, Product

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
SENDERS, BULK = 4, 200


class Asked:
    """A survey with one question whose answers move one goal."""

    def __init__(self, product: Product, token: str) -> None:
        self.product, self.token = product, token
        today = datetime.now(UTC).date()
        dates = {"starts_on": str(today - timedelta(30)), "due_on": str(today + timedelta(60))}
        span = {"starts_on": dates["starts_on"], "ends_on": dates["due_on"]}
        plan = self._post("plans", {"name": "A year", **span})["id"]
        metric = self._post("metrics", {"plan": plan, "name": "NPS", "kind": "nps"})["id"]
        wanted = {"statement": "Customers recommend us", "baseline": 0, "target": 50}
        goal = self._post("goals", {"plan": plan, "metric": metric, **wanted, **dates})
        question = {"kind": "nps", "text": "Would you recommend us?", "metric": metric}
        survey = self._post("surveys", {"plan": plan, "name": "Visit", "questions": [question]})
        self.plan, self.goal = plan, goal["id"]
        self.survey, self.question = survey["id"], survey["questions"][0]["id"]
        self.path = f"/api/v1/surveys/{self.survey}/responses/"

    def _post(self, resource: str, body: dict[str, Any]) -> Any:
        with self.caller() as caller:
            status, reply = caller.ask("POST", f"/api/v1/{resource}/", body)
        assert status == 201, reply
        return reply

    def caller(self) -> Caller:
        return Caller(self.product.port, self.token)

    def answer(self, name: str, score: int = 9) -> dict[str, Any]:
        given = [{"question": self.question, "value": score}]
        return {"external_id": name, "answers": given}

    def counted(self) -> int:
        """Return how many answers the goal's figure is of."""
        try:
            with self.caller() as caller:
                status, goal = caller.ask("GET", f"/api/v1/goals/{self.goal}/")
        except OSError:
            return -1
        return goal["current"]["n"] if status == 200 and goal["current"] else 0

    def counts(self, answers: int, seconds: float) -> bool:
        return eventually(lambda: self.counted() == answers, seconds)

    def sql(self, statement: str, **values: Any) -> Any:
        address = EmbeddedPostgres(self.product.data).url
        with psycopg.connect(address) as database:
            [(value,)] = database.execute(statement, values).fetchall()
        return value

    def stored(self) -> int:
        return int(
            self.sql("SELECT count(*) FROM surveys_response WHERE survey_id = %(s)s", s=self.survey)
        )

    def runs_that_did_work(self) -> int:
        """Each wakes the plan's live pages once."""
        found = "SELECT number FROM strategy_pulse WHERE plan_id = %(p)s"
        return int(self.sql(found, p=self.plan))


class Senders:
    """Clients that send answers, some one by one and most in bulk, and repeat what broke."""

    def __init__(self, asked: Asked, *, singles: int, bulks: int) -> None:
        self.asked, self.acknowledged = asked, 0
        self.total = singles + bulks * BULK
        chance = random.Random(7)
        names = iter(range(self.total))
        packets = [1] * singles + [BULK] * bulks
        chance.shuffle(packets)
        self._packets = [
            [asked.answer(f"a{next(names)}", chance.randint(0, 10)) for _ in range(size)]
            for size in packets
        ]
        self._lock = threading.Lock()

    def _send(self, mine: list[list[dict[str, Any]]]) -> None:
        with self.asked.caller() as caller:
            for packet in mine:
                taken = self._insist(caller, packet)
                with self._lock:
                    self.acknowledged += taken

    def _insist(self, caller: Caller, packet: list[dict[str, Any]]) -> int:
        if len(packet) == 1:
            return len({caller.insist("POST", self.asked.path, packet[0])["id"]})
        reply = caller.insist("POST", self.asked.path, {"responses": packet})
        assert reply["errors"] == []
        return int(reply["accepted"] + reply["duplicates"])

    def wait_for(self, acknowledged: int) -> None:
        assert eventually(lambda: self.acknowledged >= acknowledged, 120), self.acknowledged

    def run(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        with ThreadPoolExecutor(SENDERS) as pool:
            sent = [pool.submit(self._send, self._packets[n::SENDERS]) for n in range(SENDERS)]
            meanwhile()
        for one in sent:
            one.result()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults") / "data"


@pytest.fixture(scope="module")
def token(data: Path) -> str:
    """Make the tables, a member and a token once for all tests here."""
    with Product(data) as product:
        product.command("demo", "--no-answers")
        words = ["--workspace", "demo", "--scopes", "read,write"]
        return product.command("api_token", "owner@demo.example", *words)


@pytest.fixture
def asked(data: Path, token: str) -> Iterator[Asked]:
    with Product(data) as product:
        yield Asked(product, token)


def tell_latency(asked: Asked, broker: str) -> None:
    """Send answers one by one: each must move the goal within ten seconds, and should in two."""
    took = []
    before = asked.counted()
    for number in range(1, 7):  # the first meets a worker that is still starting
        begun = time.monotonic()
        with asked.caller() as caller:
            caller.insist("POST", asked.path, asked.answer(f"{broker} {number}"))
        assert asked.counts(before + number, 10), "the goal did not move"
        took.append(f"{time.monotonic() - begun:.2f}")
    print(f"{broker}: an answer moved its goal after {', '.join(took[1:])} s")


def test_killed_processes_lose_no_acknowledged_answer_and_count_none_twice(asked: Asked) -> None:
    product = asked.product
    senders = Senders(asked, singles=4000, bulks=80)
    victims = [
        ("a worker's child", lambda: product.processes("cxplanner.worker")[-1]),
        ("the web server's worker", lambda: product.processes("granian")[-1]),
        ("PostgreSQL", lambda: product.processes("postgres", "-D")[0]),
        ("the worker", lambda: product.processes("cxplanner.worker")[0]),
        ("the web server", lambda: product.processes("granian")[0]),
        ("the clock", lambda: product.processes("cxplanner.clock")[0]),
    ]

    def kill_one_after_another() -> None:
        for number, (name, victim) in enumerate(victims, 1):
            senders.wait_for(senders.total * number // (len(victims) + 2))
            pid = victim()
            os.kill(pid, signal.SIGKILL)
            print(f"killed {name} after {senders.acknowledged} answers")

    begun = time.monotonic()
    senders.run(kill_one_after_another)
    print(f"{senders.total} answers in {time.monotonic() - begun:.1f} s")
    assert senders.acknowledged == senders.total
    assert asked.stored() == senders.total
    assert asked.counts(senders.total, 60), asked.counted()
    assert eventually(lambda: asked.sql("SELECT count(*) FROM strategy_pending") == 0, 30)
    assert "demo: 0 cells differ" in product.command("tallies", "--check")
    assert eventually(lambda: set(product.ready().values()) == {"ok"}, 60), product.ready()


def test_a_burst_of_answers_costs_few_runs(asked: Asked) -> None:
    tell_latency(asked, "pgmq")
    before, counted = asked.runs_that_did_work(), asked.counted()
    senders = Senders(asked, singles=2000, bulks=40)
    begun = time.monotonic()
    senders.run()
    assert asked.counts(counted + senders.total, 30), asked.counted()
    runs = asked.runs_that_did_work() - before
    print(f"{senders.total} answers in {time.monotonic() - begun:.1f} s cost {runs} runs")
    assert 1 <= runs <= 100


@pytest.mark.parametrize("kind", BROKERS)
def test_answers_are_taken_while_the_broker_is_down_and_counted_once_it_is_back(
    data: Path, token: str, tmp_path: Path, kind: str
) -> None:
    broker = BROKERS[kind](tmp_path / kind)
    broker.start()
    try:
        with Product(data, BROKER_URL=broker.url) as product:
            asked = Asked(product, token)
            tell_latency(asked, kind)
            before = asked.counted()
            broker.stop()
            senders = Senders(asked, singles=200, bulks=5)
            begun = time.monotonic()
            senders.run()
            taken = time.monotonic() - begun
            told = product.ready()["broker"]
            print(f"{kind} down: {senders.total} answers in {taken:.1f} s, /readyz says {told}")
            assert senders.acknowledged == senders.total == asked.stored() - before
            assert told != "ok"
            broker.start()
            begun = time.monotonic()
            assert asked.counts(senders.total + before, 90), asked.counted()
            print(f"{kind} back: all counted after {time.monotonic() - begun:.1f} s")
            assert eventually(lambda: set(product.ready().values()) == {"ok"}, 30), product.ready()
            assert "demo: 0 cells differ" in product.command("tallies", "--check")
    finally:
        broker.stop()
