"""What keeping metrics and goals up to date costs, how soon it is done, and in how many runs."""

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg

from strategy import intake
from tests.bench import cast, stage
from tests.bench.against_floor import WARM_SECONDS, Side, product_rows
from tests.bench.cast import Asked, Cast
from tests.bench.figures import Aim, Report, Round, compared, percentile, spread, verdict
from tests.bench.wrk import Call, Failed, drive

SURVEYS, METRICS_EACH = 50, 20  # 1,000 metrics
PROBES = 8
MOST_STALE, WANTED_STALE = 2.0, 1.0  # seconds
BURST, MOST_RUNS = 10_000, 100

# Every run that writes cells leaves its transaction here.
NOTE_RUNS = """
CREATE TABLE bench_run (id xid8 PRIMARY KEY);
CREATE FUNCTION bench_note_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bench_run VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER bench_note_run AFTER INSERT OR UPDATE ON strategy_tally
  FOR EACH STATEMENT EXECUTE FUNCTION bench_note_run();
"""


@contextmanager
def _at_work(mine: Cast) -> Iterator[tuple[stage.Server, stage.Runner]]:
    """Serve the product with its runner; at the end all cells must be what raw answers make."""
    with stage.product() as server, stage.runner() as runner:
        yield server, runner
        runner.go_on()
        runner.settle()
        wrong = intake.check(mine.workspace_id)
        if wrong:
            raise Failed(f"{len(wrong)} cells differ from the raw answers")


def upkeep(rounds: int, seconds: int) -> Report:
    """Post answers that move a metric and its goal, against answers that move nothing.

    Without upkeep the question feeds no metric and the runner is held still.
    """
    with ExitStack() as after:
        after.enter_context(stage.databases())
        mine = cast.new_cast()
        bare, tied = mine.ask(metrics=0), mine.ask()
        server, runner = after.enter_context(_at_work(mine))
        off = Side(server, mine.singles(bare), product_rows)
        on = Side(server, mine.singles(tied), product_rows)
        off.drive(WARM_SECONDS)
        on.drive(WARM_SECONDS)
        done = []
        for _ in range(rounds):
            runner.settle()
            runner.hold()
            without = off.drive(seconds)
            runner.go_on()
            done.append(Round(without, on.drive(seconds)))
    return compared(done, Aim(0.85), names=("off", "on"))


def hot(rounds: int, seconds: int) -> Report:
    """Post all answers to one metric of one survey, against answers spread over 1,000 metrics."""
    with ExitStack() as after:
        after.enter_context(stage.databases())
        mine = cast.new_cast()
        surveys = [mine.ask(metrics=METRICS_EACH) for _ in range(SURVEYS)]
        wide = [mine.one(asked, question) for asked in surveys for question in asked.scored]
        server, runner = after.enter_context(_at_work(mine))
        spread_out = Side(server, wide, product_rows)
        one = Side(server, mine.singles(surveys[0]), product_rows)
        spread_out.drive(WARM_SECONDS)
        one.drive(WARM_SECONDS)
        done = []
        for _ in range(rounds):
            runner.settle()
            without = spread_out.drive(seconds)
            runner.settle()
            done.append(Round(without, one.drive(seconds)))
    return compared(done, Aim(0.95), names=("spread", "one"))


def latency(rounds: int, seconds: int) -> Report:
    """Time from sending an answer until its goal knows it, while others post all they can."""
    with ExitStack() as after:
        after.enter_context(stage.databases())
        mine = cast.new_cast()
        load, probes = mine.ask(), [mine.ask() for _ in range(PROBES)]
        server, _runner = after.enter_context(_at_work(mine))
        drive(server.port, mine.singles(load), seconds=WARM_SECONDS)
        watch = after.enter_context(_watching([probe.goal.pk for probe in probes if probe.goal]))
        over = threading.Event()
        pool = after.enter_context(ThreadPoolExecutor(PROBES))
        asked = [pool.submit(_probe, server.port, mine, probe, watch, over) for probe in probes]
        try:
            done = drive(server.port, mine.singles(load), seconds=rounds * seconds)
        finally:
            over.set()
        times = [one for future in asked for one in future.result()]
    p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
    lines = [
        f"{len(times)} probes while {done.per_second:,.0f} answers/s came in",
        f"seconds    {spread(times)} (min / median / max)",
        f"           p50 {p50:.2f}, p99 {p99:.2f}",
        verdict(
            f"p99 at most {MOST_STALE:g} s (better {WANTED_STALE:g} s)", reached=p99 <= MOST_STALE
        ),
    ]
    return Report(lines, p99 <= MOST_STALE)


class _Watch:
    """How many answers each goal knows, looked up every 20 ms."""

    def __init__(self, goals: Sequence[int]) -> None:
        self._goals = list(goals)
        self._known: dict[int, int] = {}
        self._changed = threading.Condition()
        self._over = False

    def run(self) -> None:
        query = "SELECT goal_id, n FROM strategy_goalstate WHERE goal_id = ANY(%s)"
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as direct:
            while not self._over:
                known: dict[int, int] = dict(direct.execute(query, [self._goals]).fetchall())
                with self._changed:
                    self._known = known
                    self._changed.notify_all()
                time.sleep(0.02)

    def stop(self) -> None:
        self._over = True

    def until(self, goal: int, answers: int) -> float:
        """Wait until a goal knows so many answers; return when that was seen."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._known.get(goal, 0) >= answers, stage.PATIENCE
            ):
                raise Failed(f"an answer did not reach its goal in {stage.PATIENCE:g} seconds")
            return time.monotonic()


@contextmanager
def _watching(goals: Sequence[int]) -> Iterator[_Watch]:
    watch = _Watch(goals)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        yield watch
    finally:
        watch.stop()
        thread.join()


def _probe(
    port: int, mine: Cast, asked: Asked, watch: _Watch, over: threading.Event
) -> list[float]:
    """Send one answer after the other; return how many seconds each took to reach the goal."""
    if asked.goal is None:
        return []
    times: list[float] = []
    while not over.wait(random.uniform(0, 0.5)):  # at any moment between two ticks
        begun = time.monotonic()
        post(port, mine.one(asked, asked.scored[0]))
        times.append(watch.until(asked.goal.pk, len(times) + 1) - begun)
    return times


def post(port: int, call: Call) -> None:
    """Send one call. Raises Failed when it is not taken."""
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=stage.PATIENCE)
    headers = {"Content-Type": call.content_type, "Authorization": call.authorization}
    try:
        server.request("POST", call.path, call.body, headers)
        reply = server.getresponse()
        told = reply.read()
    finally:
        server.close()
    if reply.status >= http.client.BAD_REQUEST:
        raise Failed(f"{reply.status}: {json.loads(told)}")


def burst(rounds: int, seconds: int) -> Report:
    """Post 10,000 answers one by one, as fast as they are taken; count the runs that did work."""
    with ExitStack() as after:
        after.enter_context(stage.databases())
        with psycopg.connect(os.environ["DATABASE_URL"]) as direct:
            direct.execute(NOTE_RUNS)
        mine = cast.new_cast()
        calls = mine.singles(mine.ask())
        server, runner = after.enter_context(_at_work(mine))
        begun = time.monotonic()
        while product_rows() < BURST:
            drive(server.port, calls, seconds=WARM_SECONDS)
        took = time.monotonic() - begun
        runner.settle()
        answers, runs = product_rows(), stage.rows_of("bench_run")
    reached = runs * BURST <= MOST_RUNS * answers
    lines = [
        f"{answers:,} answers in {took:.1f} s were taken in by {runs} runs",
        verdict(f"at most {MOST_RUNS} runs for {BURST:,} answers", reached=reached),
    ]
    return Report(lines, reached)
