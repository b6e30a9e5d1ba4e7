"""The job: one file, one transaction. A dry run does the same and takes it back.

Killed at any moment, the transaction is gone with its worker; the sweep begins the file again.
"""

import logging
from pathlib import Path
from typing import LiteralString

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.base.refs import Ref
from cxplanner.base.refusals import Refused
from cxplanner.base.tables import Unreadable
from cxplanner.events.services import record
from strategy import intake
from strategy.metrics.recording import tell_planner
from surveys.imports.keeping import drop, kept_file
from surveys.imports.mapping import Meaning
from surveys.imports.models import AnswerImport, ImportFault
from surveys.imports.pulse import Cancelled, Pulse
from surveys.imports.reading import Outcome, read
from surveys.imports.storing import Totals
from surveys.imports.understanding import Flaws

log = logging.getLogger(__name__)

_FAULTS: LiteralString = """COPY surveys_importfault (workspace_id, of_id, row, "column", value,
  reason) FROM STDIN"""

ATTEMPTS = 3
_SETTLED = [
    "survey",
    "mapping",
    "status",
    "progress",
    "totals",
    "first_day",
    "last_day",
    "ended_at",
    "seen",
]
_LOCK_KEY = 8  # this kind of lock, among all advisory locks of the database
Status = AnswerImport.Status


class AtWorkElsewhere(Exception):
    """Another worker has this file in its hands."""


def work(import_id: int) -> None:
    """Check or bring in a file, as its status says; does nothing where another worker does."""
    row = _found(import_id)
    if row is None or not row.is_at_work:
        return
    with Pulse(row) as pulse:
        try:
            outcome = _attempted(row, pulse)
        except AtWorkElsewhere:
            return
        except Cancelled:
            pulse.stop()
            _end(row, Status.CANCELLED, totals=pulse.totals)
        except (Unreadable, Refused) as error:
            pulse.stop()
            _end(row, Status.FAILED, totals=pulse.totals, trouble=str(error))
        except Exception:  # told to the log and to the person; nothing of the file was taken
            log.exception("import %s failed", row.pk)
            pulse.stop()
            trouble = _("Something went wrong on our side. Nothing was brought in; try again.")
            _end(row, Status.FAILED, totals=pulse.totals, trouble=trouble)
        else:
            pulse.stop()
            if row.status == Status.DONE:
                intake.drain(row.workspace_id)
                tell_planner()
            else:
                checked = row.status == Status.CHECKING
                status = Status.CHECKED if checked else Status.REFUSED
                _end(row, status, totals=outcome.totals, outcome=outcome)


def _found(import_id: int) -> AnswerImport | None:
    rows = AnswerImport.objects.select_related("plan", "survey__plan", "by__user", "workspace")
    return rows.filter(pk=import_id).first()


def _attempted(row: AnswerImport, pulse: Pulse) -> Outcome:
    with kept_file(row) as path:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _one_attempt(row, path, pulse, met_others=attempt > 1)
            except IntegrityError:  # one of its ids was sent by another way meanwhile
                log.info("import %s meets others' answers: attempt %s", row.pk, attempt)
    raise Refused(_("Others keep writing the same answers. Try again."))


def _one_attempt(row: AnswerImport, path: Path, pulse: Pulse, *, met_others: bool) -> Outcome:
    with transaction.atomic(durable=True):
        _alone(row)
        dry = row.status == Status.CHECKING
        outcome = read(row, path, pulse, dry=dry, met_others=met_others)
        if dry or (outcome.flaws.rows and not Meaning.of(row.mapping).keep_good):
            transaction.set_rollback(True)
        else:
            pulse.stop()
            _settle(row, outcome)
    return outcome


def _alone(row: AnswerImport) -> None:
    """Take this file's lock until the transaction ends, first of all. Raises AtWorkElsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK_KEY, row.pk % 2**31])
        (mine,) = cursor.fetchone()
    if not mine or not AnswerImport.objects.filter(pk=row.pk, status=row.status).exists():
        raise AtWorkElsewhere


def _settle(row: AnswerImport, outcome: Outcome) -> None:
    """Say that it is done, in the transaction that brings the answers in."""
    row.survey = outcome.survey
    row.mapping = {**row.mapping, "columns": outcome.columns, "survey_name": ""}
    row.status = Status.DONE
    row.progress, row.totals = 1, outcome.totals.as_json()
    row.first_day, row.last_day = outcome.first_day, outcome.last_day
    row.ended_at = timezone.now()
    row.seen += 1
    row.save(update_fields=_SETTLED)
    _keep_flaws(row, outcome.flaws)
    totals = row.totals
    about = Ref("survey", outcome.survey.pk)
    record("survey.answers_imported", about, by=row.by, name=row.file_name, n=totals["taken"])


def _end(
    row: AnswerImport,
    status: str,
    *,
    totals: Totals,
    outcome: Outcome | None = None,
    trouble: str = "",
) -> None:
    """Write what a run came to that brought nothing in."""
    with transaction.atomic():
        fresh = AnswerImport.objects.select_for_update(of=("self",)).get(pk=row.pk)
        fresh.status, fresh.trouble = status, trouble
        fresh.progress, fresh.totals = 1, totals.as_json()
        fresh.ended_at = timezone.now()
        fresh.seen += 1
        if outcome is not None:
            fresh.preview = outcome.preview
        fresh.save()
        _keep_flaws(fresh, outcome.flaws if outcome else Flaws())
        if status == Status.CANCELLED:
            drop(fresh)


def _keep_flaws(row: AnswerImport, flaws: Flaws) -> None:
    ImportFault.objects.filter(of=row).delete()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(_FAULTS) as copy,
    ):
        for flaw in flaws.kept[: ImportFault.MOST]:
            copy.write_row((row.workspace_id, row.pk, flaw.row, flaw.column[:255], *flaw[2:]))
