"""What the rows of a sheet would do to a plan's touchpoints, told before anything is done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.sheets import as_written
from strategy.plans.models import Plan
from strategy.sheets.days import is_unclear, plainly
from strategy.sheets.mapping import (
    Reading,
    Shape,
    Shapeless,
    cells_of,
    choices_of,
    fold,
    reading_of,
    shape_of,
)
from strategy.touchpoints.columns import BY_KEY, Column, Look, Row
from strategy.touchpoints.forms import field_of, labels_of, owner_of
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.vocabulary.selectors import COLUMN, Which, named
from strategy.vocabulary.services import MOST_NAMES

MOST_ROWS: Final = 5_000
WORDS: Final[Mapping[str, Which]] = {column: which for which, column in COLUMN.items()}


class Kind(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of a touchpoint: what stands there, and what would."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Line:
    """One row of the sheet, counted from 1 with the heading.

    `fields` and `grade` are what services take; `faults` name the column and what is wrong.
    """

    number: int
    name: str = ""
    touchpoint: Touchpoint | None = None
    changes: list[Change] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    grade: dict[str, Any] = field(default_factory=dict)
    words: list[tuple[Which, str]] = field(default_factory=list)  # that the plan does not know
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        if self.faults:
            return Kind.WRONG
        if self.touchpoint is None:
            return Kind.NEW
        return Kind.CHANGED if self.changes else Kind.SAME

    @property
    def mark(self) -> tuple[Any, ...]:
        """What must be as it was looked at when it is done."""
        place = self.touchpoint and (self.touchpoint.pk, self.touchpoint.version)
        return self.kind.value, place, sorted(map(str, {**self.fields, **self.grade}.items()))


@dataclass(slots=True)
class Proposal:
    """All rows of a sheet, understood as `reading` says; `trouble` says why none of them is.

    `new_words` are stages and channels the plan does not know, `names` owners who are no members.
    """

    lines: list[Line] = field(default_factory=list)
    trouble: str = ""
    reading: Reading | None = None
    unknown: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    new_words: dict[Which, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def of(self, kind: Kind) -> list[Line]:
        return [line for line in self.lines if line.kind is kind]

    @property
    def new(self) -> list[Line]:
        return self.of(Kind.NEW)

    @property
    def changed(self) -> list[Line]:
        return self.of(Kind.CHANGED)

    @property
    def same(self) -> list[Line]:
        return self.of(Kind.SAME)

    @property
    def wrong(self) -> list[Line]:
        return self.of(Kind.WRONG)

    @property
    def kept(self) -> list[Line]:
        """Return the rows that would add or change something, in their order."""
        return [line for line in self.lines if line.kind in (Kind.NEW, Kind.CHANGED)]

    @property
    def does(self) -> int:
        """How many rows would be kept."""
        return len(self.kept)

    @property
    def fingerprint(self) -> str:
        """Name what was looked at: what is confirmed must be the same."""
        return sha256(repr([line.mark for line in self.lines]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Known:
    """What the plan holds, as rows are compared with it."""

    plan: Plan
    members: Mapping[str, Membership]
    today: date
    rows: Mapping[str, Sequence[Row]]  # by their folded name, archived ones among them
    audits: Mapping[int, Collection[tuple[str, date]]]
    left_out: Collection[tuple[str, str]]  # ("stages", "dreaming"): not to be put on the list

    @classmethod
    def of(
        cls, plan: Plan, members: Mapping[str, Membership], left_out: Collection[tuple[str, str]]
    ) -> "Known":
        """Read the plan's touchpoints and all their grades; two queries."""
        labels = labels_of(members)
        audits = Audit.objects.filter(touchpoint__plan=plan, archived_at=None)
        graded: dict[int, list[Audit]] = {}
        for audit in audits.order_by("graded_on", "id"):
            graded.setdefault(audit.touchpoint_id, []).append(audit)
        rows: dict[str, list[Row]] = {}
        for one in Touchpoint.objects.filter(plan=plan).select_related("owner__user"):
            newest = graded[one.pk][-1] if one.pk in graded else None
            row = Row(one, newest, owner_of(one, labels))
            rows.setdefault(fold(one.name), []).append(row)
        days = {pk: {(one.grade, one.graded_on) for one in its} for pk, its in graded.items()}
        return cls(plan, members, plan.workspace.today(), rows, days, left_out)


def understood(text: str, known: Known, told: Reading | None = None) -> Proposal:
    """Say row by row what a sheet would do; nothing is done.

    `told` is how somebody said it is read; it holds as long as the first row stays as it was.
    """
    rows = [(at, row) for at, row in enumerate(cells_of(text), 1) if any(map(str.strip, row))]
    if not rows:
        return Proposal(trouble=_("There is nothing in it yet."))
    reading = reading_of(rows[0][1])
    if told is not None and told.first == reading.first:
        reading = told
    try:
        shape = shape_of(reading)
    except Shapeless as error:
        return Proposal(trouble=str(error), reading=reading)
    body = rows[1:] if shape.has_header else rows
    if len(body) > MOST_ROWS:
        return Proposal(trouble=too_many(len(body)))
    if not body:
        return Proposal(trouble=_("Under the names of the columns stands no row yet."))
    _write_days_plainly([cells for _number, cells in body], shape)
    found = Proposal(reading=reading, unknown=shape.unknown, measured=shape.measured)
    taken: dict[str, int] = {}
    for number, cells in body:
        line = _line(number, cells, shape, known)
        _tell_twice(line, taken)
        found.lines.append(line)
    _gather(found, known)
    return found


def _write_days_plainly(rows: Sequence[list[str]], shape: Shape) -> None:
    for place, column in enumerate(shape.columns):
        if column is not None and column.look is Look.DAY:
            whole = [cells for cells in rows if len(cells) > place]
            days = plainly([cells[place] for cells in whole])
            for cells, day in zip(whole, days, strict=True):
                cells[place] = day


def too_many(count: int) -> str:
    return _(
        "These are %(count)s rows, and %(most)s at a time can be taken. Nothing was changed; "
        "bring them in parts."
    ) % {"count": floatformat(count, "0g"), "most": floatformat(MOST_ROWS, "0g")}


def _tell_twice(line: Line, taken: dict[str, int]) -> None:
    name = line.touchpoint.name if line.touchpoint else line.name
    before = taken.setdefault(fold(name) if line.touchpoint is None else name, line.number)
    if line.name and before != line.number:
        words = _("Stands in row %(row)s already.") % {"row": before}
        line.faults.append((str(_("Touchpoint")), words))


def _gather(found: Proposal, known: Known) -> None:
    """Collect the words that are new, and owners who are no members."""
    for line in found.lines:
        if line.kind is Kind.WRONG:
            continue
        owner = line.fields.get("owner")
        if isinstance(owner, str) and owner and owner not in found.names:
            found.names.append(owner)
        for which, word in line.words:
            words = found.new_words.setdefault(which, [])
            if fold(word) not in map(fold, words):
                words.append(word)
    for which, words in found.new_words.items():
        kept = [word for word in words if (which, fold(word)) not in known.left_out]
        if kept and len(getattr(known.plan, which)) + len(kept) > MOST_NAMES:
            found.trouble = _(
                "That makes more than %(most)s stages or channels. Use fewer different words."
            ) % {"most": MOST_NAMES}


# --- one row ----------------------------------------------------------------------------------


def _line(number: int, cells: Sequence[str], shape: Shape, known: Known) -> Line:
    line = Line(number)
    if len(cells) != len(shape.columns):
        said = {"cells": len(cells), "columns": len(shape.columns)}
        words = _("Has %(cells)s cells, where the first row has %(columns)s.") % said
        line.name = cells[0][:120]
        line.faults.append((str(_("The whole row")), words))
        return line
    typed = {
        column.key: (column, plain(as_written(cell)))
        for column, cell in zip(shape.columns, cells, strict=True)
        if column is not None
    }
    column, name = typed.pop("name")
    line.name = name
    row = _match(line, column, known)
    if line.faults:
        return line
    graded: dict[str, str] = {}
    for key, (column, text) in typed.items():
        if column.look in (Look.GRADE, Look.DAY):
            graded[key] = text
        elif text:
            _compare(line, column, text, row, known)
    _grade(line, graded, row, known)
    return line


def _match(line: Line, column: Column, known: Known) -> Row | None:
    """Find the touchpoint a row is about; None for a new one, whose name is checked."""
    if not line.name:
        line.faults.append((str(column.label), _("Give it a name.")))
        return None
    same = known.rows.get(fold(line.name), [])
    exact = [row for row in same if plain(row.touchpoint.name) == line.name]
    found = exact or same
    if len(found) > 1:
        words = _("Several touchpoints are called so. Write it exactly as it stands there.")
        line.faults.append((str(column.label), words))
    elif found and found[0].touchpoint.archived_at is not None:
        words = _("A touchpoint of that name is archived. Restore it first.")
        line.faults.append((str(column.label), words))
    elif found:
        line.touchpoint = found[0].touchpoint
        return found[0]
    else:
        _check(line, column, line.name)
        line.fields["name"] = line.name
    return None


def _compare(line: Line, column: Column, text: str, row: Row | None, known: Known) -> None:
    """Take a cell of a row, unless it says what stands there already."""
    before = column.value(row) if row else ""
    if row and text == plain(before):
        return
    value = _meant(line, column, text, known)
    if value is None or (row and value == before) or not _check(line, column, value):
        return
    is_owner = column.key == "owner"
    line.fields[column.key] = known.members.get(value, value) if is_owner else value
    words = str(dict(column.choices).get(value, value))
    was = column.read(row) if row else ""
    line.changes.append(Change(str(column.label), was, words))


def _meant(line: Line, column: Column, text: str, known: Known) -> str | None:
    """Return the value a cell stands for; None where it is wrong, or left out."""
    if column.look is Look.CHOICE:
        chosen = choices_of(column.key).get(fold(text))
        if chosen is None:
            every = ", ".join(str(name) for _value, name in column.choices)
            wrong = _("“%(text)s” is none of these: %(all)s.") % {"text": text, "all": every}
            line.faults.append((str(column.label), wrong))
        return chosen
    which = WORDS.get(column.key)
    if which is None:
        return text
    listed = named(known.plan, which, text)
    if listed is not None:
        return listed
    line.words.append((which, text))
    return None if (which, fold(text)) in known.left_out else text


def _check(line: Line, column: Column, text: str) -> bool:
    try:
        field_of(column).clean(text)
    except ValidationError as error:
        line.faults.append((str(column.label), " ".join(error.messages)))
        return False
    return True


def _grade(line: Line, typed: Mapping[str, str], row: Row | None, known: Known) -> None:
    """Take the grade of a row and its day: one more audit, unless there is such a one."""
    grade, said = typed.get("grade", "").upper(), typed.get("graded_on", "")
    newest = row.audit if row else None
    if not grade and not said:
        return
    day = _day(line, said, known) if said else None
    if line.faults:
        return
    if not grade:
        if newest is None or newest.graded_on != day:
            words = _("Give the grade of that day, too.")
            line.faults.append((str(_("Grade")), words))
        return
    if grade not in Audit.Grade.values:
        words = _("“%(grade)s” is no grade. A grade is a letter from A to F.") % {"grade": grade}
        line.faults.append((str(_("Grade")), words))
        return
    if newest and newest.grade == grade and day in (None, newest.graded_on):
        return
    day = day or known.today
    if line.touchpoint and (grade, day) in known.audits.get(line.touchpoint.pk, ()):
        return
    line.grade = {"grade": grade, "graded_on": day}
    was = f"{newest.grade}, {date_format(newest.graded_on, 'j M Y')}" if newest else ""
    line.changes.append(Change(str(_("Grade")), was, f"{grade}, {date_format(day, 'j M Y')}"))


def _day(line: Line, text: str, known: Known) -> date | None:
    """Read a day in the language of the reader, or as a computer writes it."""
    label = str(_("Graded on"))
    example = known.today.isoformat()
    if is_unclear(text):
        words = _("“%(text)s” can be read in two ways. Write the day like %(example)s.")
        line.faults.append((label, words % {"text": text, "example": example}))
        return None
    try:
        day: date = field_of(BY_KEY["graded_on"]).clean(
            text.partition("T")[0] if text[:4].isdigit() else text
        )
    except ValidationError:
        words = _("“%(text)s” is no day we can read. Write it like %(example)s.")
        line.faults.append((label, words % {"text": text, "example": example}))
        return None
    if day > known.today:
        words = _("That day has not come yet. Give today or a day before.")
        line.faults.append((label, words))
    return day


def plain(text: str) -> str:
    """Return words as they are compared and kept: without space around, lines ended alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
