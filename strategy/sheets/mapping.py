"""Which column of a sheet is which of the table's: by its heading (in any language) or place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from strategy.touchpoints.columns import BY_KEY, EDITED, Column
from strategy.touchpoints.showing import MEASURED


class Shapeless(Exception):
    """The rows do not fit the table; says to a person why, and the way out."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands where: a column for each place, None for what is left out.

    That is named in `unknown`, or in `measured` where it is what customers say.
    """

    columns: tuple[Column | None, ...]
    has_header: bool
    unknown: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()


def shape_of(first: Sequence[str]) -> Shape:
    """Tell by its first row how a sheet is read. Raises Shapeless."""
    known = headings()
    keys = [known.get(fold(cell)) for cell in first]
    if not any(keys):
        return _by_place(first)
    if "name" not in keys:
        if fold(first[0]) not in known:
            return _by_place(first)
        raise Shapeless(
            _("There is no column “%(name)s”, so no row can be matched. Add it.")
            % {"name": BY_KEY["name"].label}
        )
    for place, key in enumerate(keys):
        if key is not None and key in keys[:place]:
            raise Shapeless(
                _("The column “%(name)s” stands there twice. Take one of them away.")
                % {"name": BY_KEY[key].label}
            )
    columns = tuple(BY_KEY[key] if key else None for key in keys)
    others = [cell for cell, key in zip(first, keys, strict=True) if key is None and cell.strip()]
    return Shape(
        columns,
        has_header=True,
        unknown=tuple(cell for cell in others if fold(cell) not in measured_headings()),
        measured=tuple(cell for cell in others if fold(cell) in measured_headings()),
    )


def _by_place(first: Sequence[str]) -> Shape:
    if len(first) > len(EDITED):
        said = {"cells": len(first), "columns": len(EDITED)}
        raise Shapeless(
            _(
                "The first row has %(cells)s cells, and the table %(columns)s columns. Put the "
                "names of the columns into the first row, so that we know which is which."
            )
            % said
        )
    return Shape(EDITED[: len(first)], has_header=False)


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
