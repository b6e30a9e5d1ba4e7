"""A million past answers in one file, against PostgreSQL's own copy of the same rows.

The file is as large as those that people have: 135 MB, with ids of another tool, words that never
repeat, and a score out of a hundred that is none.
"""

import csv
import os
import random
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Tally
from surveys.imports import services
from surveys.imports.mapping import Meaning
from tests import factories
from tests.bench import cast, stage
from tests.bench.cast import COMMENT, Asked, Cast
from tests.bench.figures import Report, spread, verdict
from tests.bench.wrk import Failed

ROWS = 1_000_000
BAD = 7  # of each hundred rows, the one whose score no question takes
GOOD = ROWS * 99 // 100
PLACES, DAYS = 10, 365
LEAST, MOST_MEMORY = 0.45, 400  # of the floor's rows a second; MB
FLOOR = """
DROP TABLE IF EXISTS past;
CREATE TABLE past (id uuid PRIMARY KEY, answered_at timestamptz NOT NULL, score smallint NOT NULL,
  comment text NOT NULL, touchpoint text NOT NULL);
CREATE INDEX ON past (answered_at)"""


def past(rounds: int, seconds: int) -> Report:
    """Bring in 1,000,000 rows until their cells are current, against \\copy of the same."""
    with ExitStack() as after:
        folder = Path(after.enter_context(tempfile.TemporaryDirectory()))
        path = _written(folder / "past.csv")
        after.enter_context(stage.databases())
        mine = cast.new_cast()
        runner = after.enter_context(stage.runner())
        ratios, floors, products, memory = [], [], [], 0.0
        for number in range(rounds + 1):
            asked = mine.ask()
            copied = _copied(path)
            took, used = _brought_in(mine, asked, path, runner)
            memory = max(memory, used)
            if number:  # at first a new server makes the files it later uses again
                floors.append(ROWS / copied)
                products.append(ROWS / took)
                ratios.append(copied / took)
            _emptied()
    ratio = sorted(ratios)[len(ratios) // 2]
    lines = [
        f"\\copy      {spread(floors, '{:,.0f}')} rows/s (min / median / max)",
        f"import     {spread(products, '{:,.0f}')} rows/s",
        f"ratio      {spread(ratios)}",
        f"memory     {memory:.0f} MB at most, of the process that reads the file",
        verdict(f"at least {LEAST:g}x", reached=ratio >= LEAST),
        verdict(f"at most {MOST_MEMORY} MB", reached=memory <= MOST_MEMORY),
    ]
    return Report(lines, ratio >= LEAST and memory <= MOST_MEMORY)


def _written(path: Path) -> Path:
    chance, first = random.Random(1), datetime(2025, 1, 1, tzinfo=UTC)
    step = timedelta(days=DAYS) / ROWS
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "answered", "score", "comment", "touchpoint"])
        for number in range(ROWS):
            at = (first + number * step).isoformat(timespec="seconds")
            score = chance.randint(11, 20) if number % 100 == BAD else chance.randint(0, 10)
            # No two customers say the same.
            words = f"{COMMENT[:53]}{number:07}"
            place = f"Place {chance.randrange(PLACES)}"
            id_ = UUID(int=chance.getrandbits(128), version=4)
            rows.writerow([id_, at, score, words, place])
    return path


def _copied(path: Path) -> float:
    with psycopg.connect(os.environ["FLOOR_DATABASE_URL"]) as floor:
        floor.execute(FLOOR)
        floor.commit()
        begun = time.monotonic()
        with (
            path.open("rb") as file,
            floor.cursor().copy("COPY past FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            while chunk := file.read(1 << 16):
                copy.write(chunk)
        floor.commit()
        return time.monotonic() - begun


def _brought_in(mine: Cast, asked: Asked, path: Path, runner: stage.Runner) -> tuple[float, float]:
    """Return the seconds until all cells are current, and the MB the reader used."""
    with workspace_scope(mine.workspace_id):
        for number in range(PLACES):
            if not mine.plan.touchpoints.filter(name=f"Place {number}").exists():
                factories.touchpoint(plan=mine.plan, name=f"Place {number}")
        by = Membership.objects.get(workspace=mine.workspace_id)
        row = services.receive(
            path, plan=mine.plan, survey=asked.survey, file_name=path.name, by=by
        )
        columns = {
            "id": {"to": "external_id"},
            "answered": {"to": "time"},
            "score": {"to": "question", "question": asked.scored[0].pk},
            "comment": {"to": "question", "question": asked.words.pk},
            "touchpoint": {"to": "touchpoint"},
        }
        services.say(
            row, Meaning.of({"columns": columns, "time": {"order": "ymd"}, "keep_good": True})
        )
        begun = time.monotonic()
        services.start(row, by=by)
        stage.eventually(lambda: _is_over(row.pk), "the file is read")
        runner.settle()
        took = time.monotonic() - begun
        row.refresh_from_db()
        if row.status != "done" or row.totals["taken"] != GOOD:
            raise Failed(f"{row.status}: {row.trouble} {row.totals}")
        counted = Tally.objects.filter(metric=asked.scored[0].metric, touchpoint=None, segment="")
        if sum(cell.n for cell in counted) != GOOD:
            raise Failed("not all rows are counted")
    return took, runner.peak()


def _is_over(pk: int) -> bool:
    with psycopg.connect(os.environ["DATABASE_URL"]) as direct:
        found = direct.execute("SELECT ended_at FROM surveys_answerimport WHERE id = %s", [pk])
        return found.fetchone() != (None,)


def _emptied() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as direct:
        direct.execute("TRUNCATE surveys_response, strategy_tally, surveys_answerimport CASCADE")
