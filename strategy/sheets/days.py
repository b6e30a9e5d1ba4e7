"""Days as spreadsheets of different countries write them."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime

_FIGURES = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED = ("%d-%b-%y", "%d-%b-%Y", "%d %b %y", "%d %b %Y", "%d. %B %Y")


def plainly(texts: Sequence[str]) -> list[str]:
    """Write the days of a column as computers do, where it can be told which day is meant.

    Between dots the day stands first. Between strokes the whole column tells: a 13 or more is no
    month. Where nothing tells, and for what is no day, the text stays as it is.
    """
    is_day_first = _is_day_first(texts)
    return [_plain(text, is_day_first=is_day_first) for text in texts]


def is_unclear(text: str) -> bool:
    """Tell whether a text is a day that can be read in two ways."""
    found = _FIGURES.fullmatch(text.strip())
    return found is not None and found[2] != "."


def _is_day_first(texts: Iterable[str]) -> bool | None:
    found = [match for text in texts if (match := _FIGURES.fullmatch(text.strip()))]
    pairs = [(int(one[1]), int(one[3])) for one in found if one[2] != "."]
    by_day = any(first > 12 for first, _second in pairs)
    by_month = any(second > 12 for _first, second in pairs)
    return None if by_day == by_month else by_day


def _plain(text: str, *, is_day_first: bool | None) -> str:
    said = text.strip()
    found = _FIGURES.fullmatch(said)
    if found is None:
        return _named(said) or text
    day_first = True if found[2] == "." else is_day_first
    if day_first is None:
        return text
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    day, month = (first, second) if day_first else (second, first)
    with suppress(ValueError):
        return date(year if year > 99 else 2000 + year, month, day).isoformat()
    return text


def _named(text: str) -> str:
    for form in _NAMED:
        with suppress(ValueError):
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007  # a day has no zone
    return ""
