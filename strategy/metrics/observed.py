"""Observations as a source of numbers: one row an observation."""

from collections.abc import Sequence

from django.db import connection

from cxplanner.base.tenancy import current_workspace_id
from strategy.metrics.pending import APPEND
from strategy.metrics.sources import NumberSource

SOURCE = "observations"

# One query for adds and recounts alike: they cannot disagree.
_CELLS = f"""
SELECT '{SOURCE}'::varchar AS source, o.metric_id, o.day, o.touchpoint_id,
  CASE WHEN o.segment = '' THEN '{{}}'::varchar[] ELSE ARRAY[o.segment] END AS segments,
  CASE WHEN o.milliseconds > 0
      THEN floor(ln(o.milliseconds::float8) / ln(1.05::float8))::int
    WHEN o.milliseconds = 0 THEN -1
    WHEN m.kind IN ('nps', 'csat', 'ces') THEN o.value::int
    ELSE 0 END AS bucket,
  sum(coalesce(o.denominator, 1)) AS n,
  sum(coalesce(o.milliseconds, o.numerator, o.value)) AS total,
  -- Multiplied, not raised: a power of a numeric is rounded.
  sum(coalesce(o.milliseconds, o.numerator, o.value)
    * coalesce(o.milliseconds, o.numerator, o.value)) AS squares
FROM strategy_observation o JOIN strategy_metric m ON m.id = o.metric_id
  AND m.workspace_id = %(w)s AND o.workspace_id = %(w)s
"""
_BY_CELL = "GROUP BY 1, 2, 3, 4, 5, 6"

OBSERVATIONS = NumberSource(
    name=SOURCE,
    raw=f"{_CELLS} JOIN named ON named.source = '{SOURCE}' AND named.day = o.day {_BY_CELL}",
    slices=f"""
SELECT DISTINCT '{SOURCE}' AS source, day FROM strategy_observation
WHERE workspace_id = %(w)s AND day >= %(since)s""",
)


def append_observed(ids: Sequence[int]) -> None:
    """Append new observations to pending; call it in the transaction that wrote them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{APPEND}
            SELECT %(w)s, source, day, metric_id, touchpoint_id, segments, bucket, n, total, squares
            FROM ({_CELLS} WHERE o.id = ANY(%(ids)s) {_BY_CELL}) cells""",
            {"w": current_workspace_id(), "ids": list(ids)},
        )
