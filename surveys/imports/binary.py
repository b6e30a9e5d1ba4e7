"""Responses as COPY reads them in binary: the database then parses no numbers, times or ids.

The format is that of "Binary Format" in PostgreSQL's page on COPY; each value as its type's
binary input takes it. Half of an import's time went into reading text.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import LiteralString

from surveys.design.selectors import Head
from surveys.imports.understanding import Batch, Segments
from surveys.responses.models import Response

COPY: LiteralString = """COPY surveys_response (workspace_id, survey_id, via, id, day, answered_at,
  touchpoint_id, segments, external_id, answers) FROM STDIN (FORMAT binary)"""
START = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
END = struct.pack(">h", -1)

_COLUMNS = 10
_FIRST_DAY = date(2000, 1, 1)  # days are counted from here
_VARCHAR = 1043  # the type's number
_NULL = struct.pack(">i", -1)
_JSONB_VERSION = 1
_length = struct.Struct(">i").pack


def sized(value: bytes) -> bytes:
    """Return a value behind its length."""
    return _length(len(value)) + value


def array(texts: Sequence[str]) -> bytes:
    """Return an array of varchar with its length."""
    if not texts:
        return sized(struct.pack(">iii", 0, 0, _VARCHAR))
    start = struct.pack(">iiiii", 1, 0, _VARCHAR, len(texts), 1)
    return sized(start + b"".join(sized(text.encode()) for text in texts))


class Lines:
    """Writes the rows of one survey."""

    def __init__(self, head: Head) -> None:
        self._same = b"".join(
            (
                struct.pack(">h", _COLUMNS),
                sized(struct.pack(">q", head.workspace_id)),
                sized(struct.pack(">q", head.survey_id)),
                sized(Response.Via.IMPORT.value.encode()),
            )
        )
        self._places: dict[tuple[int | None, Segments], bytes] = {}
        self._days: dict[date, int] = {}

    def written(self, batch: Batch, ids: Sequence[bytes]) -> bytes:
        """Return responses with these ids, 16 bytes each, as a part of a COPY."""
        return b"".join(self._rows(batch, ids))

    def _rows(self, batch: Batch, ids: Sequence[bytes]) -> Iterator[bytes]:
        same, places, days = self._same, self._places, self._days
        rows = zip(
            ids,
            batch.column("moment"),
            batch.column("day"),
            zip(batch.column("touchpoint_id"), batch.column("segments"), strict=True),
            map(str.encode, batch.column("external_id")),
            map(str.encode, batch.column("document")),
            strict=True,
        )
        for id_, moment, day, where, name, said in rows:
            place = places.get(where) or self._place(where)
            # One call writes all but the answers: most rows have parts of the same lengths.
            yield _row(len(same), len(place), len(name))(
                same,
                16,
                id_,
                4,
                days.get(day) or self._day(day),
                8,
                moment,
                place,
                len(name) or -1,  # none is null
                name,
                len(said) + 1,
                _JSONB_VERSION,
            )
            yield said

    def _day(self, day: date) -> int:
        found = self._days[day] = (day - _FIRST_DAY).days
        return found

    def _place(self, where: tuple[int | None, Segments]) -> bytes:
        touchpoint_id, segments = where
        place = _NULL if touchpoint_id is None else sized(struct.pack(">q", touchpoint_id))
        found = self._places[where] = place + array(segments.names)
        return found


@cache
def _row(same: int, place: int, name: int) -> Callable[..., bytes]:
    """Return what writes a row up to its answers, its parts having these lengths in bytes."""
    return struct.Struct(f">{same}si16siiiq{place}si{name}siB").pack
