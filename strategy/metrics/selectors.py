"""Figures of one metric, or a few, over any days: what charts, forms and REST show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    Func,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Sum,
    Value,
    When,
)

from cxplanner.accounts.models import Workspace
from strategy.metrics.cells import Cell
from strategy.metrics.estimates import Estimate, detectable_change, estimate
from strategy.metrics.models import Combination, Combine, Metric, MetricVersion, Tally
from strategy.metrics.readings import definition_of, in_force, reads_window, versions_of

MOST_POINTS = 2_000
_WEEK = timedelta(days=7)
_PLACES = Decimal("0.0001")
_STOCKS = (Combine.LAST, Combine.PERIOD)
_LOOKS_BACK = 730  # days that goals are set by
_RECENT = 13  # weeks that say how many answers come in


class TooManyPoints(ValueError):
    """More periods than one reply holds."""


class Period(StrEnum):
    """How long the stretches of a series are; quarters follow the workspace's fiscal year."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Point:
    """What a metric read over a period, named by its first day; None where nobody answered."""

    period: date
    estimate: Estimate | None
    version: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A baseline a goal may take, and the days (inclusive) and definition it is read from."""

    estimate: Estimate
    first: date
    last: date
    version: int

    @property
    def amount(self) -> Decimal:
        """Return the figure as a baseline holds it."""
        return Decimal(repr(self.estimate.value)).quantize(_PLACES)


# --- periods --------------------------------------------------------------------------------


def period_start(day: date, by: Period, calendar: Workspace) -> date:
    """Return the first day of the period a day lies in, on the workspace's calendar."""
    match by:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=(day.isoweekday() - calendar.first_weekday) % 7)
        case Period.MONTH:
            return day.replace(day=1)
        case Period.QUARTER:
            months = day.year * 12 + day.month - 1
            months -= (day.month - calendar.fiscal_year_start) % 3
            return date(months // 12, months % 12 + 1, 1)


def _after(start: date, by: Period, calendar: Workspace) -> date:
    days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31, Period.QUARTER: 94}[by]
    return period_start(start + timedelta(days=days), by, calendar)


# --- one metric -----------------------------------------------------------------------------


def reading_over(
    metric: Metric, first: date, last: date, *, touchpoint_id: int | None = None, segment: str = ""
) -> Estimate | None:
    """Read a metric over days (inclusive), of the definition in force on the last one."""
    held = in_force(versions_of([metric])[metric.pk], last)
    first = max(first, held.from_day or first)
    return estimate(
        definition_of(metric, held), _cells(_margin(metric, touchpoint_id, segment), first, last)
    )


def series(
    metric: Metric,
    *,
    first: date,
    last: date,
    by: Period,
    calendar: Workspace,
    touchpoint_id: int | None = None,
    segment: str = "",
) -> list[Point]:
    """Read a metric period by period over days (inclusive), empty periods among them.

    A period in which a new definition begins counts only the days from then on. Raises
    TooManyPoints above MOST_POINTS periods.
    """
    starts = [period_start(first, by, calendar)]
    while (following := _after(starts[-1], by, calendar)) <= last:
        starts.append(following)
        if len(starts) > MOST_POINTS:
            raise TooManyPoints(f"more than {MOST_POINTS} periods")
    by_start: defaultdict[date, list[Cell]] = defaultdict(list)
    for cell in _cells(_margin(metric, touchpoint_id, segment), first, last):
        by_start[period_start(cell.day or first, by, calendar)].append(cell)
    versions = versions_of([metric])[metric.pk]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [last]
    return [
        _point(metric, versions, start, end, by_start[start])
        for start, end in zip(starts, ends, strict=True)
    ]


def _point(
    metric: Metric, versions: Sequence[MetricVersion], start: date, end: date, cells: list[Cell]
) -> Point:
    held = in_force(versions, end)
    counted = [cell for cell in cells if not held.from_day or (cell.day or end) >= held.from_day]
    return Point(start, estimate(definition_of(metric, held), counted), held.number)


def cells_over(
    metric: Metric, first: date, last: date, *, touchpoint_id: int | None = None, segment: str = ""
) -> list[Cell]:
    """Return a metric's cells over days (inclusive), for figures beside its own."""
    return _cells(_margin(metric, touchpoint_id, segment), first, last)


def counts_by_source(metric: Metric, first: date, last: date) -> dict[str, int]:
    """Count answers over days (inclusive) by where they come from, most first."""
    cells = _margin(metric, None, "").filter(day__range=(first, last))
    found = dict(cells.values_list("source").annotate(Sum("n")))
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def histogram(
    metric: Metric, first: date, last: date, *, touchpoint_id: int | None = None, segment: str = ""
) -> dict[int, int]:
    """Count answers by bucket over days (inclusive); the score, or a duration's bucket."""
    cells = _margin(metric, touchpoint_id, segment).filter(day__range=(first, last))
    return dict(cells.values_list("bucket").annotate(Sum("n")).order_by("bucket"))


def by_touchpoint(metric: Metric, first: date, last: date) -> dict[int, Estimate]:
    """Read a metric over days (inclusive) for each touchpoint with answers, by its id."""
    margins = Tally.objects.filter(metric=metric, touchpoint__isnull=False, segment="")
    return _split(metric, margins, "touchpoint_id", first, last)


def by_segment(metric: Metric, first: date, last: date) -> dict[str, Estimate]:
    """Read a metric over days (inclusive) for each segment with answers, by its name."""
    margins = Tally.objects.filter(metric=metric, touchpoint__isnull=True).exclude(segment="")
    margins = margins.exclude(segment__startswith=Combination.KEYS)
    return _split(metric, margins, "segment", first, last)


def measured_at(touchpoints: Iterable[int], **which: Any) -> dict[int, list[int]]:
    """Return the metrics (ids) with answers at touchpoints, by the touchpoint's id; one query.

    `which` narrows the metrics, as `archived_at=None`.
    """
    return _pairs("plan__touchpoints", plan__touchpoints__in=list(touchpoints), **which)


def places_of(metrics: Iterable[int]) -> dict[int, list[int]]:
    """Return the touchpoints (ids) at which metrics have answers, by the metric's id; one query."""
    return _pairs("pk", pk__in=list(metrics))


def _pairs(key: str, **which: Any) -> dict[int, list[int]]:
    """Probe the index once for each metric and touchpoint of a plan; cells are not read."""
    cell = Tally.objects.filter(
        metric=OuterRef("pk"), touchpoint=OuterRef("plan__touchpoints"), segment=""
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    # In one call, or each condition would join touchpoints anew and every pair come many times.
    rows = Metric.objects.filter(Exists(cell), **which).order_by("pk", "plan__touchpoints")
    other = "pk" if key != "pk" else "plan__touchpoints"
    for one, its in rows.values_list(key, other):
        found[one].append(its)
    return found


def _split(
    metric: Metric, margins: "QuerySet[Tally]", column: str, first: date, last: date
) -> dict[Any, Estimate]:
    held = in_force(versions_of([metric])[metric.pk], last)
    days = (max(first, held.from_day or first), last)
    cells: defaultdict[Any, list[Cell]] = defaultdict(list)
    for key, *cell in (
        margins.filter(day__range=days)
        .values(column, "day", "bucket")
        .annotate(Sum("n"), Sum("total"), Sum("squares"))
        .values_list(column, "bucket", "n__sum", "total__sum", "squares__sum", "day")
    ):
        cells[key].append(Cell(*cell))
    figures = ((key, estimate(definition_of(metric, held), own)) for key, own in cells.items())
    return {key: figure for key, figure in figures if figure is not None}


def _margin(metric: Metric, touchpoint_id: int | None, segment: str) -> "QuerySet[Tally]":
    cells = Tally.objects.filter(metric=metric, segment=segment)
    if touchpoint_id is None:
        return cells.filter(touchpoint__isnull=True)
    return cells.filter(touchpoint_id=touchpoint_id)


def _cells(margin: "QuerySet[Tally]", first: date, last: date) -> list[Cell]:
    rows = (
        margin.filter(day__range=(first, last))
        .values("day", "bucket")
        .annotate(Sum("n"), Sum("total"), Sum("squares"))
        .values_list("bucket", "n__sum", "total__sum", "squares__sum", "day")
    )
    return [Cell(*row) for row in rows]


# --- what a goal form wants to know ---------------------------------------------------------


def baseline_offer(
    metric: Metric,
    *,
    today: date,
    days: int = 90,
    touchpoint_id: int | None = None,
    segment: str = "",
) -> Offer | None:
    """Offer the figure of the last days (inclusive of today) as a baseline, or None.

    A metric whose last observation stands offers that one, however old.
    """
    held = in_force(versions_of([metric])[metric.pk], today)
    first = today - timedelta(days=days - 1) if reads_window(metric) else date.min
    first = max(first, held.from_day or first)
    cells = _cells(_margin(metric, touchpoint_id, segment), first, today)
    figure = estimate(definition_of(metric, held), cells)
    if figure is None:
        return None
    if reads_window(metric):
        return Offer(figure, first, today, held.number)
    newest = max(cell.day for cell in cells if cell.day)
    return Offer(figure, newest, newest, held.number)


@dataclass(frozen=True, slots=True)
class Past:
    """What a metric did over its last two years, for those who set goals by it.

    `detectable`: the smallest change, in its unit, that a window of today's answers tells from
    noise. `by_week`: the figure over the window that ended so many weeks before today.
    """

    answers_per_month: float | None
    detectable: float | None
    by_week: Mapping[int, float]
    bigger_is_better: bool

    def best_gain(self, span_days: int) -> float | None:
        """Say by how much the metric ever became better over so many days; None where it never."""
        weeks = max(round(span_days / 7), 1)
        gains = [
            self.by_week[end - weeks] - self.by_week[end]
            for end in self.by_week
            if end - weeks in self.by_week
        ]
        best = max((gain if self.bigger_is_better else -gain for gain in gains), default=0.0)
        return best if best > 0 else None


def pasts(metrics: Iterable[Metric], *, today: date) -> dict[int, Past]:
    """Look back on many metrics in two queries, by the metric's id, under today's definitions.

    Windows are rounded up to whole weeks.
    """
    chosen = {metric.pk: metric for metric in metrics}
    age = Func(
        Value(today, DateField()), "day", arg_joiner=" - ", template="((%(expressions)s) / 7)",
        output_field=IntegerField(),
    )  # fmt: skip
    rows = (
        Tally.objects.filter(
            metric__in=chosen,
            touchpoint=None,
            segment="",
            day__range=(today - timedelta(days=_LOOKS_BACK), today),
        )
        # The days of a stock stay apart: its last one stands.
        .annotate(age=age, apart=Case(When(metric__combine__in=_STOCKS, then="day")))
        .values("metric_id", "bucket", "age", "apart")
        .annotate(Sum("n"), Sum("total"), Sum("squares"), Max("day"))
        .values_list(
            "metric_id", "age", "bucket", "n__sum", "total__sum", "squares__sum", "day__max"
        )
    )
    weeks: defaultdict[int, defaultdict[int, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for metric_id, week, *cell in rows:
        weeks[metric_id][week].append(Cell(*cell))
    versions = versions_of(chosen.values())
    return {pk: _past(chosen[pk], versions[pk], weeks[pk], today) for pk in chosen}


def _past(
    metric: Metric,
    versions: Sequence[MetricVersion],
    weeks: Mapping[int, Sequence[Cell]],
    today: date,
) -> Past:
    held = in_force(versions, today)
    definition = definition_of(metric, held)
    width = -(-metric.window_days // 7)
    oldest = max(weeks, default=-1)
    if held.from_day:  # only weeks that lie wholly under today's definition
        oldest = min(oldest, ((today - held.from_day).days - 6) // 7)
    windows = {
        end: [cell for week in range(end, end + width) for cell in weeks.get(week, ())]
        for end in range(max(oldest - width + 2, 0))
    }
    figures = {end: estimate(definition, cells) for end, cells in windows.items()}
    recent = sum(cell.n for week in range(_RECENT) for cell in weeks.get(week, ()))
    per_month = recent / (_RECENT * 7) * 365.25 / 12 if recent else None
    return Past(
        per_month,
        detectable_change(definition, per_month, metric.window_days, figures.get(0))
        if per_month and reads_window(metric)
        else None,
        {end: figure.value for end, figure in figures.items() if figure is not None},
        definition.bigger_is_better,
    )


def sparklines(
    metrics: Iterable[Metric], *, today: date, calendar: Workspace, weeks: int = 13
) -> dict[int, list[Point]]:
    """Read many metrics week by week up to today, in two queries, by the metric's id."""
    chosen = list(metrics)
    last_start = period_start(today, Period.WEEK, calendar)
    starts = [last_start - _WEEK * back for back in reversed(range(weeks))]
    rows = (
        Tally.objects.filter(
            metric__in=chosen, touchpoint=None, segment="", day__range=(starts[0], today)
        )
        .values("metric_id", "day", "bucket")
        .annotate(Sum("n"), Sum("total"), Sum("squares"))
        .values_list("metric_id", "bucket", "n__sum", "total__sum", "squares__sum", "day")
    )
    cells: defaultdict[tuple[int, date], list[Cell]] = defaultdict(list)
    for metric_id, *cell in rows:
        own = Cell(*cell)
        cells[metric_id, period_start(own.day or today, Period.WEEK, calendar)].append(own)
    versions = versions_of(chosen)
    return {
        metric.pk: [
            _point(
                metric,
                versions[metric.pk],
                start,
                min(start + _WEEK - timedelta(days=1), today),
                cells[metric.pk, start],
            )
            for start in starts
        ]
        for metric in chosen
    }
