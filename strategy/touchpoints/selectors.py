"""Reading touchpoints: their newest grades, and how old those are."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

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
    return _months_from(workspace.today(), -workspace.grades_last_months)


def stale_from(graded_on: date, months: int) -> date:
    """Return the first day on which a grade of a day is no longer fresh."""
    day = _months_from(graded_on, months)
    while _months_from(day, -months) <= graded_on:
        day += timedelta(days=1)
    return day


def _months_from(day: date, months: int) -> date:
    """Return the day of the same number in another month, its last where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
