"""Rows of a file understood as answers: every value by the rules of responses.answers.

A file of a million rows holds few different scores, places and segments, so each different text
of a column is understood once and remembered. Times and ids are looked at row by row.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Generic, NamedTuple, TypeVar

from django.utils.translation import gettext as _

from cxplanner.base.tables import Broken, Row
from surveys.design.models import Question
from surveys.design.selectors import Asked, Design, Head
from surveys.imports.mapping import Column, When, zone_of
from surveys.imports.times import NoTime, reader, start_of
from surveys.responses.answers import (
    CLOCKS_DIFFER_BY,
    EARLIEST,
    LONGEST_EXTERNAL_ID,
    Check,
    Faulty,
    Given,
    NotAccepted,
    accept,
)

MOST_FAULTS_KEPT = 10_000
REMEMBERED = 20_000  # different texts of a column
_CUT = 200  # characters of a value shown in a list of faults
NULL = "\\N"  # as COPY reads it

Found = TypeVar("Found")
# Day, segments, touchpoint, metric, score.
Cell = tuple[date, tuple[str, ...], int | None, int, int]


class Wrong(Exception):
    """A cell that cannot be taken; says why to a person."""


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


class Memory(dict[str, Found | Wrong], Generic[Found]):
    """Remembers what each text was understood as; forgets all when it grows too large."""

    def __init__(self, understand: Callable[[str], Found]) -> None:
        super().__init__()
        self._understand = understand

    def __missing__(self, text: str) -> Found | Wrong:
        if len(self) >= REMEMBERED:
            self.clear()
        found: Found | Wrong
        try:
            found = self._understand(text)
        except (NotAccepted, Wrong) as error:
            found = Wrong(str(error))
        self[text] = found
        return found


Count = tuple[int | None, int, int]  # touchpoint of the question, metric, score


class Said(NamedTuple):
    """An answer to one question: its part of the document, and what it counts for."""

    json: str
    counts: Count | None


class Line(NamedTuple):
    """A row understood: all of the response but its id and what is the survey's."""

    number: int
    external_id: str | None
    at: datetime  # in UTC
    day: date  # on the workspace's clock
    touchpoint_id: int | None
    segments: tuple[str, ...]
    document: str  # its answers as JSON, in the order of their questions' ids
    counts: tuple[Count, ...]
    content: str  # all that tells it from other answers, as COPY reads it

    @property
    def cells(self) -> list[Cell]:
        place = self.touchpoint_id
        start = (self.day, self.segments)
        return [(*start, own or place, metric, score) for own, metric, score in self.counts]


def response_id(line: Line, survey_id: int, times: int = 1) -> str:
    """Return the id this content, met for the n-th time, always gets: as a UUIDv7 of its time.

    The same file brought in twice makes the same ids, so the second run adds nothing.
    """
    told = f"{survey_id}\t{line.content}" if times == 1 else f"{survey_id}\t{line.content}#{times}"
    tail = blake2b(told.encode(), digest_size=9).hexdigest()
    return f"{int(line.at.timestamp() * 1000):012x}7{tail[:3]}a{tail[3:]}"


class Understanding:
    """Reads rows as answers to one survey. `asked` maps columns to questions."""

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
        self._latest = now + CLOCKS_DIFFER_BY
        self._ended_at = None if head.is_open or head.is_draft else head.ended_at
        self._touchpoints = touchpoints
        self._zone = head.zone
        by_kind: dict[str, list[int]] = {}
        for place, column in used.items():
            by_kind.setdefault(column.to, []).append(place)
        self._id = next(iter(by_kind.get("external_id", ())), None)
        self._time = next(iter(by_kind.get("time", ())), None)
        place_column = next(iter(by_kind.get("touchpoint", ())), None)
        self._place = place_column
        self._places = Memory(self._touchpoint)
        self._segment_places = by_kind.get("segment", [])
        self._segment_names = [used[place].name.strip() for place in self._segment_places]
        self._segments: Memory[tuple[str, ...]] = Memory(self._segments_of)
        zone = zone_of(when, head.zone)
        self._read_time = reader(when.order or "ymd", zone)
        self._always = start_of(date.fromisoformat(when.date), zone) if when.date else None
        self.questions = [
            design.by_id[column.question or 0].text
            for column in used.values()
            if column.to == "question"
        ]
        self._question_ids = [
            str(column.question) for column in used.values() if column.to == "question"
        ]
        self._asked = [
            (place, Memory(self._answer_to(design.by_id[column.question or 0], column)))
            for place, column in sorted(
                ((place, used[place]) for place in by_kind.get("question", ())),
                key=lambda pair: str(pair[1].question),
            )
        ]

    def line(self, number: int, row: Row) -> Line | list[Flaw]:
        """Understand one row; returns its flaws where it cannot be taken."""
        if isinstance(row, Broken):
            return [Flaw(number, "", "", row.reason)]
        if len(row) != self._width and not self._fits(row):
            return [Flaw(number, "", "", self._misfit(row))]
        flaws: list[Flaw] = []
        parts, counts = self._answers(number, row, flaws)
        at = self._at(number, row, flaws)
        external_id = self._external_id(number, row, flaws)
        place_id = self._place_id(number, row, flaws) if self._place is not None else None
        segments = self._row_segments(number, row, flaws) if self._segment_places else ()
        if not parts and not flaws:
            flaws.append(Flaw(number, "", "", _("Nothing was answered in this row.")))
        if flaws:
            return flaws
        document = f"{{{', '.join(parts)}}}"
        content = (
            f"{escaped(external_id) if external_id else NULL}\t{at}\t{place_id or NULL}\t"
            f"{_array(segments) if segments else '{}'}\timport\t{escaped(document)}\n"
        )
        day = at.astimezone(self._zone).date()
        return Line(
            number, external_id, at, day, place_id, segments, document, tuple(counts), content
        )

    def _answers(
        self, number: int, row: list[str], flaws: list[Flaw]
    ) -> tuple[list[str], list[Count]]:
        parts: list[str] = []
        counts: list[Count] = []
        for place, memory in self._asked:
            said = memory[row[place]]
            if said is None:
                continue
            if isinstance(said, Wrong):
                flaws.append(self._flaw(number, place, row, said))
                continue
            parts.append(said.json)
            if said.counts is not None:
                counts.append(said.counts)
        return parts, counts

    def shown(self, number: int, row: Row) -> dict[str, Any]:
        """Return a row as a person is shown it: when, and what each column was taken for."""
        found = self.line(number, row)
        if not isinstance(found, Line):
            return {"row": number, "flaws": [f"{flaw.column} {flaw.reason}" for flaw in found]}
        said = json.loads(found.document)
        answers = [said.get(question, "") for question in self._question_ids]
        return {
            "row": number,
            "at": found.at.astimezone(self._zone).isoformat(" ", "minutes")[:16],
            "id": found.external_id or "",
            "segments": list(found.segments),
            "answers": [", ".join(one) if isinstance(one, list) else one for one in answers],
        }

    def _fits(self, row: list[str]) -> bool:
        """Let empty cells behind the last column pass; they hold nothing that could be lost."""
        if len(row) > self._width and not any(row[self._width :]):
            del row[self._width :]
            return True
        return False

    def _misfit(self, row: list[str]) -> str:
        return _("This row has %(cells)d cells, the file has %(columns)d columns.") % {
            "cells": len(row),
            "columns": self._width,
        }

    def _flaw(self, number: int, place: int, row: list[str], wrong: Wrong) -> Flaw:
        return Flaw(number, self._names[place], shown(row[place]), str(wrong))

    # --- the parts of a row -----------------------------------------------------------------

    def _answer_to(self, question: Asked, column: Column) -> Callable[[str], Said | None]:
        """Return what understands a cell as an answer to a question."""
        nothing = self._nothing | {text.strip().casefold() for text in column.no_answer}
        values = {text.strip().casefold(): value for text, value in column.values.items()}
        scored = question.kind in Question.SCORED
        several = question.kind == Question.Kind.CHOICE and question.is_multiple

        def understand(text: str) -> Said | None:
            word = text.strip()
            folded = word.casefold()
            if folded in nothing:
                return None
            value: Any = values.get(folded, word)
            if scored and value is word:
                value = number_in(word)
            elif several and value is word:
                value = [part.strip() for part in word.split(";") if part.strip()]
            kept = accept(question, value)
            if kept is None:
                return None
            part = f'"{question.id}": {json.dumps(kept, ensure_ascii=False)}'
            if question.metric_id is None or not isinstance(kept, int):
                return Said(part, None)
            return Said(part, (question.touchpoint_id, question.metric_id, kept))

        return understand

    def _at(self, number: int, row: list[str], flaws: list[Flaw]) -> datetime:
        text = row[self._time] if self._time is not None else ""
        try:
            at = self._read_time(text) if text and not text.isspace() else self._undated()
            if EARLIEST <= at <= self._latest and (self._ended_at is None or at < self._ended_at):
                return at
            wrong = self._untimely(at)
        except (NoTime, Wrong) as error:
            wrong = str(error)
        column = self._names[self._time] if self._time is not None else ""
        flaws.append(Flaw(number, column, shown(text), wrong))
        return EARLIEST

    def _undated(self) -> datetime:
        if self._always is None:
            raise Wrong(_("This row does not say when it was answered."))
        return self._always

    def _untimely(self, at: datetime) -> str:
        if at < EARLIEST:
            return _("This is before the year 2000.")
        if at > self._latest:
            return _("This lies in the future.")
        return _("The survey was closed before this was answered.")

    def _external_id(self, number: int, row: list[str], flaws: list[Flaw]) -> str | None:
        if self._id is None:
            return None
        found = row[self._id].strip()
        if not found:
            return None
        if not (len(found) <= LONGEST_EXTERNAL_ID and found.isprintable()):
            wrong = Wrong(
                _("An id has from 1 to %(most)d printable characters.")
                % {"most": LONGEST_EXTERNAL_ID}
            )
            flaws.append(self._flaw(number, self._id, row, wrong))
        return found

    def _place_id(self, number: int, row: list[str], flaws: list[Flaw]) -> int | None:
        place = self._place or 0
        found = self._places[row[place]]
        if isinstance(found, Wrong):
            flaws.append(self._flaw(number, place, row, found))
            return None
        return found

    def _touchpoint(self, text: str) -> int | None:
        name = text.strip().casefold()
        if name in self._nothing:
            return None
        if name not in self._touchpoints:
            raise Wrong(_("The plan has no touchpoint of this name."))
        return self._touchpoints[name]

    def _row_segments(self, number: int, row: list[str], flaws: list[Flaw]) -> tuple[str, ...]:
        places = self._segment_places
        found = self._segments["\x1f".join([row[place] for place in places])]
        if isinstance(found, Wrong):
            flaws.append(self._flaw(number, places[0], row, found))
            return ()
        return found

    def _segments_of(self, joined: str) -> tuple[str, ...]:
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
            return tuple(check(asked).segments)
        except Faulty as error:
            raise Wrong(error.faults[0].detail) from None


def _probe_of(design: Design) -> Design:
    """Return a survey of one open question, to have segments alone checked."""
    one = Asked(0, "open", "", False, None, None, "", "", (), False, None, None, None)  # noqa: FBT003  # a question's columns in order
    return replace(design, questions=(one,), by_id={0: one})


def number_in(word: str) -> Any:
    """Return the number a cell holds; the text itself where it holds none."""
    if word.isascii() and word.isdecimal() and len(word) < 10:  # far beyond any scale
        return int(word)
    try:
        found = float(word.replace(",", "."))
    except ValueError:
        return word
    return int(found) if found.is_integer() else found


def shown(text: str) -> str:
    """Cut a value for a list, without what no database keeps."""
    return "".join(
        letter for letter in text[:_CUT] if letter != "\x00" and not "\ud800" <= letter <= "\udfff"
    )


def escaped(text: str) -> str:
    r"""Write a text as COPY reads it. JSON and ids hold no control characters, only `\`."""
    return text.replace("\\", "\\\\") if "\\" in text else text


def _array(segments: tuple[str, ...]) -> str:
    quoted = (one.replace("\\", "\\\\").replace('"', '\\"') for one in segments)
    return escaped("{" + ",".join(f'"{one}"' for one in quoted) + "}")
