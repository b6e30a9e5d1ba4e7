"""Which column of a sheet is which of the table's: by its heading (in any language) or place."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cxplanner.base.pasted import rows_of
from cxplanner.base.tables import SEPARATORS
from strategy.touchpoints.columns import BY_KEY, EDITED, Column
from strategy.touchpoints.showing import MEASURED


class Shapeless(Exception):
    """The rows do not fit the table; says to a person why, and the way out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a sheet is read: what stands in each column of its first row, "" for what is left out."""

    first: tuple[str, ...]
    keys: tuple[str, ...]
    has_header: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands where: a column for each place, None for what is left out.

    That is named in `unknown`, or in `measured` where it is what customers say.
    """

    columns: tuple[Column | None, ...]
    has_header: bool
    unknown: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()


def cells_of(text: str) -> list[list[str]]:
    """Cut pasted text into cells: at tabs, or, where our names stand above, as a CSV is."""
    if "\t" not in text:
        for separator in SEPARATORS:
            with suppress(csv.Error):
                rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
                if rows and sum(fold(cell) in headings() for cell in rows[0]) > 1:
                    return rows
    return list(rows_of(text))


def reading_of(first: Sequence[str]) -> Reading:
    """Guess by its first row how a sheet is read: by names of columns, or by their places."""
    known = headings()
    exact = [known.get(fold(cell), "") for cell in first]
    keys = _loosely(first, exact)
    is_headed = "name" in exact or fold(first[0]) in known
    if is_headed or ("name" in keys and sum(map(bool, keys)) > 1):
        return Reading(tuple(first), tuple(keys), has_header=True)
    places = [column.key for column in EDITED[: len(first)]]
    places += [""] * (len(first) - len(places))
    return Reading(tuple(first), tuple(places), has_header=False)


def _loosely(first: Sequence[str], exact: Sequence[str]) -> list[str]:
    """Find a column's name among other words, too: “Grade (A to F)”, “Journey stage”."""
    keys = [*exact]
    for place, cell in enumerate(first):
        if keys[place] or fold(cell) in measured_headings():
            continue
        words = " ".join(re.findall(r"\w+", fold(cell)))
        found = [name for name in headings() if f" {name} " in f" {words} "]
        key = headings()[max(found, key=len)] if found else ""
        keys[place] = "" if key in keys else key
    return keys


def shape_of(reading: Reading) -> Shape:
    """Say which column of the table stands where. Raises Shapeless."""
    first, keys = reading.first, reading.keys
    if "name" not in keys:
        raise Shapeless(
            _(
                "There is no column “%(name)s”, so no row can be matched. "
                "Say which it is, or add it."
            )
            % {"name": BY_KEY["name"].label}
        )
    for place, key in enumerate(keys):
        if key and key in keys[:place]:
            raise Shapeless(
                _("The column “%(name)s” stands there twice. Take one of them away.")
                % {"name": BY_KEY[key].label}
            )
    if not reading.has_header and len(first) > len(EDITED):
        said = {"cells": len(first), "columns": len(EDITED)}
        raise Shapeless(
            _(
                "The first row has %(cells)s cells, and the table %(columns)s columns. Put the "
                "names of the columns into the first row, so that we know which is which."
            )
            % said
        )
    columns = tuple(BY_KEY[key] if key else None for key in keys)
    others = [cell for cell, key in zip(first, keys, strict=True) if not key and cell.strip()]
    if not reading.has_header:
        return Shape(columns, has_header=False)
    return Shape(
        columns,
        has_header=True,
        unknown=tuple(cell for cell in others if fold(cell) not in measured_headings()),
        measured=tuple(cell for cell in others if fold(cell) in measured_headings()),
    )


@cache
def headings() -> Mapping[str, str]:
    """Return the key of a column by each of its names, as they are compared."""
    found: dict[str, str] = {column.key: column.key for column in EDITED}
    for column in EDITED:
        for words in spoken(column.label):
            found.setdefault(words, column.key)
    return found | {fold(column.key.replace("_", " ")): column.key for column in EDITED}


@cache
def measured_headings() -> frozenset[str]:
    """Return the names of what is measured, as they are compared.

    They make no row a heading: “Answers” may as well be a touchpoint.
    """
    return frozenset(words for column in MEASURED for words in spoken(column.label))


@cache
def choices_of(key: str) -> Mapping[str, str]:
    """Return the value of a choice by each of its names, as they are compared."""
    found: dict[str, str] = {}
    for value, label in BY_KEY[key].choices:
        for words in (fold(value), *spoken(label)):
            found.setdefault(words, value)
    return found


def spoken(words: object) -> Iterable[str]:
    """Return words as they are compared, in every language of the product."""
    said = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.append(fold(str(words)))
    return said


def fold(text: str) -> str:
    return " ".join(text.split()).casefold()
