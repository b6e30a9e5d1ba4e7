"""Reads over files of past answers, some over all workspaces at once."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cxplanner.base.sheets import safe_cell
from cxplanner.base.tenancy import workspace_scope
from strategy.plans.models import Plan
from surveys.imports.models import AnswerImport, ImportFault

GONE_AFTER = timedelta(seconds=8)  # without a sign of life


def left_alone() -> list[tuple[int, int]]:
    """Return (workspace, import) of files at work whose worker gives no sign of life.

    Each is given another moment, so that the next sweep does not name it again at once.
    """
    late = timezone.now() - GONE_AFTER
    waiting = AnswerImport.unscoped.filter(status__in=AnswerImport.AT_WORK, alive_at__lt=late)
    found = list(waiting.values_list("workspace_id", "pk"))
    AnswerImport.unscoped.filter(pk__in=[pk for _workspace_id, pk in found]).update(
        alive_at=timezone.now()
    )
    return found


def files_to_forget() -> Iterator[AnswerImport]:
    """Yield imports whose file was kept long enough, each inside its workspace."""
    late = timezone.now() - timedelta(days=settings.IMPORT_FILE_DAYS)
    old = AnswerImport.unscoped.filter(
        Q(created_at__lt=late) & ~Q(status__in=AnswerImport.AT_WORK), file_gone_at__isnull=True
    )
    for row in old.order_by("pk"):
        with workspace_scope(row.workspace_id):
            yield row


def remembered(plan: Plan, fingerprint: str) -> AnswerImport | None:
    """Return the last import of this plan whose file had the same header and was taken."""
    mine = AnswerImport.objects.filter(
        plan=plan, fingerprint=fingerprint, status=AnswerImport.Status.DONE
    )
    return mine.filter(survey__archived_at__isnull=True).order_by("-pk").first()


def imports_of(plan: Plan, *, name: str = "", status: str = "") -> QuerySet[AnswerImport]:
    """Return the files sent to a plan, newest first, without what is large in them.

    `name` is a part of the file's name or of its survey's; "" does not narrow.
    """
    rows = AnswerImport.objects.filter(plan=plan).defer("columns", "sample", "mapping", "preview")
    if name:
        rows = rows.filter(Q(file_name__icontains=name) | Q(survey__name__icontains=name))
    if status:
        rows = rows.filter(status=status)
    return rows.select_related("survey", "by__user").order_by("-pk")


def shares_days(row: AnswerImport) -> bool:
    """Tell whether another file brought answers of the same days into the same survey."""
    if row.first_day is None or row.last_day is None:
        return False
    others = AnswerImport.objects.filter(survey=row.survey_id, totals__taken__gt=0)
    meets = Q(first_day__lte=row.last_day, last_day__gte=row.first_day)
    unknown = Q(first_day__isnull=True, status=AnswerImport.Status.DONE)
    return others.filter(meets | unknown).exclude(pk=row.pk).exists()


def flaws_kept(row: AnswerImport) -> int:
    """Return how many of the faults found are kept to be listed: the first ones."""
    return min(row.total("cells"), ImportFault.MOST)


def flaws_as_rows(row: AnswerImport) -> Iterator[list[str]]:
    """Yield what is wrong with a file, for a sheet; no cell begins a formula.

    The last line says so where there is more.
    """
    yield [_("row"), _("column"), _("value"), _("what is wrong")]
    for flaw in row.faults.order_by("row", "pk").iterator():
        yield [
            str(flaw.row),
            safe_cell(flaw.column),
            safe_cell(flaw.value),
            safe_cell(flaw.reason),
        ]
    kept, found = flaws_kept(row), row.total("cells")
    if kept < found:
        numbers = {"kept": number_format(kept), "all": number_format(found)}
        yield ["", "", "", _("Faults listed: the first %(kept)s of %(all)s.") % numbers]
