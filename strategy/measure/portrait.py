"""One metric's page: its figure and finding, history, answers, and where it differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership, Workspace
from cxplanner.accounts.roles import Action
from cxplanner.base.marks import Level, Note, Point, Share
from strategy.goals.selectors import GoalStanding
from strategy.measure import shares
from strategy.measure.findings import Change, change_between, headline
from strategy.measure.lens import Lens
from strategy.measure.selectors import (
    Feed,
    MetricRow,
    feeds_of,
    goals_by_metric,
    points_of,
    size_of,
    targets_of,
)
from strategy.metrics import selectors as figures
from strategy.metrics.definitions import SCORES
from strategy.metrics.estimates import Definition, Estimate
from strategy.metrics.matching import SMALL_GROUP
from strategy.metrics.models import Kind, Metric, MetricVersion
from strategy.metrics.readings import (
    Ask,
    Reading,
    definition_of,
    in_force,
    readings,
    reads_window,
    versions_of,
)
from strategy.metrics.wording import cut_words, number, unit_of


@dataclass(frozen=True, slots=True)
class Window:
    """The days (inclusive) a page's figure is read over, all under one definition."""

    first: date
    last: date
    version: MetricVersion


@dataclass(frozen=True, slots=True)
class History:
    """What the chart shows, in the shown unit."""

    points: Sequence[Point]
    notes: Sequence[Note]
    target: float | None
    levels: Sequence[Level]


class Portrait:
    """Reads one metric through a lens, piece by piece as its page asks."""

    def __init__(self, metric: Metric, lens: Lens, *, member: Membership) -> None:
        self.metric = metric
        self.lens = lens
        self.workspace: Workspace = member.workspace
        self.today = self.workspace.today()
        self.versions = versions_of([metric])[metric.pk]
        self._where: dict[str, Any] = {
            "touchpoint_id": lens.touchpoint_id,
            "segment": lens.segment,
        }
        self.reading = self._read(self.today)
        self.unit = unit_of(metric, size_of(self.reading, self.goals))
        self._sees_small = member.can(Action.RESPONDENTS) or not self.is_anonymous

    def _read(self, day: date) -> Reading:
        ask = Ask(self.metric, day, self.lens.touchpoint_id, self.lens.segment)
        return readings([ask])[0]

    # --- what it is joined to ---------------------------------------------------------------

    @cached_property
    def feeds(self) -> list[Feed]:
        return feeds_of([self.metric], self.workspace)[self.metric.pk]

    @property
    def is_anonymous(self) -> bool:
        return any(feed.survey.is_anonymous for feed in self.feeds)

    @cached_property
    def goals(self) -> list[GoalStanding]:
        found = goals_by_metric(self.metric.plan, workspace=self.workspace)
        return found.get(self.metric.pk, [])

    @cached_property
    def goals_here(self) -> list[GoalStanding]:
        """The goals on exactly what the lens shows: the whole, one touchpoint or one segment."""
        return [
            one
            for one in self.goals
            if one.goal.touchpoint_id == self.lens.touchpoint_id
            and one.goal.segment == self.lens.segment
        ]

    # --- the figure -------------------------------------------------------------------------

    @property
    def definition(self) -> Definition:
        return definition_of(self.metric, self.window.version)

    @cached_property
    def window(self) -> Window:
        """The days of the figure: up to today, or up to the newest answers where those are old."""
        newest = self.reading.observed_on or self.reading.last_on
        if newest is not None and not reads_window(self.metric):
            return Window(newest, newest, in_force(self.versions, newest))
        last = self.today if self.reading.current or newest is None else newest
        held = in_force(self.versions, last)
        first = last - timedelta(days=self.metric.window_days - 1)
        return Window(max(first, held.from_day or first), last, held)

    @cached_property
    def change(self) -> Change | None:
        """The figure against the window before, under the same definition."""
        before = self._before()
        bigger = self.definition.bigger_is_better
        return change_between(before, self.reading.current, self.unit, bigger_is_better=bigger)

    def _before(self) -> Estimate | None:
        day = self.window.first - timedelta(days=1)
        if in_force(self.versions, day).pk != self.window.version.pk:
            return None
        if not reads_window(self.metric):
            return self._read(day).current
        first = day - timedelta(days=self.metric.window_days - 1)
        return figures.reading_over(self.metric, first, day, **self._where)

    @property
    def row(self) -> MetricRow:
        return MetricRow(self.metric, self.reading, self.unit, goals=self.goals_here)

    @property
    def is_hidden(self) -> bool:
        """Whether the segment is too small to be shown to who looks."""
        figure = self.reading.current or self.reading.last
        return self.lens.segment != "" and figure is not None and self._is_small(figure)

    def _is_small(self, figure: Estimate) -> bool:
        return not self._sees_small and figure.n < SMALL_GROUP

    @property
    def headline(self) -> str:
        if self.is_hidden:
            return _("Too few answers to show %(name)s here") % {"name": self.metric.name}
        return headline(self.metric.name, self.reading, self.unit, self.change)

    # --- its history ------------------------------------------------------------------------

    def history(self) -> History:
        lens = self.lens
        series = figures.series(
            self.metric,
            first=lens.first,
            last=lens.last,
            by=lens.by,
            calendar=self.workspace,
            **self._where,
        )
        if lens.segment:
            series = [
                figures.Point(one.period, None, one.version)
                if one.estimate is not None and self._is_small(one.estimate)
                else one
                for one in series
            ]
        targets = self._targets()
        return History(
            points=points_of(series, self.unit),
            notes=self._cuts(),
            target=targets[0] if targets else None,
            levels=[
                *(
                    Level(one, _("target %(target)s") % {"target": number(one)})
                    for one in targets[1:]
                ),
                *self._benchmark(),
            ],
        )

    def _targets(self) -> list[float]:
        if not self.lens.is_narrowed:
            return targets_of(self.goals, self.unit)
        found = [one.goal.target for one in self.goals_here if one.goal.target is not None]
        return list(dict.fromkeys(float(one) / self.unit.per for one in found))

    def _benchmark(self) -> list[Level]:
        if self.metric.benchmark_value is None:
            return []
        value = float(self.metric.benchmark_value) / self.unit.per
        return [Level(value, _("benchmark %(value)s") % {"value": number(value)})]

    def _cuts(self) -> list[Note]:
        """Note each redefinition at the start of the period from which its points count anew."""
        return [
            Note(
                figures.period_start(after.from_day, self.lens.by, self.workspace),
                cut_words(self.metric, before, after),
                cut=True,
            )
            for before, after in zip(self.versions, self.versions[1:], strict=False)
            if after.from_day is not None
        ]

    # --- its answers ------------------------------------------------------------------------

    def rows_of(self, **narrower: Any) -> str:
        """Return the address of the answers behind the figure."""
        days = {"from_": self.window.first.isoformat(), "to": self.window.last.isoformat()}
        where = {"touchpoint": self.lens.touchpoint_id, "segment": self.lens.segment}
        return shares.rows_address(
            self.metric, self.workspace, is_asked=bool(self.feeds), **days, **where | narrower
        )

    @property
    def rows_url(self) -> str:
        return self.rows_of()

    @cached_property
    def _counts(self) -> Mapping[int, int]:
        if self.is_hidden or self.metric.kind not in (*SCORES, Kind.DURATION):
            return {}
        return figures.histogram(self.metric, self.window.first, self.window.last, **self._where)

    def answered(self) -> list[Share]:
        """How many answered what: each score, or durations in stretches people speak of."""
        if self.metric.kind == Kind.DURATION:
            return shares.by_length(self._counts)
        return shares.by_score(
            self._counts, self.definition, lambda score: self.rows_of(score=score)
        )

    def cohorts(self) -> list[Share]:
        """The parts of a net score, as promoters, passives and detractors; else none."""
        return shares.by_cohort(self._counts, self.definition)

    def beside(self) -> list[shares.Beside]:
        """The figures that belong beside a duration: median, 90th percentile, share inside."""
        if self.metric.kind != Kind.DURATION:
            return []
        cells = figures.cells_over(self.metric, self.window.first, self.window.last, **self._where)
        limits = [one * self.unit.per for one in self._targets()[:1]]
        return shares.beside_durations(cells, self.unit, limits[0] if limits else None)

    def sources(self) -> list[tuple[str, int]]:
        """Where the answers of the window come from, most first, with how many."""
        names = {f"survey:{feed.survey.pk}": str(feed.survey) for feed in self.feeds}
        found = figures.counts_by_source(self.metric, self.window.first, self.window.last)
        return [(shares.source_words(source, names), n) for source, n in found.items()]

    # --- where it differs -------------------------------------------------------------------

    def groups(self) -> list["Group"]:
        """The figure of each touchpoint and of each segment with answers, the worst first."""
        days = (self.window.first, self.window.last)
        places = figures.by_touchpoint(self.metric, *days)
        names = dict(self.metric.plan.touchpoints.filter(pk__in=places).values_list("pk", "name"))
        found = [
            Group(_("By touchpoint"), self._parts({names[key]: one for key, one in places.items()},
                  "touchpoint", {name: key for key, name in names.items()})),
            Group(_("By segment"), self._parts(figures.by_segment(self.metric, *days), "segment")),
        ]  # fmt: skip
        return [group for group in found if group.parts]

    def _parts(
        self,
        by_name: Mapping[str, Estimate],
        kind: str,
        keys: Mapping[str, int] | None = None,
    ) -> list["Part"]:
        targets = targets_of(self.goals, self.unit)
        scale = shares.Scale.of(self.definition, by_name.values(), self.unit, targets[:1])
        worst_first = sorted(
            by_name.items(), key=lambda one: one[1].value, reverse=not scale.bigger_is_better
        )
        parts = []
        for name, figure in worst_first:
            key = keys[name] if keys else name
            is_hidden = kind == "segment" and self._is_small(figure)
            bar = None if is_hidden else scale.bar(figure)
            rows = self.rows_of(**{kind: key})
            parts.append(Part(name.replace("=", ": "), f"?{shares.query(kind, key)}", rows, bar))
        return parts


@dataclass(frozen=True, slots=True)
class Part:
    """One touchpoint or segment; `bar` is None where too few answered to show it."""

    name: str
    url: str
    rows_url: str
    bar: shares.Bar | None


@dataclass(slots=True)
class Group:
    """Touchpoints or segments side by side; the first few are shown at once."""

    title: str
    parts: list[Part]
    at_once: int = field(default=6)

    @property
    def first(self) -> list[Part]:
        return self.parts[: self.at_once]

    @property
    def rest(self) -> list[Part]:
        return self.parts[self.at_once :]
