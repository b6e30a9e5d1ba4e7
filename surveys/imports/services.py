"""Every act on a file of past answers: send it, say what its columns are, check, start, cancel."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refusals import Refused
from cxplanner.base.tables import (
    MOST_COLUMNS,
    Dialect,
    Row,
    Unreadable,
    column_letter,
    look,
    table,
)
from strategy.plans.models import Plan
from surveys.design.models import Survey
from surveys.imports.keeping import drop, keep, kept_file
from surveys.imports.mapping import Meaning, checked, columns_of, fingerprint_of, guessed
from surveys.imports.models import AnswerImport, ImportFault
from surveys.imports.reading import asked_of
from surveys.imports.selectors import remembered
from surveys.imports.tasks import read_file

LOOKED_AT = 5_000  # rows at the head of a file, by which its columns are described
LETTERS_LOOKED_AT = 16 * 1024**2
SHOWN = 20  # rows kept to be shown
Status = AnswerImport.Status


class AtWork(Refused):
    """A worker has the file in its hands."""

    def __init__(self) -> None:
        super().__init__(_("This file is being read now. Cancel it first."))


class TooLarge(Unreadable):
    """The file is larger than any may be."""

    def __init__(self) -> None:
        super().__init__(too_large())


class Ended(Refused):
    """The import is over; the file can be sent again."""

    def __init__(self) -> None:
        super().__init__(_("This import is over. Send the file again to begin another."))


@transaction.atomic
def receive(
    path: Path,
    *,
    plan: Plan,
    survey: Survey | None,
    file_name: str,
    by: Membership,
    told: Mapping[str, Any] | None = None,
) -> AnswerImport:
    """Keep a file and look at its columns; `told` overrides what is seen of its dialect.

    The mapping of the last such file of this plan is taken up. Raises Unreadable, TooLarge.
    """
    size = path.stat().st_size
    if size > settings.IMPORT_MOST_BYTES:
        raise TooLarge
    row = AnswerImport(plan=plan, survey=survey, by=by, size=size, file_name=_plain(file_name))
    _describe(row, path, look(path).told(**(told or {})))
    before = remembered(plan, row.fingerprint)
    if before is not None and survey in (None, before.survey):
        row.survey = before.survey
        row.mapping = before.mapping
    else:
        row.mapping = guessed(row.columns, asked_of(survey).values()).as_json()
    row.save()
    keep(row, path)
    return row


def too_large() -> str:
    most = settings.IMPORT_MOST_BYTES // 1024**2
    return _("The file is larger than %(most)d MB. Pack it with gzip, or cut it in two.") % {
        "most": most
    }


def _plain(file_name: str) -> str:
    """Keep the last part of a file's name, as text any database and page can hold."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-255:] or _("unnamed")


def _describe(row: AnswerImport, path: Path, dialect: Dialect) -> None:
    with table(path, dialect) as rows:
        head = list(_head(rows))
    if not head:
        raise Unreadable(_("The file is empty."))
    body = head[1:] if dialect.has_header else head
    if not body:
        raise Unreadable(_("The file has a header and no rows below it."))
    width = len(head[0]) if dialect.has_header else max(len(cells) for cells in body[:100])
    if width > MOST_COLUMNS:
        raise Unreadable(
            _("The file has %(found)d columns; at most %(most)d can be read.")
            % {"found": width, "most": MOST_COLUMNS}
        )
    names = [name.strip()[:255] for name in head[0]] if dialect.has_header else []
    letters = [column_letter(place) for place in range(width)]
    row.dialect = dialect.as_json()
    row.columns = _storable(columns_of(names, letters, body))
    row.sample = _storable([cells[:width] for cells in body[:SHOWN]])
    row.fingerprint = fingerprint_of(names or letters)


def _head(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Yield the rows a file is described by; fewer where they are very long."""
    left = LETTERS_LOOKED_AT
    cells = (cells for cells in rows if isinstance(cells, list) and cells)
    for row in islice(cells, LOOKED_AT + 1):
        yield row
        left -= sum(map(len, row))
        if left < 0:
            return


def _storable(value: Any) -> Any:
    """Take out of texts what PostgreSQL cannot keep as JSON."""
    if isinstance(value, str):
        return "".join(c for c in value[:500] if c != "\x00" and not "\ud800" <= c <= "\udfff")
    if isinstance(value, list):
        return [_storable(part) for part in value]
    if isinstance(value, dict):
        return {key: _storable(part) for key, part in value.items()}
    return value


@transaction.atomic
def read_otherwise(row: AnswerImport, **told: Any) -> AnswerImport:
    """Read a file with another encoding, separator, header or sheet. Raises Unreadable, AtWork."""
    fresh = _held(row)
    with kept_file(fresh) as path:
        _describe(fresh, path, Dialect.of(fresh.dialect).told(**told))
    fresh.mapping = guessed(fresh.columns, asked_of(fresh.survey).values()).as_json()
    return _back_to_mapping(fresh)


@transaction.atomic
def choose_survey(row: AnswerImport, survey: Survey | None) -> AnswerImport:
    """Bring a file into another survey, or into one to be made. Raises AtWork."""
    fresh = _held(row)
    if survey != fresh.survey:
        fresh.survey = survey
        fresh.mapping = guessed(fresh.columns, asked_of(survey).values()).as_json()
    return _back_to_mapping(fresh)


@transaction.atomic
def say(row: AnswerImport, meaning: Meaning) -> AnswerImport:
    """Keep what a file's columns mean, sound or not yet. Raises AtWork."""
    fresh = _held(row)
    fresh.mapping = meaning.as_json()
    return _back_to_mapping(fresh)


def _back_to_mapping(row: AnswerImport) -> AnswerImport:
    row.status = Status.MAPPING
    row.seen += 1
    row.save()
    ImportFault.objects.filter(of=row).delete()
    return row


def _held(row: AnswerImport) -> AnswerImport:
    fresh = AnswerImport.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.is_at_work:
        raise AtWork
    if fresh.status in (Status.DONE, Status.CANCELLED) or fresh.file_gone_at:
        raise Ended
    return fresh


def check_file(row: AnswerImport) -> AnswerImport:
    """Have the whole file checked: a dry run. Raises Unclear, AtWork, Ended."""
    return _sent(row, Status.CHECKING, by=None)


def start(row: AnswerImport, *, by: Membership, keep_good: bool | None = None) -> AnswerImport:
    """Have the file's answers brought in: all or none, or (`keep_good`) those without a fault.

    Raises Unclear, AtWork, Ended.
    """
    return _sent(row, Status.RUNNING, by=by, keep_good=keep_good)


def _sent(
    row: AnswerImport, status: str, *, by: Membership | None, keep_good: bool | None = None
) -> AnswerImport:
    with transaction.atomic():
        fresh = _held(row)
        if keep_good is not None:
            fresh.mapping = {**fresh.mapping, "keep_good": keep_good}
        meaning = Meaning.of(fresh.mapping)
        asked = asked_of(fresh.survey)
        checked(meaning, fresh.columns, asked, makes_survey=fresh.survey is None)
        fresh.status, fresh.by = status, by or fresh.by
        fresh.progress, fresh.totals, fresh.trouble = 0, {}, ""
        fresh.cancel_asked, fresh.ended_at = False, None
        fresh.alive_at = timezone.now()
        fresh.seen += 1
        fresh.save()
    # After the commit; where the broker is away, the sweep sends it again.
    read_file.delay(fresh.workspace_id, fresh.pk)
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def cancel(row: AnswerImport) -> AnswerImport:
    """Give an import up. One at work ends at its next batch and leaves nothing."""
    fresh = AnswerImport.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.is_at_work:
        fresh.cancel_asked = True
        fresh.seen += 1
        fresh.save(update_fields=["cancel_asked", "seen"])
    elif fresh.status not in (Status.DONE, Status.CANCELLED):
        fresh.status, fresh.ended_at = Status.CANCELLED, timezone.now()
        fresh.seen += 1
        fresh.save(update_fields=["status", "ended_at", "seen"])
        drop(fresh)
    return fresh
