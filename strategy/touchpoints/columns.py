"""The columns of the table of touchpoints, each declared once: for its page, its cells, a sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from strategy.touchpoints.models import Audit, Touchpoint


@dataclass(slots=True)
class Row:
    """One touchpoint as the table reads it: its newest audit, and its owner by name.

    `beside` holds what further columns gathered, by their key.
    """

    touchpoint: Touchpoint
    audit: Audit | None
    owner: str
    sentence: str = ""  # what the newest grade means in the plan
    beside: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cells(self) -> list["Cell"]:
        return cells_of(self)

    @property
    def seen(self) -> str:
        """Name the version of the newest grade that a reader of this row saw."""
        return seen_of(self.audit)


def seen_of(audit: Audit | None) -> str:
    """Name a version of a newest grade; "" before the first."""
    return f"{audit.pk}-{audit.version}" if audit else ""


class Look(StrEnum):
    """How a cell is drawn, and what edits it."""

    NAME = "name"
    LISTED = "listed"  # a word of a list that takes new ones
    CHOICE = "choice"  # one of few
    GRADE = "grade"
    DAY = "day"
    PROSE = "prose"
    OWN = "own"  # by a template of the column, only read


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `value` is what an editor holds, `words` what is read, where the two differ.

    A column that is only read names a `template`, which gets `row` and `cell`.
    """

    key: str
    label: str | Promise
    look: Look
    value: Callable[[Row], str]
    words: Callable[[Row], str] | None = None
    choices: Sequence[tuple[str, str | Promise]] = ()
    template: str = ""

    @property
    def edits(self) -> bool:
        return self.look is not Look.OWN

    def read(self, row: Row) -> str:
        """Return what a person reads in the cell."""
        value = self.value(row)
        return self.words(row) if value and self.words else value

    def written(self, row: Row) -> str:
        """Return what a sheet holds: a choice by its name, a day as every program reads it."""
        return self.read(row) if self.look is Look.CHOICE else self.value(row)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of one row, ready to be drawn."""

    key: str
    look: str
    value: str
    words: str
    template: str


CUSTOMERS: Final = "customers"


def _held(key: str) -> Callable[[Row], str]:
    def held(row: Row) -> str:
        value: str = getattr(row.touchpoint, key)
        return value

    return held


def _chosen(key: str, choices: Sequence[tuple[str, str | Promise]]) -> Callable[[Row], str]:
    # Looked up here, as a model's own way to a choice's name costs a table a tenth of its time.
    words = dict(choices)

    def chosen(row: Row) -> str:
        return str(words[getattr(row.touchpoint, key)])

    return chosen


def _day(row: Row) -> str:
    return row.audit.graded_on.isoformat() if row.audit else ""


def _day_words(row: Row) -> str:
    return date_format(row.audit.graded_on, "j M Y") if row.audit else ""


COLUMNS: Final[tuple[Column, ...]] = (
    Column("name", gettext_lazy("Touchpoint"), Look.NAME, _held("name")),
    Column("stage", gettext_lazy("Stage"), Look.LISTED, _held("stage")),
    Column("channel", gettext_lazy("Channel"), Look.LISTED, _held("channel")),
    Column(
        "place",
        gettext_lazy("Kind of place"),
        Look.CHOICE,
        _held("place"),
        _chosen("place", Touchpoint.Place.choices),
        Touchpoint.Place.choices,
    ),
    Column(
        "grade",
        gettext_lazy("Grade"),
        Look.GRADE,
        lambda row: row.audit.grade if row.audit else "",
        lambda row: row.sentence,
        choices=Audit.Grade.choices,
    ),
    Column("graded_on", gettext_lazy("Graded on"), Look.DAY, _day, _day_words),
    Column(
        CUSTOMERS,
        gettext_lazy("Customers say"),
        Look.OWN,
        lambda _row: "",  # its template reads what stands beside the row
        template="strategy/touchpoints/_customers.html",
    ),
    Column(
        "outcome",
        gettext_lazy("Typical outcome"),
        Look.CHOICE,
        _held("outcome"),
        _chosen("outcome", Touchpoint.Outcome.choices),
        (("", gettext_lazy("not said")), *Touchpoint.Outcome.choices),
    ),
    Column("goes_well", gettext_lazy("What goes well"), Look.PROSE, _held("goes_well")),
    Column("pain_points", gettext_lazy("Pain points"), Look.PROSE, _held("pain_points")),
    Column("opportunities", gettext_lazy("Opportunities"), Look.PROSE, _held("opportunities")),
    Column("owner", gettext_lazy("Owner"), Look.LISTED, lambda row: row.owner),
)
EDITED: Final = tuple(column for column in COLUMNS if column.edits)
BY_KEY: Final = MappingProxyType({column.key: column for column in COLUMNS})


def cells_of(row: Row) -> list[Cell]:
    """Return a row's cells in the order of the columns."""
    found = []
    for column in COLUMNS:
        value = column.value(row)
        words = column.words(row) if column.words and value else value
        found.append(Cell(column.key, column.look.value, value, words, column.template))
    return found
