"""What differs between two versions of a thing: which fields, and in a text which words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

Kind = Literal["same", "gone", "new"]

# A word runs to the next space or mark; where a script knows no spaces, each character is one.
_WORDS = re.compile(
    r"\s+|[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"!-/:-@\[-`{-~«»‹›“”„‘…–—،؛؟۔।。、，！？（）]+|.",  # noqa: RUF001  # marks of other scripts
    re.DOTALL,
)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing takes the product of both lengths at worst: above this, lines are compared.
_MOST_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text which both versions have, or only the earlier or the later one."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field whose value differs; None where a version has no such field."""

    name: str
    before: Any
    after: Any

    @property
    def pieces(self) -> list[Piece]:
        """Both values as one text with what is gone and what is new marked."""
        return words(_text(self.before), _text(self.after))


def fields(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]
) -> list[FieldDifference]:
    """Return the named fields that differ, in the order of `names`."""
    pairs = [(name, before.get(name), after.get(name)) for name in names]
    return [FieldDifference(name, old, new) for name, old, new in pairs if old != new]


def words(before: str, after: str) -> list[Piece]:
    """Tell how a text became another, word by word; what is gone stands before what is new.

    The pieces that are not new make `before`, those that are not gone make `after`.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) * len(new) > _MOST_PAIRS:
        old, new = _LINES.findall(before), _LINES.findall(after)
    if len(old) * len(new) > _MOST_PAIRS:
        old, new = [before], [after]
    return list(_joined(_bridged(_compared(old, new))))


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for act, start, end, new_start, new_end in matcher.get_opcodes():
        if act == "equal":
            yield Piece("same", "".join(old[start:end]))
        else:
            yield Piece("gone", "".join(old[start:end]))
            yield Piece("new", "".join(new[new_start:new_end]))


def _bridged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Let changes that only a space parts be one, so that whole phrases can be read."""
    held: list[Piece] = list(pieces)
    for at, piece in enumerate(held):
        if piece.kind == "same" and not piece.text.strip() and 0 < at < len(held) - 1:
            yield Piece("gone", piece.text)
            yield Piece("new", piece.text)
        elif piece.text:
            yield piece


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for same, run in groupby(pieces, key=lambda piece: piece.kind == "same"):
        both = list(run)
        kinds: tuple[Kind, ...] = ("same",) if same else ("gone", "new")
        for kind in kinds:
            text = "".join(piece.text for piece in both if piece.kind == kind)
            if text:
                yield Piece(kind, text)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
