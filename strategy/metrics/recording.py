"""The only writer of cells: takes pending rows away and brings the tally up to date.

Each statement is one snapshot under READ COMMITTED. The invariant: after a statement with
snapshot S has handled a slice, its cells are what raw rows visible in S make. An add and its raw
row are visible together; a recount takes all visible pending rows of its slice and reads raw in
the same statement, so nothing is counted twice and nothing is lost.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from cxplanner.base.tenancy import current_workspace_id
from strategy.metrics.models import Combination
from strategy.metrics.sources import number_sources

SLICES_A_RUN = 200
_LOCK_KEY = 7  # this kind of lock, among all advisory locks of the database

_DUE = "(q.not_before IS NULL OR q.not_before <= now())"
_KEY = "workspace_id, source, metric_id, day, touchpoint_id, segment, bucket"
_SET = "n = excluded.n, total = excluded.total, squares = excluded.squares"
_CONFLICT = (
    "ON CONFLICT (workspace_id, metric_id, day, touchpoint_id, segment, bucket, source) DO UPDATE"
)
# Combinations of segment values that somebody asked for, of which only the runner decides whether
# they are counted: all statements of a run see the same.
_COMBINED = f"""combined AS MATERIALIZED (
  SELECT '{Combination.KEYS}' || id AS key, segments FROM strategy_combination
  WHERE workspace_id = %(w)s AND is_counted)"""
# What was asked for since the last run: where its answers may lie is counted anew, from raw, before
# any of them is added. What nobody wants goes with its cells.
_SWITCH = f"""
WITH gone AS (
  DELETE FROM strategy_combination WHERE workspace_id = %(w)s AND NOT is_wanted RETURNING id),
emptied AS (
  DELETE FROM strategy_tally t USING gone
  WHERE t.workspace_id = %(w)s AND t.segment = '{Combination.KEYS}' || gone.id),
begun AS (
  UPDATE strategy_combination SET is_counted = true
  WHERE workspace_id = %(w)s AND is_wanted AND NOT is_counted RETURNING segments)
INSERT INTO strategy_pending (workspace_id, source, day, segments)
SELECT DISTINCT %(w)s::bigint, t.source, t.day, '{{}}'::varchar[] FROM begun b
JOIN strategy_tally t ON t.workspace_id = %(w)s AND t.segment = b.segments[1]
  AND t.touchpoint_id IS NULL"""
# A cell with an empty dimension counts all: the total, one per touchpoint, one per segment and one
# per combination asked for, never their product. UNION drops repeats.
_CELLS = """
SELECT %(w)s::bigint AS workspace_id, x.source, x.metric_id, x.day, v.touchpoint_id, v.segment,
  x.bucket, sum(x.n)::bigint AS n, sum(x.total) AS total, sum(x.squares) AS squares
FROM x CROSS JOIN LATERAL (
  SELECT NULL::bigint, '' UNION SELECT x.touchpoint_id, ''
  UNION SELECT NULL, s FROM unnest(x.segments) s
  UNION SELECT NULL, c.key FROM combined c WHERE c.segments <@ x.segments) v(touchpoint_id, segment)
WHERE x.bucket IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7"""
_NAME_AND_OWNER = """split_part(source, ':', 1) AS name,
  nullif(split_part(source, ':', 2), '')::bigint AS owner"""

_ADD = f"""
WITH {_COMBINED}, x AS (
  DELETE FROM strategy_pending p WHERE p.workspace_id = %(w)s AND p.metric_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM strategy_pending q WHERE q.workspace_id = %(w)s
    AND q.source = p.source AND q.day = p.day AND q.metric_id IS NULL AND {_DUE})
  RETURNING p.*),
cells AS ({_CELLS}),
done AS (
  INSERT INTO strategy_tally AS t ({_KEY}, n, total, squares) SELECT * FROM cells
  {_CONFLICT} SET n = t.n + excluded.n, total = t.total + excluded.total,
    squares = t.squares + excluded.squares)
SELECT metric_id, min(day) FILTER (WHERE bucket IS NOT NULL) FROM x GROUP BY 1"""


def _raw() -> str:
    return "\nUNION ALL\n".join(f"({source.raw})" for source in number_sources())


def _recount() -> str:
    return f"""
WITH {_COMBINED}, named AS MATERIALIZED (
  SELECT DISTINCT source, day, {_NAME_AND_OWNER} FROM strategy_pending q
  WHERE workspace_id = %(w)s AND metric_id IS NULL AND {_DUE} LIMIT {SLICES_A_RUN}),
taken AS (
  DELETE FROM strategy_pending q USING named d
  WHERE q.workspace_id = %(w)s AND q.source = d.source AND q.day = d.day AND {_DUE}),
x (source, metric_id, day, touchpoint_id, segments, bucket, n, total, squares) AS ({_raw()}),
cells AS MATERIALIZED ({_CELLS}),
gone AS (
  DELETE FROM strategy_tally t USING named d
  WHERE t.workspace_id = %(w)s AND t.source = d.source AND t.day = d.day AND NOT EXISTS (
    SELECT FROM cells c WHERE (c.source, c.metric_id, c.day, c.segment, c.bucket)
      = (t.source, t.metric_id, t.day, t.segment, t.bucket)
    AND c.touchpoint_id IS NOT DISTINCT FROM t.touchpoint_id)
  RETURNING t.metric_id, t.day),
done AS (
  INSERT INTO strategy_tally AS t ({_KEY}, n, total, squares) SELECT * FROM cells
  {_CONFLICT} SET {_SET} WHERE (t.n, t.total, t.squares)
    IS DISTINCT FROM (excluded.n, excluded.total, excluded.squares)
  RETURNING metric_id, day)
SELECT metric_id, min(day) FROM (TABLE gone UNION ALL TABLE done) changed GROUP BY 1"""


def lock(*, wait: bool) -> bool:
    """Take the active workspace's lock for the rest of the transaction; False when it is held.

    It must be the transaction's first statement: later ones then see all its last holder wrote.
    """
    call = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}(%s, %s::int)", [_LOCK_KEY, current_workspace_id()])
        (taken,) = cursor.fetchone()
    return wait or taken


def take_in() -> dict[int, date]:
    """Take the due pending rows of the active workspace into its cells; call under `lock`.

    Returns the ids of the metrics to read again, each with the first day that changed
    (date.max where no cell did).
    """
    scope = {"w": current_workspace_id()}
    changed: dict[int, date] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SWITCH, scope)
        for statement in (_ADD, _recount()):
            cursor.execute(statement, scope)
            for metric_id, first in cursor.fetchall():
                known = changed.get(metric_id, date.max)
                changed[metric_id] = min(known, first or date.max)
    return changed


def workspaces_waiting() -> list[int]:
    """Return the ids of all workspaces with due pending rows, whichever is active."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT w.id FROM accounts_workspace w WHERE EXISTS (
            SELECT FROM strategy_pending q WHERE q.workspace_id = w.id AND {_DUE}) ORDER BY w.id"""
        )
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def tell_planner() -> None:
    """Have PostgreSQL count its cells anew, after a great many came at once.

    Until it does so by itself, it takes the table for small, and a recount takes twenty times as
    long.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE strategy_tally")


Slice = tuple[str, date]


def slices(since: date = date.min) -> list[Slice]:
    """Return the active workspace's slices (source, day) with raw rows or cells, oldest first."""
    queries = [source.slices for source in number_sources()]
    queries.append(
        """SELECT DISTINCT source, day FROM strategy_tally
        WHERE workspace_id = %(w)s AND day >= %(since)s"""
    )
    union = " UNION ".join(f"({query})" for query in queries)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT source, day FROM ({union}) s ORDER BY day, source",
            {"w": current_workspace_id(), "since": since},
        )
        return [(source, day) for source, day in cursor.fetchall()]


class Difference(NamedTuple):
    """A cell whose tally is not what its raw rows make; None where a side has no such cell."""

    source: str
    day: date
    metric_id: int
    touchpoint_id: int | None
    segment: str
    bucket: int
    raw: tuple[int, Decimal, Decimal] | None
    tally: tuple[int, Decimal, Decimal] | None


def differences(chosen: Sequence[Slice]) -> list[Difference]:
    """Compare cells with raw in one snapshot; slices that wait for the runner are left out."""
    statement = f"""
WITH {_COMBINED}, named AS MATERIALIZED (
  SELECT source, day, {_NAME_AND_OWNER}
  FROM unnest(%(sources)s::varchar[], %(days)s::date[]) s(source, day)
  WHERE NOT EXISTS (SELECT FROM strategy_pending q WHERE q.workspace_id = %(w)s
    AND q.source = s.source AND q.day = s.day)),
x (source, metric_id, day, touchpoint_id, segments, bucket, n, total, squares) AS ({_raw()}),
cells AS MATERIALIZED ({_CELLS}),
kept AS (SELECT t.* FROM strategy_tally t JOIN named d ON t.source = d.source AND t.day = d.day
  WHERE t.workspace_id = %(w)s)
SELECT coalesce(c.source, t.source), coalesce(c.day, t.day), coalesce(c.metric_id, t.metric_id),
  coalesce(c.touchpoint_id, t.touchpoint_id), coalesce(c.segment, t.segment),
  coalesce(c.bucket, t.bucket), c.n, c.total, c.squares, t.n, t.total, t.squares
FROM cells c FULL JOIN kept t ON c.source = t.source AND c.day = t.day
  AND c.metric_id = t.metric_id AND coalesce(c.touchpoint_id, 0) = coalesce(t.touchpoint_id, 0)
  AND c.segment = t.segment AND c.bucket = t.bucket
WHERE (c.n, c.total, c.squares) IS DISTINCT FROM (t.n, t.total, t.squares)"""
    params: dict[str, Any] = {
        "w": current_workspace_id(),
        "sources": [source for source, _ in chosen],
        "days": [day for _, day in chosen],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [
            Difference._make((*row[:6], _side(row[6:9]), _side(row[9:])))
            for row in cursor.fetchall()
        ]


def _side(figures: tuple[Any, ...]) -> Any:
    return None if figures[0] is None else figures
