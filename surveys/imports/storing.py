"""Writes understood rows by COPY, with what they add to cells, in the caller's transaction."""

import os
import socket
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import blake2b
from itertools import compress
from typing import Any, LiteralString, Self
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from uuid_utils import uuid7

from strategy.metrics.pending import Add, append_adds
from surveys.design.selectors import Head
from surveys.imports.binary import COPY, END, START, Lines
from surveys.imports.texts import Said
from surveys.imports.understanding import Batch, Flaw, Line, Segments
from surveys.responses.models import Response

AHEAD = 2 * 1024 * 1024  # bytes
MOST_CELLS = 200_000  # held in memory before they are written
_Cell = tuple[date, Segments, int | None, Said]  # the touchpoint is the row's

_KNOWN: LiteralString = """SELECT id FROM surveys_response
  WHERE id = ANY(%s) AND survey_id = %s AND workspace_id = %s"""


@dataclass(frozen=True, slots=True)
class New:
    """Rows to be written, with the ids of their responses, 16 bytes each."""

    batch: Batch
    ids: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, wanted: Sequence[bool]) -> Self:
        """Return the rows that are wanted."""
        return replace(self, batch=self.batch.only(wanted), ids=[*compress(self.ids, wanted)])


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

    def new(self, batch: Batch, amiss: list[list[Flaw]]) -> New:
        """Return the rows to be written; repeats and known ones are counted in the totals.

        Rows that contradict others are added to those amiss.
        """
        new = self._quickly(batch) or self._one_by_one(batch, amiss)
        return self._unknown(new, amiss) if self._may_know and len(new) else new

    def _quickly(self, batch: Batch) -> New | None:
        """Pass rows that all have an id never met before; None where one has not."""
        external_ids = batch.column("external_id")
        keys = [*map(hash, external_ids)]
        if (
            "" in external_ids
            or len({*keys}) < len(keys)
            or not self._by_id.keys().isdisjoint(keys)
        ):
            return None
        self._by_id.update(zip(keys, map(hash, batch.contents()), strict=True))
        return New(batch, [uuid7().bytes for _key in keys])

    def _one_by_one(self, batch: Batch, amiss: list[list[Flaw]]) -> New:
        ids = [self._first(batch[place], amiss) for place in range(len(batch))]
        return New(batch, ids).only([id_ != b"" for id_ in ids])

    def _first(self, line: Line, amiss: list[list[Flaw]]) -> bytes:
        """Return the id of a row met for the first time, else b""."""
        said = hash(line.content)
        if not line.external_id:
            times = self._times[said] = self._times.get(said, 0) + 1
            return response_id(line, self._head.survey_id, times)
        key = hash(line.external_id)
        before = self._by_id.get(key)
        if before is None:
            self._by_id[key] = said
            return uuid7().bytes
        if before == said:
            self._totals.twice += 1
        else:
            reason = _("This id stands in an earlier row, with other answers.")
            amiss.append([Flaw(line.number, "", line.external_id, reason)])
        return b""

    def _unknown(self, new: New, amiss: list[list[Flaw]]) -> New:
        survey_id, workspace_id = self._head.survey_id, self._head.workspace_id
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [[UUID(bytes=id_) for id_ in new.ids], survey_id, workspace_id])
            known = {found.bytes for (found,) in cursor.fetchall()}
        self._totals.known += len(known)
        new = new.only([id_ not in known for id_ in new.ids])
        external_ids = [one for one in new.batch.column("external_id") if one]
        rows = Response.objects.filter(survey_id=survey_id, external_id__in=external_ids)
        met = {row.external_id: row for row in rows} if external_ids else {}
        lines = (new.batch[place] for place in range(len(new)))
        return new.only([self._is_fresh(line, met, amiss) for line in lines]) if met else new

    def _is_fresh(
        self, line: Line, met: dict[str | None, Response], amiss: list[list[Flaw]]
    ) -> bool:
        row = met.get(line.external_id)
        if row is None:
            return True
        if _says_the_same(row, line):
            self._totals.known += 1
        else:
            reason = _("The survey knows this id, with other answers. They stay as they are.")
            amiss.append([Flaw(line.number, "", line.external_id, reason)])
        return False


def response_id(line: Line, survey_id: int, times: int = 1) -> bytes:
    """Return the id this content, met for the n-th time, always gets: as a UUIDv7 of its time.

    A file without ids brought in twice makes the same ids, so the second run adds nothing.
    """
    told = (survey_id, *line.content, times)
    tail = blake2b(repr(told).encode(), digest_size=9).hexdigest()
    return bytes.fromhex(f"{int(line.at.timestamp() * 1000):012x}7{tail[:3]}a{tail[3:]}")


def _says_the_same(row: Response, line: Line) -> bool:
    return (
        row.answers == line.answers
        and tuple(row.segments) == line.segments.names
        and row.touchpoint_id == line.touchpoint_id
        and row.answered_at == line.at
    )


def _let_run_ahead(cursor: Any) -> None:
    """Let more rows lie between here and the database, so that it never waits for the next."""
    with socket.socket(fileno=os.dup(cursor.connection.pgconn.socket)) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, AHEAD)


class Writer:
    """Keeps one COPY open as long as it can: the database works while the next rows are read."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._cells: Counter[_Cell] = Counter()
        self._open: ExitStack | None = None
        self._copy: Any = None
        self._lines = Lines(head)
        self.first_day: date | None = None  # of the answers written so far, as is the last
        self.last_day: date | None = None

    def write(self, new: New) -> None:
        """Write responses; raises IntegrityError where another call wrote the same meanwhile."""
        if not len(new):
            return
        batch, days = new.batch, new.batch.column("day")
        with connection.wrap_database_errors:
            self._opened().write(self._lines.written(batch, new.ids))
        self.first_day = min(self.first_day or days[0], *days)
        self.last_day = max(self.last_day or days[0], *days)
        for said in batch.said:
            self._cells.update(
                zip(
                    days, batch.column("segments"), batch.column("touchpoint_id"), said, strict=True
                )
            )
        if len(self._cells) > MOST_CELLS:
            self.pause()
            self._add()

    def pause(self) -> None:
        """End the COPY, so that other statements can run; the next write opens another."""
        if self._open is not None:
            opened, self._open = self._open, None
            with connection.wrap_database_errors:
                self._copy.write(END)
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
            _let_run_ahead(cursor)
            self._copy = self._open.enter_context(cursor.copy(COPY))
            self._copy.write(START)
        return self._copy

    def _add(self) -> None:
        """Append what the rows add. Only new answers are written here, so no day is recounted."""
        append_adds(
            Add(
                source=self._head.source,
                day=day,
                metric_id=said.metric_id,
                touchpoint_id=said.touchpoint_id or touchpoint_id,
                segments=segments.names,
                bucket=said.score,
                n=n,
                total=n * said.score,
                squares=n * said.score**2,
            )
            for (day, segments, touchpoint_id, said), n in self._cells.items()
            if said.metric_id is not None
        )
        self._cells.clear()
