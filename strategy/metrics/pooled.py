"""All cells of many metrics for many segments at once, by where the answers come from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Case, Max, Q, Sum, When

from strategy.metrics.cells import Cell
from strategy.metrics.models import Combine, Metric, MetricVersion, Tally
from strategy.metrics.readings import in_force, versions_of

# Of these a day stands for itself.
_BY_DAY = (Combine.LAST, Combine.PERIOD, Combine.SUM)


class Slot(NamedTuple):
    """Whose cells: of a metric, in a segment ("" = all), from a source."""

    metric_id: int
    segment: str
    source: str


class Pooled(NamedTuple):
    """Cells under the definitions in force on the last day."""

    cells: Mapping[Slot, Sequence[Cell]]
    versions: Mapping[int, MetricVersion]


def pooled(
    metrics: Iterable[Metric], segments: Iterable[str], *, last: date, first: date | None = None
) -> Pooled:
    """Read the cells of metrics in segments over days (inclusive); two queries.

    Without `first`, all days count on which the definition in force on `last` holds.
    """
    chosen = list(metrics)
    held = {pk: in_force(found, last) for pk, found in versions_of(chosen).items()}
    start = first or date.min
    within = Q(day__range=(start, last))
    for pk, version in held.items():
        if version.from_day is not None and version.from_day > start:
            within &= ~Q(metric=pk, day__lt=version.from_day)
    rows = (
        Tally.objects.filter(
            within, metric__in=chosen, touchpoint__isnull=True, segment__in=set(segments)
        )
        .annotate(apart=Case(When(metric__combine__in=_BY_DAY, then="day")))
        .values("metric_id", "segment", "source", "bucket", "apart")
        .annotate(Sum("n"), Sum("total"), Sum("squares"), Max("day"))
        .values_list(
            "metric_id", "segment", "source", "bucket", "n__sum", "total__sum", "squares__sum",
            "day__max",
        )
    )  # fmt: skip
    cells: defaultdict[Slot, list[Cell]] = defaultdict(list)
    for metric_id, segment, source, *cell in rows:
        cells[Slot(metric_id, segment, source)].append(Cell(*cell))
    return Pooled(cells, held)
