"""Work for the runner: whoever writes raw numbers appends here, in the same transaction.

Only a *new* answer adds. An edit, move, deletion, erasure, import or changed definition asks for
a recount of its slice = (source, day).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import LiteralString, NamedTuple

from django.db import connection
from django.utils import timezone

from cxplanner.base.statements import array
from cxplanner.base.tenancy import current_workspace_id
from strategy.metrics.models import Pending

# A request that read an old definition may commit its add this long after the definition changed.
LONGEST_REQUEST = timedelta(seconds=60)

# For a statement that writes raw and pending rows at once; the columns are those of Add.
APPEND: LiteralString = """INSERT INTO strategy_pending
  (workspace_id, source, day, metric_id, touchpoint_id, segments, bucket, n, total, squares)"""
_COPY: LiteralString = """COPY strategy_pending
  (workspace_id, source, day, metric_id, touchpoint_id, segments, bucket, n, total, squares)
  FROM STDIN"""


class Add(NamedTuple):
    """New answers to one cell, as APPEND takes them after the workspace."""

    source: str
    day: date
    metric_id: int
    touchpoint_id: int | None
    segments: tuple[str, ...]
    bucket: int
    n: int
    total: Decimal | int
    squares: Decimal | int


def summed(adds: Iterable[Add]) -> list[Add]:
    """Merge the adds that meet in one cell: 500 answers become a dozen rows."""
    cells: defaultdict[tuple[object, ...], list[Add]] = defaultdict(list)
    for add in adds:
        cells[add[:6]].append(add)
    return [
        same[0]._replace(
            n=sum(add.n for add in same),
            total=sum(add.total for add in same),
            squares=sum(add.squares for add in same),
        )
        for same in cells.values()
    ]


def append_adds(adds: Iterable[Add]) -> None:
    """Append new answers of the active workspace; call it in the raw rows' transaction."""
    workspace_id = current_workspace_id()
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for add in adds:
            copy.write_row((workspace_id, *add[:4], array(add.segments), *add[5:]))


def ask_recount(source: str, days: Iterable[date], *, not_before: datetime | None = None) -> None:
    """Ask that all cells of these slices be set from raw, for all metrics."""
    Pending.objects.bulk_create(
        Pending(source=source, day=day, not_before=not_before) for day in sorted(set(days))
    )


def ask_recount_twice(source: str, days: Iterable[date]) -> None:
    """Ask for a recount after a definition changed: at once, and after the longest request.

    A request that read the old definition may still commit its add after the first recount.
    """
    slices = sorted(set(days))
    ask_recount(source, slices)
    ask_recount(source, slices, not_before=timezone.now() + LONGEST_REQUEST)


def ask_recount_of_metric(metric_id: int) -> None:
    """Ask for a recount, twice, of every slice that has cells of a metric."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO strategy_pending (workspace_id, source, day, segments, not_before)
            SELECT %(w)s, t.source, t.day, '{}', asked.not_before
            FROM (SELECT DISTINCT source, day FROM strategy_tally
                  WHERE workspace_id = %(w)s AND metric_id = %(metric)s) t,
              (VALUES (NULL::timestamptz),
                (now() + make_interval(secs => %(longest)s))) asked(not_before)""",
            {
                "w": current_workspace_id(),
                "metric": metric_id,
                "longest": LONGEST_REQUEST.total_seconds(),
            },
        )


def ask_refresh(metric_ids: Sequence[int]) -> None:
    """Ask that goals of these metrics be read again although no answer came.

    For a goal that was made or changed, and a metric read differently: a person's edit must not
    wait for the runner's lock while it holds the goal.
    """
    today = timezone.now().date()
    Pending.objects.bulk_create(
        Pending(source="", day=today, metric_id=metric_id) for metric_id in set(metric_ids)
    )


def wake() -> None:
    """Have the runner look at what is to be counted, although no number came."""
    ask_recount("", [timezone.now().date()])
