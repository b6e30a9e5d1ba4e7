"""Texts of a file understood, a column of them at once, by the rules of responses.answers.

A file of a million rows holds few different scores, places and segments, so each different text
of such a column is understood once and remembered. Times, ids and free words differ from row to
row: they are looked at together, and one by one only where something is unusual among them.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from json.encoder import encode_basestring
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from surveys.design.models import Question
from surveys.design.selectors import Asked
from surveys.imports.mapping import Column
from surveys.imports.times import NoTime, reader
from surveys.responses.answers import (
    CLOCKS_DIFFER_BY,
    EARLIEST,
    LONGEST_EXTERNAL_ID,
    LONGEST_TEXT,
    NotAccepted,
    accept,
    kept_text,
)

REMEMBERED = 20_000  # different texts of a column

Found = TypeVar("Found")


class Wrong(Exception):
    """A cell that cannot be taken; says why to a person."""


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

    def many(self, texts: Iterable[str]) -> list[Found | Wrong]:
        """Understand a whole column."""
        return list(map(self.__getitem__, texts))


class Said:
    """An answer to one question: its part of the document, and what it counts for.

    `part` is "" where nothing was answered. Two are the same only when they are one object, which
    is what makes counting a million of them quick.
    """

    __slots__ = ("metric_id", "part", "score", "touchpoint_id")

    def __init__(
        self,
        part: str,
        *,
        touchpoint_id: int | None = None,
        metric_id: int | None = None,
        score: int = 0,
    ) -> None:
        self.part, self.touchpoint_id = part, touchpoint_id  # the question's own touchpoint
        self.metric_id, self.score = metric_id, score


NOTHING = Said("")


class Answers:
    """A column that answers one question. `counts` tells whether its answers move a metric."""

    def __init__(self, question: Asked, column: Column, *, nothing: frozenset[str]) -> None:
        self._question, self._column = question, column
        self._nothing = nothing | {text.strip().casefold() for text in column.no_answer}
        self._values = {text.strip().casefold(): value for text, value in column.values.items()}
        self._scored = question.kind in Question.SCORED
        self._several = question.kind == Question.Kind.CHOICE and question.is_multiple
        self._remembered: Memory[Said] = Memory(self._understood)
        self._is_words = question.kind == Question.Kind.OPEN and not self._values
        self._longest_nothing = max(map(len, self._nothing))
        self.counts = question.metric_id is not None and bool(question.scale)

    def many(self, texts: Sequence[str]) -> list[Said | Wrong]:
        """Understand a whole column of answers."""
        return self._remembered.many(texts)

    def parts(self, texts: Sequence[str]) -> list[str | Wrong]:
        """Return the parts of documents alone, "" where nothing was answered."""
        quick = self._quick(texts) if self._is_words else None
        if quick is not None:
            return quick
        return [one if type(one) is Wrong else one.part for one in self.many(texts)]  # type: ignore[union-attr]  # not Wrong

    def _quick(self, texts: Sequence[str]) -> list[str | Wrong] | None:
        """Write words of which none is unusual; None where each must be looked at by itself."""
        words = list(map(str.strip, texts))
        lengths = list(map(len, words))
        together = "\n".join(words)
        if (
            min(lengths) <= self._longest_nothing
            or max(lengths) > LONGEST_TEXT
            or kept_text_differs(together)
        ):
            return None
        start = f'"{self._question.id}": '
        return [start + word for word in map(encode_basestring, words)]

    def _understood(self, text: str) -> Said:
        question, word = self._question, text.strip()
        folded = word.casefold()
        if folded in self._nothing:
            return NOTHING
        value: Any = self._values.get(folded, word)
        if self._scored and value is word:
            value = number_in(word)
        elif self._several and value is word:
            value = [part.strip() for part in word.split(";") if part.strip()]
        kept = accept(question, value)
        if kept is None:
            return NOTHING
        part = f'"{question.id}": {json.dumps(kept, ensure_ascii=False)}'
        if question.metric_id is None or not isinstance(kept, int):
            return Said(part)
        return Said(
            part, touchpoint_id=question.touchpoint_id, metric_id=question.metric_id, score=kept
        )


def kept_text_differs(text: str) -> bool:
    """Tell whether the database would refuse or shorten a text."""
    try:
        return kept_text(text) is not text and kept_text(text) != text
    except NotAccepted:
        return True


class Ids:
    """The column of external ids; "" where a row has none."""

    def many(self, texts: Sequence[str]) -> list[str | Wrong]:
        found = list(map(str.strip, texts))
        if all(map(str.isprintable, found)) and max(map(len, found)) <= LONGEST_EXTERNAL_ID:
            return list(found)
        return [self._one(text) for text in found]

    def _one(self, text: str) -> str | Wrong:
        if len(text) <= LONGEST_EXTERNAL_ID and text.isprintable():
            return text
        return Wrong(
            _("An id has from 1 to %(most)d printable characters.") % {"most": LONGEST_EXTERNAL_ID}
        )


class Times:
    """The column of times, in UTC. `always` stands for rows that tell none.

    Times from before 2000, from the future and, where the survey is closed, from `ended_at` on
    are wrong.
    """

    def __init__(
        self,
        order: str,
        zone: ZoneInfo,
        *,
        now: datetime,
        always: datetime | None,
        ended_at: datetime | None,
    ) -> None:
        self._order, self._zone = order, zone
        self._read = reader(order, zone)
        self._latest = now + CLOCKS_DIFFER_BY
        self._always, self._ended_at = always, ended_at

    def many(self, texts: Sequence[str]) -> list[datetime | Wrong]:
        """Read a whole column of times."""
        quick = self._quick(texts) if self._order == "ymd" else None
        return list(quick) if quick is not None else [self._one(text) for text in texts]

    def _quick(self, texts: Sequence[str]) -> list[datetime] | None:
        zone = self._zone
        try:
            read = list(map(datetime.fromisoformat, texts))
        except ValueError:
            return None
        found = [
            at
            if at.tzinfo is UTC
            else (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
            for at in read
        ]
        return found if self._is_timely(min(found)) and self._is_timely(max(found)) else None

    def _one(self, text: str) -> datetime | Wrong:
        if not text or text.isspace():
            if self._always is None:
                return Wrong(_("This row does not say when it was answered."))
            at = self._always
        else:
            try:
                at = self._read(text)
            except NoTime as error:
                return Wrong(str(error))
        return at if self._is_timely(at) else Wrong(self._untimely(at))

    def _is_timely(self, at: datetime) -> bool:
        return EARLIEST <= at <= self._latest and (self._ended_at is None or at < self._ended_at)

    def _untimely(self, at: datetime) -> str:
        if at < EARLIEST:
            return _("This is before the year 2000.")
        if at > self._latest:
            return _("This lies in the future.")
        return _("The survey was closed before this was answered.")


def days_of(times: Sequence[datetime], zone: ZoneInfo) -> list[date]:
    """Return the days of moments on a zone's clock.

    Where the first and the last share day and offset, all between them have that day: rows come
    mostly in the order of their times.
    """
    if not times:
        return []
    first, last = min(times).astimezone(zone), max(times).astimezone(zone)
    if first.date() == last.date() and first.utcoffset() == last.utcoffset():
        return [first.date()] * len(times)
    return [at.astimezone(zone).date() for at in times]


def number_in(word: str) -> Any:
    """Return the number a cell holds; the text itself where it holds none."""
    if word.isascii() and word.isdecimal() and len(word) < 10:  # far beyond any scale
        return int(word)
    try:
        found = float(word.replace(",", "."))
    except ValueError:
        return word
    return int(found) if found.is_integer() else found
