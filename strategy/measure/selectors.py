"""What the pages of step 8 show of metrics: figures with their goals, surveys and sources."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cxplanner.accounts.models import Workspace
from cxplanner.base.links import address
from cxplanner.base.marks import Point
from strategy.goals.selectors import GoalStanding, standings
from strategy.measure.shares import rows_address
from strategy.metrics import selectors as figures
from strategy.metrics.models import Metric
from strategy.metrics.readings import Ask, Reading, readings, reads_window
from strategy.metrics.wording import Shown, Unit, unit_of
from strategy.plans.models import Plan


@dataclass(frozen=True, slots=True)
class Feed:
    """A survey that asks for a metric, and the questions it asks."""

    survey: Any
    questions: Sequence[str]
    url: str


@dataclass(slots=True)
class MetricRow:
    """One metric of a plan's list: what it reads now, its trend and what it is joined to."""

    metric: Metric
    reading: Reading
    unit: Unit
    trend: list[Point] = field(default_factory=list)
    goals: list[GoalStanding] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    rows_url: str = ""

    @property
    def reads_last(self) -> bool:
        """Whether the newest observation stands, instead of a window."""
        return not reads_window(self.metric)

    @property
    def has_trend(self) -> bool:
        return any(point.value is not None for point in self.trend)

    @property
    def current(self) -> Shown | None:
        return None if self.reading.current is None else self.unit.show(self.reading.current)

    @property
    def last(self) -> Shown | None:
        return None if self.reading.last is None else self.unit.show(self.reading.last)

    @property
    def target(self) -> float | None:
        """The target of the goal that is due first, in the shown unit."""
        return next(iter(targets_of(self.goals, self.unit)), None)


def metric_rows(metrics: Iterable[Metric], *, today: date) -> list[MetricRow]:
    """Read many metrics as they stand today, in a constant number of queries."""
    chosen = list(metrics)
    found = readings([Ask(metric, today) for metric in chosen])
    return [
        MetricRow(metric, reading, unit_of(metric, size_of(reading)))
        for metric, reading in zip(chosen, found, strict=True)
    ]


def join_rows(rows: Sequence[MetricRow], plan: Plan, *, workspace: Workspace) -> None:
    """Add trends, goals and surveys to the rows of one page, in a constant number of queries."""
    today = workspace.today()
    metrics = [row.metric for row in rows]
    trends = figures.sparklines(metrics, today=today, calendar=workspace)
    goals, feeds = goals_by_metric(plan, workspace=workspace), feeds_of(metrics, workspace)
    for row in rows:
        row.goals = goals.get(row.metric.pk, [])
        row.unit = unit_of(row.metric, size_of(row.reading, row.goals))
        row.trend = points_of(trends[row.metric.pk], row.unit)
        row.feeds = feeds.get(row.metric.pk, [])
        row.rows_url = rows_address(row.metric, workspace, is_asked=bool(row.feeds))


def size_of(reading: Reading, goals: Iterable[GoalStanding] = ()) -> float | None:
    """Return the smallest figure to be read, today's or a target, which decides the unit."""
    known = reading.current or reading.last
    sizes = [] if known is None else [known.value]
    sizes += [float(one.goal.target) for one in goals if one.goal.target]
    return min(sizes, default=None)


def points_of(series: Iterable[figures.Point], unit: Unit) -> list[Point]:
    """Turn a series into what charts draw, in the shown unit."""
    return [
        Point(one.period, None, n=0)
        if one.estimate is None
        else Point(
            one.period,
            one.estimate.value / unit.per,
            unit.scaled(one.estimate.low),
            unit.scaled(one.estimate.high),
            one.estimate.n,
        )
        for one in series
    ]


def goals_by_metric(plan: Plan, *, workspace: Workspace) -> dict[int, list[GoalStanding]]:
    """Return how the goals of the plan's running cycles stand, by metric, the next due first."""
    running = plan.cycles.filter(closed_at=None).values_list("pk", flat=True)
    found: defaultdict[int, list[GoalStanding]] = defaultdict(list)
    judged = standings(running, workspace=workspace).values()
    for one in sorted(judged, key=lambda one: (one.goal.due_on, one.goal.pk)):
        if one.goal.metric_id is not None:
            found[one.goal.metric_id].append(one)
    return found


def targets_of(goals: Iterable[GoalStanding], unit: Unit) -> list[float]:
    """Return the different targets of goals on the whole of a metric, in the shown unit."""
    found = [
        float(one.goal.target) / unit.per
        for one in goals
        if one.goal.target is not None and not one.goal.touchpoint_id and not one.goal.segment
    ]
    return list(dict.fromkeys(found))


def feeds_of(metrics: Iterable[Metric], workspace: Workspace) -> dict[int, list[Feed]]:
    """Return the surveys that ask for each metric, with their questions, in three queries.

    The questions point here; this side only follows them back, by the name of the relation.
    """
    found: dict[int, list[Feed]] = {}
    chosen = Metric.objects.filter(pk__in=[metric.pk for metric in metrics])
    for metric in chosen.prefetch_related("questions__survey"):
        asked: defaultdict[Any, list[str]] = defaultdict(list)
        for question in metric.questions.all():
            if question.archived_at is None and question.survey.archived_at is None:
                asked[question.survey].append(question.text)
        found[metric.pk] = [
            Feed(survey, texts, address("survey", workspace.slug, survey.pk))
            for survey, texts in asked.items()
        ]
    return found
