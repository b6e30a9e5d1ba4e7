"""Cells counted from raw rows in plain Python, independently of the product's SQL."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from strategy.metrics.cells import duration_bucket
from strategy.metrics.models import Observation, Tally
from surveys.design.models import Question
from surveys.responses.models import Response

Cells = dict[Any, Any]
Counted = tuple[int, Any, int | None, Iterable[str], int, int, Decimal]


def cells_in_tally() -> Cells:
    found: Cells = {}
    for row in Tally.objects.all():
        key = (row.metric_id, row.day, row.touchpoint_id, row.segment, row.bucket)
        _pile_up(found, key, (row.n, row.total, row.squares))  # a metric may have many sources
    return found


def cells_of_raw() -> Cells:
    found: Cells = {}
    for metric, day, touchpoint, segments, bucket, n, figure in [*_observed(), *_answered()]:
        margins = {(None, ""), (touchpoint, ""), *((None, segment) for segment in segments)}
        for margin in margins:
            _pile_up(found, (metric, day, *margin, bucket), (n, figure, figure**2))
    return found


def _pile_up(cells: Cells, key: tuple[Any, ...], figures: tuple[Any, Any, Any]) -> None:
    seen = cells.get(key, (0, Decimal(), Decimal()))
    cells[key] = tuple(a + b for a, b in zip(seen, figures, strict=True))


def _observed() -> Iterable[Counted]:
    for row in Observation.objects.select_related("metric"):
        n, figure, bucket = _figure(row)
        yield row.metric_id, row.day, row.touchpoint_id, [row.segment], bucket, n, figure


def _figure(row: Observation) -> tuple[int, Decimal, int]:
    if row.milliseconds is not None:
        return 1, Decimal(row.milliseconds), duration_bucket(row.milliseconds)
    if row.numerator is not None:
        return row.denominator or 0, row.numerator, 0
    value = row.value or Decimal()
    return 1, value, int(value) if row.metric.scale_max is not None else 0


def _answered() -> Iterable[Counted]:
    questions = {question.pk: question for question in Question.objects.all()}
    for row in Response.objects.all():
        for question_id, score in row.answers.items():
            question = questions[int(question_id)]
            if question.metric_id is not None:
                where = question.touchpoint_id or row.touchpoint_id
                yield question.metric_id, row.day, where, row.segments, score, 1, Decimal(score)
