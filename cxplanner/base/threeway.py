"""What two versions of one thing come to together, seen from the version both began with."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from cxplanner.base.differences import words


class Side(Enum):
    """Who changed a value since both opened it."""

    NOBODY = "nobody"
    THEIRS = "theirs"
    MINE = "mine"
    BOTH = "both"  # to the same
    OPEN = "open"  # to different things: somebody has to decide


def changed_by(base: Any, theirs: Any, mine: Any) -> Side:
    """Tell who changed a value. Only `OPEN` needs a decision."""
    if theirs == mine:
        return Side.NOBODY if mine == base else Side.BOTH
    if mine == base:
        return Side.THEIRS
    return Side.MINE if theirs == base else Side.OPEN


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    start: int
    end: int
    text: str


def woven(base: str, theirs: str, mine: str) -> str | None:
    """Write one text that holds the words of both; None where both changed the same place."""
    edits = sorted({*_edits(base, theirs), *_edits(base, mine)})
    if any(after.start <= before.end for before, after in pairwise(edits)):
        return None
    found, at = "", 0
    for edit in edits:
        found += base[at : edit.start] + edit.text
        at = edit.end
    return found + base[at:]


def _edits(base: str, other: str) -> Iterator[_Edit]:
    """Yield what makes `other` of `base`, as places in `base` and the words that come there."""
    at, start, text = 0, -1, ""
    for piece in words(base, other):
        if piece.kind == "same":
            if start >= 0:
                yield _Edit(start, at, text)
            start, text = -1, ""
            at += len(piece.text)
            continue
        start = at if start < 0 else start
        if piece.kind == "gone":
            at += len(piece.text)
        else:
            text += piece.text
    if start >= 0:
        yield _Edit(start, at, text)
