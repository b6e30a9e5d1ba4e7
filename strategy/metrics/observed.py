"""Observations as a source of numbers: one row an observation."""

from strategy.metrics.sources import NumberSource

SOURCE = "observations"

# Also what a new observation appends to pending: an add and a recount cannot disagree.
CELL_OF_OBSERVATION = f"""
SELECT '{SOURCE}' AS source, o.metric_id, o.day, o.touchpoint_id,
  CASE WHEN o.segment = '' THEN '{{}}'::varchar[] ELSE ARRAY[o.segment] END AS segments,
  CASE WHEN o.milliseconds > 0
    THEN floor(ln(o.milliseconds::float8) / ln(1.05::float8))::int
    WHEN o.milliseconds = 0 THEN -1 ELSE 0 END AS bucket,
  CASE WHEN o.denominator IS NULL THEN 1 ELSE o.denominator END AS n,
  coalesce(o.milliseconds, o.numerator, o.value) AS total,
  coalesce(o.milliseconds::numeric ^ 2, o.numerator ^ 2, o.value ^ 2) AS squares
FROM strategy_observation o"""

OBSERVATIONS = NumberSource(
    name=SOURCE,
    raw=f"""{CELL_OF_OBSERVATION}
JOIN named ON named.source = '{SOURCE}' AND named.day = o.day WHERE o.workspace_id = %(w)s""",
    slices=f"""
SELECT DISTINCT '{SOURCE}' AS source, day FROM strategy_observation
WHERE workspace_id = %(w)s AND day >= %(since)s""",
)
