"""What each touchpoint has and lacks: an owner, and whatever the steps of a plan hold of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.base.links import address
from cxplanner.base.sheets import safe_cell
from strategy.plans.models import Plan
from strategy.sections import all_sections
from strategy.touchpoints.models import Touchpoint

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Column:
    """One thing a touchpoint should have. `filled` of the rows shown have it."""

    slug: str
    name: str | Promise
    begin: str | Promise
    filled: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What a touchpoint has of a column: how many, and who or what in words.

    `url` leads to where it stands, or, of a blank, to where somebody begins to fill it.
    """

    column: Column
    count: int
    words: str
    url: str

    @property
    def is_blank(self) -> bool:
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Row:
    """A touchpoint with its cells, in the order of the columns."""

    touchpoint: Touchpoint
    cells: tuple[Cell, ...]

    @property
    def blanks(self) -> int:
        return sum(cell.is_blank for cell in self.cells)

    def lacks(self, slug: str) -> bool:
        return any(cell.is_blank for cell in self.cells if cell.column.slug == slug)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows and columns; `columns` count the rows they stand over."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def of_stage(self, stage: str) -> "Matrix":
        """Keep the touchpoints of a stage, and count its columns anew; "" keeps all."""
        return self if not stage else _over(self.columns, self._only(stage))

    def _only(self, stage: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.touchpoint.stage == stage)

    def wanted(self, *, blank: str, by_place: bool) -> list[Row]:
        """Return the rows that lack a column ("" all), those with the most blanks first."""
        rows = [row for row in self.rows if not blank or row.lacks(blank)]
        return rows if by_place else sorted(rows, key=lambda row: -row.blanks)


def matrix_of(plan: Plan, slug: str) -> Matrix:
    """Ask the steps what they hold of a plan's living touchpoints.

    One query, and those of each step's `coverage`, however many touchpoints there are. A step
    that counts none of them has no column.
    """
    living = plan.touchpoints.filter(archived_at=None).select_related("owner__user")
    touchpoints = list(living)
    ids = [row.pk for row in touchpoints]
    sections = [section for section in all_sections() if section.counts_touchpoints]
    counts = {section.slug: section.coverage(ids) for section in sections}
    columns = (
        Column(OWNER, gettext_lazy("Owner"), gettext_lazy("Name one")),
        *(Column(one.slug, one.covers or one.title, one.begins or one.title) for one in sections),
    )
    rows = []
    for row in touchpoints:
        here = row.page_in(slug)
        owner = str(row.owner) if row.owner_id else row.owner_name
        edit = address("touchpoint-edit", slug, row.pk) + "#id_owner"
        cells = [Cell(columns[0], int(bool(owner)), owner, here if owner else edit)]
        for section, column in zip(sections, columns[1:], strict=True):
            n = counts[section.slug].get(row.pk, 0)
            url = here if n else section.filling(plan, row.pk, row.name, slug)
            cells.append(Cell(column, n, "", url))
        rows.append(Row(row, tuple(cells)))
    return _over(columns, tuple(rows))


def _over(columns: Sequence[Column], rows: tuple[Row, ...]) -> Matrix:
    counted = tuple(
        replace(column, filled=sum(not row.cells[place].is_blank for row in rows))
        for place, column in enumerate(columns)
    )
    return Matrix(counted, rows)


def headline(matrix: Matrix) -> str:
    """Say what looking at all touchpoints comes to."""
    lacking = [row for row in matrix.rows if row.blanks]
    if not lacking:
        return _("Every touchpoint is seen from all sides")
    worst = max(lacking, key=lambda row: row.blanks)
    words = {
        "n": len(lacking),
        "of": len(matrix.rows),
        "name": worst.touchpoint.name,
        "blanks": worst.blanks,
        "all": len(matrix.columns),
    }
    if len(lacking) == 1:
        return (
            _("1 of %(of)s touchpoints has a blind spot; “%(name)s” lacks %(blanks)s of %(all)s")
            % words
        )
    return (
        ngettext(
            "%(n)s of %(of)s touchpoint has a blind spot; “%(name)s” lacks the most, "
            "%(blanks)s of %(all)s",
            "%(n)s of %(of)s touchpoints have a blind spot; “%(name)s” lacks the most, "
            "%(blanks)s of %(all)s",
            len(lacking),
        )
        % words
    )


def sheet_of(matrix: Matrix, rows: Sequence[Row]) -> Iterator[list[str]]:
    """Write rows as those of a sheet, the names of the columns first; a blank is empty."""
    names = [capfirst(str(column.name)) for column in matrix.columns]
    yield [_("Touchpoint"), _("Stage"), _("Channel"), *names, _("Blanks")]
    for row in rows:
        place = row.touchpoint
        cells = [cell.words or (str(cell.count) if cell.count else "") for cell in row.cells]
        named = [place.name, place.stage, place.channel, *cells]
        yield [*map(safe_cell, named), str(row.blanks)]
