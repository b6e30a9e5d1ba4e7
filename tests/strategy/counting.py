"""Cells counted from raw rows in plain Python, independently of the product's SQL."""

from decimal import Decimal
from typing import Any

from strategy.metrics.cells import duration_bucket
from strategy.metrics.models import Observation, Tally

Cells = dict[Any, Any]


def cells_in_tally() -> Cells:
    return {
        (row.metric_id, row.day, row.touchpoint_id, row.segment, row.bucket): (
            row.n,
            row.total,
            row.squares,
        )
        for row in Tally.objects.all()
    }


def cells_of_observations() -> Cells:
    found: Cells = {}
    for row in Observation.objects.select_related("metric"):
        n, figure, bucket = _counted(row)
        for touchpoint, segment in {(None, ""), (row.touchpoint_id, ""), (None, row.segment)}:
            key = (row.metric_id, row.day, touchpoint, segment, bucket)
            seen = found.get(key, (0, Decimal(), Decimal()))
            found[key] = (seen[0] + n, seen[1] + figure, seen[2] + figure**2)
    return found


def _counted(row: Observation) -> tuple[int, Decimal, int]:
    if row.milliseconds is not None:
        return 1, Decimal(row.milliseconds), duration_bucket(row.milliseconds)
    if row.numerator is not None:
        return row.denominator or 0, row.numerator, 0
    value = row.value or Decimal()
    return 1, value, int(value) if row.metric.scale_max is not None else 0
