"""The statements that write answers: a raw row and its pending rows always commit together."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import LiteralString

import msgspec
from django.db import connection

from cxplanner.base.statements import array, copied, prepared
from strategy.metrics.pending import APPEND, Add, append_adds, ask_recount
from surveys.design.selectors import STILL, Head, still
from surveys.responses.answers import Taken
from surveys.responses.models import Response

_COLUMNS: LiteralString = (
    "id, workspace_id, survey_id, external_id, answered_at, day, touchpoint_id, segments, via,"
    " answers"
)
# No row comes back when its id or external id is known, or the survey is no more as the head
# says: nothing was written, nothing is counted.
_RECORD: LiteralString = f"""
WITH r AS (
  INSERT INTO surveys_response ({_COLUMNS})
  SELECT %s, %s, %s, %s, %s, %s, %s, %s::text[], %s, %s::jsonb WHERE EXISTS ({STILL})
  ON CONFLICT DO NOTHING
  RETURNING workspace_id, survey_id, day, segments),
p AS (
  {APPEND}
  SELECT r.workspace_id, 'survey:' || r.survey_id, r.day, x.metric, x.touchpoint, r.segments,
         x.score, 1, x.score, x.score * x.score
  FROM r, unnest(%s::bigint[], %s::bigint[], %s::int[]) x(metric, touchpoint, score))
SELECT 1 FROM r
"""  # noqa: S608  # constants only
_HOLD: LiteralString = "SELECT FROM surveys_survey WHERE id = %s FOR KEY SHARE"
_COPY: LiteralString = f"COPY surveys_response ({_COLUMNS}) FROM STDIN"


def _document(taken: Taken) -> str:
    return msgspec.json.encode(taken.answers).decode()


def record_one(head: Head, taken: Taken, *, via: str) -> bool:
    """Write one response and its adds in one statement.

    False, with nothing written, when its id is known or the head is out of date.
    """
    columns = zip(*taken.scores, strict=True) if taken.scores else ((), (), ())
    row = (
        taken.id,
        head.workspace_id,
        head.survey_id,
        taken.external_id,
        taken.answered_at,
        taken.day,
        taken.touchpoint_id,
        array(taken.segments),
        via,
        _document(taken),
    )
    return prepared(_RECORD, [*row, *still(head), *map(array, columns)]) is not None


def _line(taken: Taken, survey: str, via: str) -> str:
    """Write a response as a line of COPY, its columns as in _COLUMNS."""
    place = _place(taken.answered_at, taken.day, taken.touchpoint_id, tuple(taken.segments))
    external_id = r"\N" if taken.external_id is None else copied(taken.external_id)
    document = copied(_document(taken))
    return f"{taken.id.hex}\t{survey}\t{external_id}\t{place}\t{via}\t{document}\n"


@lru_cache(maxsize=1000)  # many answers of one call share all of it
def _place(
    answered_at: datetime, day: date, touchpoint_id: int | None, segments: tuple[str, ...]
) -> str:
    touchpoint = r"\N" if touchpoint_id is None else touchpoint_id
    return f"{answered_at}\t{day}\t{touchpoint}\t{copied(array(segments))}"


def record_many(head: Head, fresh: Sequence[Taken], *, via: str) -> bool:
    """Write new responses by COPY, their adds summed per cell; call it in a transaction.

    False, with nothing written, when the survey is gone. Raises IntegrityError when another call
    writes one of their external ids meanwhile.
    """
    if prepared(_HOLD, [head.survey_id]) is None:
        return False
    # Django wraps the errors of statements, not those of COPY.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        survey = f"{head.workspace_id}\t{head.survey_id}"
        copy.write("".join([_line(taken, survey, via) for taken in fresh]))
    cells = Counter(
        (taken.day, score, tuple(taken.segments)) for taken in fresh for score in taken.scores
    )
    append_adds(
        Add(
            source=head.source,
            day=day,
            metric_id=score.metric_id,
            touchpoint_id=score.touchpoint_id,
            segments=segments,
            bucket=score.score,
            n=n,
            total=n * score.score,
            squares=n * score.score**2,
        )
        for (day, score, segments), n in cells.items()
    )
    return True


def replace(response: Response, taken: Taken) -> None:
    """Put other content into a locked response and ask for its days to be counted again."""
    days = {response.day}
    response.answers = taken.answers
    response.segments = taken.segments
    response.touchpoint_id = taken.touchpoint_id
    if taken.tells_time:
        response.answered_at, response.day = taken.answered_at, taken.day
    response.save(update_fields=["answers", "segments", "touchpoint_id", "answered_at", "day"])
    ask_recount(f"survey:{response.survey_id}", days | {response.day})


def same_content(response: Response, taken: Taken) -> bool:
    """Tell whether a repeated call says the same; a time counts only where the sender told it."""
    return (
        response.answers == taken.answers
        and response.segments == taken.segments
        and response.touchpoint_id == taken.touchpoint_id
        and (not taken.tells_time or response.answered_at == taken.answered_at)
    )
