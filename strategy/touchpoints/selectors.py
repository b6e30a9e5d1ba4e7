"""Reading touchpoints: their newest grades, and how old those are."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from cxplanner.accounts.models import Workspace
from strategy.touchpoints.models import Audit


def newest_grades(touchpoint_ids: Iterable[int]) -> Mapping[int, Audit]:
    """Return the newest audit of touchpoints by their id; ungraded ones are left out. One query.

    Of two on one day the one written last counts.
    """
    wanted = list(touchpoint_ids)
    if not wanted:
        return {}
    living = Audit.objects.filter(touchpoint__in=wanted, archived_at=None)
    newest = living.order_by("touchpoint_id", "-graded_on", "-id").distinct("touchpoint_id")
    return {audit.touchpoint_id: audit for audit in newest}


def audits_of(touchpoint_id: int) -> Sequence[Audit]:
    """Return the living audits of a touchpoint with who graded, the newest first."""
    rows = Audit.objects.filter(touchpoint=touchpoint_id, archived_at=None)
    return list(rows.select_related("by__user").order_by("-graded_on", "-id"))


def fresh_since(workspace: Workspace) -> date:
    """Return the first day (inclusive) of which a grade is still fresh today."""
    today = workspace.today()
    year, month = divmod(today.year * 12 + today.month - 1 - workspace.grades_last_months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
