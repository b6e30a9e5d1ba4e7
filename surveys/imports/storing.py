"""Writes understood rows by COPY, with what they add to cells, in the caller's transaction."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

from django.db import connection
from django.utils.translation import gettext as _

from strategy.metrics.pending import Add, append_adds
from surveys.design.selectors import Head
from surveys.imports.understanding import Cell, Flaw, Line, response_id
from surveys.responses.models import Response

MOST_CELLS = 200_000  # held in memory before they are written

Named = tuple[str, Line]  # a row with the id of its response

_COPY: LiteralString = """COPY surveys_response (id, workspace_id, survey_id, day, external_id,
  answered_at, touchpoint_id, segments, via, answers) FROM STDIN"""
_KNOWN: LiteralString = """SELECT replace(id::text, '-', '') FROM surveys_response
  WHERE id = ANY(%s::uuid[]) AND survey_id = %s AND workspace_id = %s"""


@dataclass(slots=True)
class Totals:
    """What became of a file's rows so far."""

    rows: int = 0
    taken: int = 0
    known: int = 0  # brought in before, or sent by another way
    twice: int = 0  # the same id with the same answers again in this file
    flawed: int = 0
    cells: int = 0  # flaws

    def as_json(self) -> dict[str, int]:
        return asdict(self)


class Sieve:
    """Lets each row pass once: what the file repeats or the survey knows stays outside.

    Rows without an id are told apart by content and count. Only hashes are remembered: a million
    rows take some 100 MB.
    """

    def __init__(self, head: Head, totals: Totals, *, survey_has_answers: bool) -> None:
        self._head = head
        self._totals = totals
        self._may_know = survey_has_answers
        self._by_id: dict[int, int] = {}
        self._times: dict[int, int] = {}

    @property
    def asks(self) -> bool:
        """Tell whether it reads the database, which no COPY may be open for."""
        return self._may_know

    def new(self, lines: Iterable[Line], flaws: list[Flaw]) -> list[Named]:
        """Return the rows to be written; repeats and known ones are counted in the totals."""
        named = [named for line in lines if (named := self._first(line, flaws))]
        return self._unknown(named, flaws) if self._may_know and named else named

    def _first(self, line: Line, flaws: list[Flaw]) -> Named | None:
        survey_id, said = self._head.survey_id, hash(line.content)
        if line.external_id is None:
            times = self._times[said] = self._times.get(said, 0) + 1
            return response_id(line, survey_id, times), line
        key = hash(line.external_id)
        before = self._by_id.get(key)
        if before is None:
            self._by_id[key] = said
            return response_id(line, survey_id), line
        if before == said:
            self._totals.twice += 1
        else:
            reason = _("This id stands in an earlier row, with other answers.")
            flaws.append(Flaw(line.number, "", line.external_id, reason))
        return None

    def _unknown(self, named: list[Named], flaws: list[Flaw]) -> list[Named]:
        survey_id, workspace_id = self._head.survey_id, self._head.workspace_id
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [[name for name, _line in named], survey_id, workspace_id])
            known = {name for (name,) in cursor.fetchall()}
        self._totals.known += len(known)
        left = [(name, line) for name, line in named if name not in known]
        ids = [line.external_id for _name, line in left if line.external_id is not None]
        rows = Response.objects.filter(survey_id=survey_id, external_id__in=ids) if ids else ()
        met = {row.external_id: row for row in rows}
        if not met:
            return left
        return [pair for pair in left if self._is_fresh(pair[1], met, flaws)]

    def _is_fresh(self, line: Line, met: dict[str | None, Response], flaws: list[Flaw]) -> bool:
        row = met.get(line.external_id) if line.external_id is not None else None
        if row is None:
            return True
        if _says_the_same(row, line):
            self._totals.known += 1
        else:
            reason = _("The survey knows this id, with other answers. They stay as they are.")
            flaws.append(Flaw(line.number, "", line.external_id or "", reason))
        return False


def _says_the_same(row: Response, line: Line) -> bool:
    return (
        row.answers == json.loads(line.document)
        and tuple(row.segments) == line.segments
        and row.touchpoint_id == line.touchpoint_id
        and row.answered_at == line.at
    )


class Writer:
    """Keeps one COPY open as long as it can: the database works while the next rows are read."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._cells: Counter[Cell] = Counter()
        self._open: ExitStack | None = None
        self._copy: Any = None
        self._start = f"\t{head.workspace_id}\t{head.survey_id}\t"

    def write(self, named: Sequence[Named]) -> None:
        """Write responses; raises IntegrityError where another call wrote the same meanwhile."""
        if not named:
            return
        start = self._start
        text = "".join(f"{name}{start}{line.day}\t{line.content}" for name, line in named)
        with connection.wrap_database_errors:
            self._opened().write(text)
        self._cells.update(cell for _name, line in named for cell in line.cells)
        if len(self._cells) > MOST_CELLS:
            self.pause()
            self._add()

    def pause(self) -> None:
        """End the COPY, so that other statements can run; the next write opens another."""
        if self._open is not None:
            opened, self._open = self._open, None
            with connection.wrap_database_errors:
                opened.close()

    def finish(self) -> None:
        self.pause()
        self._add()
        # A recount that still takes the table for small reads all of it once for every day.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE surveys_response (workspace_id, survey_id, day)")

    def _opened(self) -> Any:
        if self._open is None:
            self._open = ExitStack()
            cursor = self._open.enter_context(connection.cursor())
            self._copy = self._open.enter_context(cursor.copy(_COPY))
        return self._copy

    def _add(self) -> None:
        """Append what the rows add. Only new answers are written here, so no day is recounted."""
        append_adds(
            Add(
                source=self._head.source,
                day=day,
                metric_id=metric_id,
                touchpoint_id=touchpoint_id,
                segments=segments,
                bucket=score,
                n=n,
                total=n * score,
                squares=n * score**2,
            )
            for (day, segments, touchpoint_id, metric_id, score), n in self._cells.items()
        )
        self._cells.clear()
