"""Rows of a file understood as answers to one survey, many at a time, column by column."""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import compress
from typing import Any, NamedTuple, TypeVar, cast

from django.utils.translation import gettext as _

from cxplanner.base.tables import Broken, Row
from surveys.design.selectors import Asked, Design, Head
from surveys.imports.mapping import Column, When, zone_of
from surveys.imports.texts import (
    NOTHING,
    Answers,
    Ids,
    Memory,
    Said,
    Times,
    Wrong,
    days_of,
)
from surveys.imports.times import start_of
from surveys.responses.answers import EARLIEST, Check, Faulty, Given

MOST_FAULTS_KEPT = 10_000
_CUT = 200  # characters of a value shown in a list of faults

Found = TypeVar("Found")
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Flaw(NamedTuple):
    """What is wrong in a row; `column` is "" where it is the whole row."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Flaws:
    """The first flaws of a file, and how many rows have any."""

    rows: int = 0
    cells: int = 0
    kept: list[Flaw] = field(default_factory=list)

    def add(self, found: Sequence[Flaw]) -> None:
        self.rows += 1
        self.cells += len(found)
        if len(self.kept) < MOST_FAULTS_KEPT:
            self.kept += found


class Segments:
    """The segments of a row. Two are the same only when they are one object, as with `Said`."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names


class Line(NamedTuple):
    """A row understood: all of a response but its id and what is the survey's."""

    number: int
    external_id: str  # "" without
    at: datetime  # in UTC
    moment: int  # the same in microseconds since 2000
    day: date  # on the workspace's clock
    touchpoint_id: int | None
    segments: Segments
    document: str  # its answers as JSON, in the order of their questions' ids

    @property
    def answers(self) -> dict[str, Any]:
        """Return the answers by the ids of their questions."""
        found: dict[str, Any] = json.loads(self.document)
        return found

    @property
    def content(self) -> tuple[Hashable, ...]:
        """Return all that tells it from other answers."""
        return self.moment, self.touchpoint_id, self.segments.names, self.document


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows understood, a `Line` each, held as columns.

    `said` has a column for each question whose answers move a metric.
    """

    columns: tuple[Sequence[Any], ...] = ((),) * len(Line._fields)
    said: tuple[Sequence[Said], ...] = ()

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, place: int) -> Line:
        return Line(*(column[place] for column in self.columns))

    def column(self, name: str) -> Sequence[Any]:
        """Return what all lines have under the name of a field."""
        return self.columns[Line._fields.index(name)]

    def contents(self) -> Iterator[tuple[Hashable, ...]]:
        """Return what tells each line from other answers, as `Line.content` does."""
        segments = [one.names for one in self.column("segments")]
        moments, places = self.column("moment"), self.column("touchpoint_id")
        return zip(moments, places, segments, self.column("document"), strict=True)

    def only(self, wanted: Sequence[bool]) -> "Batch":
        """Return the rows that are wanted."""
        if all(wanted):
            return self
        columns, said = (
            tuple(list(compress(one, wanted)) for one in part) for part in (self.columns, self.said)
        )
        return Batch(columns, said)


class Understanding:
    """Reads rows as answers to one survey. `used` says what each column holds, by its place."""

    def __init__(
        self,
        head: Head,
        design: Design,
        *,
        used: Mapping[int, Column],
        names: Sequence[str],
        when: When,
        no_answer: Iterable[str],
        touchpoints: Mapping[str, int],
        now: datetime,
    ) -> None:
        self.head, self._names, self._width = head, names, len(names)
        self._probe = _probe_of(design)
        self._nothing = frozenset(text.strip().casefold() for text in no_answer) | {""}
        self._touchpoints = touchpoints
        by_kind: dict[str, list[int]] = {}
        for place, column in used.items():
            by_kind.setdefault(column.to, []).append(place)
        self._id = next(iter(by_kind.get("external_id", ())), None)
        self._ids = Ids()
        self._time = next(iter(by_kind.get("time", ())), None)
        zone = zone_of(when, head.zone)
        self._times = Times(
            when.order or "ymd",
            zone,
            now=now,
            always=start_of(date.fromisoformat(when.date), zone) if when.date else None,
            ended_at=None if head.is_open or head.is_draft else head.ended_at,
        )
        self._place = next(iter(by_kind.get("touchpoint", ())), None)
        self._places: Memory[int | None] = Memory(self._touchpoint)
        self._segment_places = by_kind.get("segment", [])
        self._segment_names = [used[place].name.strip() for place in self._segment_places]
        self._segments: Memory[Segments] = Memory(self._segments_of)
        asked = {
            place: design.by_id[used[place].question or 0] for place in by_kind.get("question", ())
        }
        self.questions = [question.text for question in asked.values()]
        self._question_ids = [str(question.id) for question in asked.values()]
        self._asked = [
            (place, Answers(question, used[place], nothing=self._nothing))
            for place, question in sorted(asked.items(), key=lambda pair: str(pair[1].id))
        ]

    def batch(self, numbers: Sequence[int], rows: Sequence[Row]) -> tuple[Batch, list[list[Flaw]]]:
        """Understand rows; those that cannot be taken are left out, and their flaws returned."""
        reading = _Reading(self._names, numbers, rows)
        if not reading.rows:
            return Batch(), reading.flaws
        parts, said = [], []
        for place, answers in self._asked:
            if answers.counts:
                said.append(reading.sound(place, answers.many, NOTHING))
                parts.append([one.part for one in said[-1]])
            else:
                parts.append(reading.sound(place, answers.parts, ""))
        documents = documents_of(parts)
        times = reading.sound(self._time, self._times.many, EARLIEST)
        ids = reading.sound(self._id, self._ids.many, "")
        places = self._places_of(reading)
        segments = self._row_segments(reading)
        reading.refuse_empty(documents)
        days = days_of(times, self.head.zone)
        moments = [(at - _BEGIN) // _MICROSECOND for at in times]
        columns = (reading.numbers, ids, times, moments, days, places, segments, documents)
        return Batch(columns, tuple(said)).only(reading.wanted), reading.flaws

    def lines(self, numbers: Sequence[int], rows: Sequence[Row]) -> Iterator[Line | list[Flaw]]:
        """Understand rows one by one, each to its line or to its flaws: for a preview."""
        for number, row in zip(numbers, rows, strict=True):
            batch, flaws = self.batch([number], [row])
            yield batch[0] if batch else flaws[0]

    def shown(self, number: int, row: Row) -> dict[str, Any]:
        """Return a row as a person is shown it: when, and what each column was taken for."""
        found = next(self.lines([number], [row]))
        if not isinstance(found, Line):
            return {"row": number, "flaws": [f"{flaw.column} {flaw.reason}" for flaw in found]}
        answers = [found.answers.get(question, "") for question in self._question_ids]
        return {
            "row": number,
            "at": found.at.astimezone(self.head.zone).isoformat(" ", "minutes")[:16],
            "id": found.external_id,
            "segments": list(found.segments.names),
            "answers": [", ".join(one) if isinstance(one, list) else one for one in answers],
        }

    # --- the columns of a reading -----------------------------------------------------------

    def _places_of(self, reading: "_Reading") -> list[int | None]:
        if self._place is None:
            return [None] * len(reading.rows)
        return reading.sound(self._place, self._places.many, None)

    def _row_segments(self, reading: "_Reading") -> list[Segments]:
        if not self._segment_places:
            return [_NO_SEGMENTS] * len(reading.rows)
        columns = [reading.texts(place) for place in self._segment_places]
        joined = list(map("\x1f".join, zip(*columns, strict=True)))
        found = self._segments.many(joined)
        return reading.without_wrong(found, self._segment_places[0], _NO_SEGMENTS)

    def _touchpoint(self, text: str) -> int | None:
        name = text.strip().casefold()
        if name in self._nothing:
            return None
        if name not in self._touchpoints:
            raise Wrong(_("The plan has no touchpoint of this name."))
        return self._touchpoints[name]

    def _segments_of(self, joined: str) -> Segments:
        given = dict(zip(self._segment_names, joined.split("\x1f"), strict=False))
        asked = Given(
            answers=[(0, "-")],
            segments={
                name: text
                for name, text in given.items()
                if text.strip().casefold() not in self._nothing
            },
        )
        try:
            check = Check(self.head, self._probe, now=EARLIEST, known=set())
            return Segments(tuple(check(asked).segments))
        except Faulty as error:
            raise Wrong(error.faults[0].detail) from None


class _Reading:
    """Rows at hand, as columns of equal length, and what was found wrong in them so far."""

    def __init__(self, names: Sequence[str], numbers: Sequence[int], rows: Sequence[Row]) -> None:
        self._names = names
        self._flaws: defaultdict[int, list[Flaw]] = defaultdict(list)  # by place among the rows
        self._misfits: list[list[Flaw]] = []
        width = len(names)
        if {*map(type, rows)} == {list} and {*map(len, cast("Sequence[list[str]]", rows))} == {
            width
        }:
            self.numbers, self.rows = numbers, cast("Sequence[list[str]]", rows)
        else:
            fitting = [
                (number, row[:width])
                for number, row in zip(numbers, rows, strict=True)
                if self._fits(number, row) and not isinstance(row, Broken)
            ]
            self.numbers = [number for number, _row in fitting]
            self.rows = [row for _number, row in fitting]
        self._columns = list(zip(*self.rows, strict=True))

    def texts(self, place: int | None) -> Sequence[str]:
        """Return the cells of a column; empty ones for a column that the file has not."""
        return [""] * len(self.rows) if place is None else self._columns[place]

    def sound(
        self,
        place: int | None,
        understand: Callable[[Sequence[str]], list[Found | Wrong]],
        instead: Found,
    ) -> list[Found]:
        """Understand a column; `instead` stands where a cell is wrong, which is noted."""
        return self.without_wrong(understand(self.texts(place)), place, instead)

    def without_wrong(
        self, found: list[Found | Wrong], place: int | None, instead: Found
    ) -> list[Found]:
        """Note what is wrong among what was found in a column, and put `instead` there."""
        if Wrong in set(map(type, found)):
            texts = self.texts(place)
            column = "" if place is None else self._names[place]
            for index, one in enumerate(found):
                if isinstance(one, Wrong):
                    flaw = Flaw(self.numbers[index], column, shown(texts[index]), str(one))
                    self._flaws[index].append(flaw)
                    found[index] = instead
        return cast("list[Found]", found)

    def refuse_empty(self, documents: Sequence[str]) -> None:
        """Note rows that answer nothing, where nothing else is wrong with them."""
        if "{}" in documents:
            for index, document in enumerate(documents):
                if document == "{}" and index not in self._flaws:
                    reason = _("Nothing was answered in this row.")
                    self._flaws[index].append(Flaw(self.numbers[index], "", "", reason))

    @property
    def wanted(self) -> list[bool]:
        return [index not in self._flaws for index in range(len(self.rows))]

    @property
    def flaws(self) -> list[list[Flaw]]:
        """Return what is wrong, a list for each row that has a flaw, in the order of the rows."""
        return sorted([*self._misfits, *self._flaws.values()])

    def _fits(self, number: int, row: Row) -> bool:
        """Let empty cells behind the last column pass; they hold nothing that could be lost."""
        width = len(self._names)
        if isinstance(row, Broken):
            reason = row.reason
        elif len(row) < width or any(row[width:]):
            reason = _("This row has %(cells)d cells, the file has %(columns)d columns.") % {
                "cells": len(row),
                "columns": width,
            }
        else:
            return True
        self._misfits.append([Flaw(number, "", "", reason)])
        return False


def documents_of(parts: Sequence[Sequence[str]]) -> list[str]:
    """Join the parts of rows, given as columns, to their documents; "" is no part."""
    rows = zip(*parts, strict=True)
    if any("" in column for column in parts):
        return [f"{{{', '.join(filter(None, row))}}}" for row in rows]
    return list(map(f"{{{', '.join(['%s'] * len(parts))}}}".__mod__, rows))


def _probe_of(design: Design) -> Design:
    """Return a survey of one open question, to have segments alone checked."""
    one = Asked(0, "open", "", False, None, None, "", "", (), False, None, None, None)  # noqa: FBT003  # a question's columns in order
    return replace(design, questions=(one,), by_id={0: one})


def shown(text: str) -> str:
    """Cut a value for a list, without what no database keeps."""
    return "".join(
        letter for letter in text[:_CUT] if letter != "\x00" and not "\ud800" <= letter <= "\udfff"
    )


_NO_SEGMENTS = Segments(())
