"""Responses as a source of numbers: one row an answered score of a question tied to a metric."""

from strategy.metrics.sources import NumberSource

# What an add counted when it was written must come out the same here: whole numbers inside the
# question's scale, at the question's touchpoint or else the response's. The workspace is compared
# in a way no index serves: read for each day, an index of the whole workspace costs a hundredfold.
_SCORES = """
SELECT named.source, q.metric_id, r.day,
  coalesce(q.touchpoint_id, r.touchpoint_id) AS touchpoint_id, r.segments,
  a.score::int AS bucket, count(*) AS n, sum(a.score) AS total,
  sum(a.score * a.score) AS squares
FROM named
JOIN surveys_response r ON r.survey_id = named.owner AND r.day = named.day
JOIN surveys_question q ON q.survey_id = r.survey_id AND q.metric_id IS NOT NULL
  AND q.kind IN ('nps', 'csat', 'ces')
CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_typeof(r.answers -> q.id::text) = 'number'
  THEN (r.answers ->> q.id::text)::numeric END AS score) a
WHERE named.name = 'survey' AND r.workspace_id IS NOT DISTINCT FROM %(w)s
  AND a.score BETWEEN q.scale_min AND q.scale_max AND a.score = floor(a.score)
GROUP BY 1, 2, 3, 4, 5, 6"""

ANSWERS = NumberSource(
    name="survey",
    raw=_SCORES,
    slices="""
SELECT DISTINCT 'survey:' || survey_id AS source, day FROM surveys_response
WHERE workspace_id = %(w)s AND day >= %(since)s""",
    matching="""
SELECT count(*) FROM surveys_response r JOIN surveys_survey s ON s.id = r.survey_id
WHERE s.workspace_id = %(w)s AND s.plan_id = %(plan)s AND r.segments @> %(segments)s::varchar[]
  AND %(source)s IN ('', 'survey:' || s.id)""",
    anonymous="""
SELECT 'survey:' || id AS source FROM surveys_survey
WHERE workspace_id = %(w)s AND is_anonymous""",
)
