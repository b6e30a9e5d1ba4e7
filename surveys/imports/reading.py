"""One pass over a file: rows are understood, sieved and written, batch by batch."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import compress, islice
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.base.refusals import Refused
from cxplanner.base.tables import Dialect, Row, Unreadable, table
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Survey
from surveys.design.selectors import Asked, read_design, survey_head_by_id
from surveys.imports.making import questions_of, survey_of
from surveys.imports.mapping import Column, Meaning, checked
from surveys.imports.models import AnswerImport
from surveys.imports.pulse import Pulse
from surveys.imports.storing import Sieve, Totals, Writer
from surveys.imports.understanding import Flaws, Understanding

BATCH = 4_000  # rows that are looked for among a survey's answers at once
# Rows written at once: fewer, so that the database has some to work at while the next are read.
SMALL_BATCH = 500
SHOWN = 20  # rows in the preview
MOST_ROWS = 3_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass came to; `columns` is the mapping with its new questions named by id.

    The days are those of the first and the last answer written, both inclusive; None without any.
    """

    totals: Totals
    flaws: Flaws
    survey: Survey
    columns: dict[str, Any]
    preview: list[dict[str, Any]]
    first_day: date | None
    last_day: date | None


def read(row: AnswerImport, path: Path, pulse: Pulse, *, dry: bool, met_others: bool) -> Outcome:
    """Read a whole file in the caller's transaction, which a dry run takes back.

    `met_others` says that an attempt before met ids others had written.
    Raises Unreadable, Refused, Cancelled, and IntegrityError where it meets others' answers.
    """
    survey, used = _made(row)
    understanding = understanding_of(row, survey, used)
    totals = pulse.totals = Totals()
    known = met_others or survey.responses.exists()
    sieve = Sieve(understanding.head, totals, survey_has_answers=known)
    writer = None if dry else Writer(understanding.head)
    flaws = Flaws()
    keep_good = Meaning.of(row.mapping).keep_good
    preview: list[dict[str, Any]] = []
    with table(path, Dialect.of(row.dialect)) as rows, _no_collecting():
        for numbers, cells in batches(rows, row, BATCH if known else SMALL_BATCH):
            pulse.go_on()
            if not preview:
                pairs = zip(numbers[:SHOWN], cells, strict=False)
                preview = [understanding.shown(*pair) for pair in pairs]
            batch, amiss = understanding.batch(numbers, cells)
            if writer and sieve.asks:
                writer.pause()
            new = sieve.new(batch, amiss)
            for found in amiss:
                flaws.add(found)
            if writer and (keep_good or not flaws.rows):
                writer.write(new)
            _count(totals, len(cells), len(new), flaws)
            pulse.progress = rows.share
    days: tuple[date | None, date | None] = (None, None)
    if writer:
        writer.finish()
        days = writer.first_day, writer.last_day
    if not totals.rows:
        raise Unreadable(_("The file has no rows below its header."))
    columns = {row.columns[place]["letter"]: column for place, column in used.items()}
    return Outcome(
        totals, flaws, survey, Meaning(columns=columns).as_json()["columns"], preview, *days
    )


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Keep Python from looking for cycles: rows make none, and looking takes a fifth longer."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _made(row: AnswerImport) -> tuple[Survey, Mapping[int, Column]]:
    """Make what the columns need, and hold the survey so that nobody changes it meanwhile."""
    if row.by is None:
        raise Refused(_("Who asked for this is no longer a member. Begin again."))
    meaning = Meaning.of(row.mapping)
    used = checked(meaning, row.columns, asked_of(row.survey), makes_survey=row.survey is None)
    survey = survey_of(row, meaning, row.by)
    survey = (
        Survey.objects.select_for_update(of=("self",), no_key=True)
        .select_related("plan")
        .get(pk=survey.pk)
    )
    return survey, questions_of(row, survey, used, row.by)


def asked_of(survey: Survey | None) -> Mapping[int, Asked]:
    """Return the questions of a survey as they stand now."""
    head = survey and survey_head_by_id(survey.pk, survey.workspace_id)
    return read_design(head).by_id if head else {}


def understanding_of(
    row: AnswerImport, survey: Survey, used: Mapping[int, Column]
) -> Understanding:
    """Return what understands the rows of a file as answers to a survey."""
    head = survey_head_by_id(survey.pk, survey.workspace_id)
    if head is None:
        raise Refused(_("The survey is gone."))
    meaning = Meaning.of(row.mapping)
    touchpoints = Touchpoint.objects.filter(plan=survey.plan_id, archived_at__isnull=True)
    return Understanding(
        head,
        read_design(head),
        used=used,
        names=row.names,
        when=meaning.time,
        no_answer=meaning.no_answer,
        touchpoints={name.casefold(): pk for pk, name in touchpoints.values_list("pk", "name")},
        now=timezone.now(),
    )


def batches(
    rows: Iterable[Row], row: AnswerImport, size: int
) -> Iterator[tuple[Sequence[int], list[Row]]]:
    """Cut a file into batches with the numbers a spreadsheet gives their rows.

    The header and empty rows are left out. Raises Unreadable where there are too many.
    """
    rows, first = iter(rows), 1
    while cells := list(islice(rows, size)):
        numbers: Sequence[int] = range(first, first + len(cells))
        if first == 1 and Dialect.of(row.dialect).has_header:
            cells[0] = []
        first += len(cells)
        if numbers[-1] > MOST_ROWS:
            raise Unreadable(
                _("A file brings at most %(most)d rows. Cut it in two.") % {"most": MOST_ROWS}
            )
        if not all(cells):
            numbers = list(compress(numbers, cells))
            cells = list(filter(None, cells))
        if cells:
            yield numbers, cells


def _count(totals: Totals, rows: int, taken: int, flaws: Flaws) -> None:
    totals.rows += rows
    totals.taken += taken
    totals.flawed, totals.cells = flaws.rows, flaws.cells
