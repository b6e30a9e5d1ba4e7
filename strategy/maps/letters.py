"""How wide words are, and how they break into lines. Pure numbers, on the safe side.

A drawing is read with whatever fonts there are, so that no letter may need more than is said here.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_WIDTHS = (  # of one letter, in parts of its size
    ("iljI|.,:;'!`’", 0.34),
    (" \u00a0", 0.34),
    ('frt()[]{}-/\\"“”*°', 0.48),
    ("mwMW@%—", 1.0),
)
_BY_LETTER = {letter: width for letters, width in _WIDTHS for letter in letters}
_UPPER, _OTHER, _WIDE, _BOLD = 0.74, 0.63, 1.15, 1.1
_WITHOUT_WIDTH = ("Mn", "Me", "Cf")
_EMOJI = 0x1F000


@dataclass(frozen=True, slots=True)
class Broken:
    """Words in lines. `whole` is all of them where the lines end early, else ""."""

    lines: tuple[str, ...]
    whole: str = ""


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return how many pixels a text of this size needs at most."""
    return sum(map(_letter, text)) * size * (_BOLD if bold else 1)


def _letter(letter: str) -> float:
    known = _BY_LETTER.get(letter)
    if known is not None:
        return known
    if unicodedata.category(letter) in _WITHOUT_WIDTH:
        return 0
    if ord(letter) >= _EMOJI or unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _UPPER if letter.isupper() else _OTHER


def plain(text: str) -> str:
    """Leave only what an XML file may hold, every space a single one."""
    return " ".join("".join(one if _is_allowed(one) else " " for one in text).split())


def _is_allowed(letter: str) -> bool:
    return letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"


def is_rtl(text: str) -> bool:
    """Tell whether a text is read from the right: by its first letter that takes a side."""
    sides = (unicodedata.bidirectional(letter) for letter in text)
    return next((side != "L" for side in sides if side in ("L", "R", "AL")), False)


def broken(text: str, width: float, size: float, *, bold: bool = False, most: int = 0) -> Broken:
    """Break a text into lines of this width (pixels), `most` of them with an ellipsis (0: all)."""
    text = plain(text)
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        *full, line = [line] * bool(line) + list(_parts(word, width, size, bold=bold))
        lines += full
    lines = [*lines, line] if line or not lines else lines
    if not most or len(lines) <= most:
        return Broken(tuple(lines))
    last = lines[most - 1]
    while last and width_of(last + "…", size, bold=bold) > width:
        last = last[:-1]
    return Broken((*lines[: most - 1], last.rstrip() + "…"), text)


def _parts(word: str, width: float, size: float, *, bold: bool) -> Iterator[str]:
    """Cut a word into what fits a line; marks stay on the letter they stand on."""
    part = ""
    for letter in word:
        if part and _letter(letter) and width_of(part + letter, size, bold=bold) > width:
            yield part
            part = ""
        part += letter
    yield part
