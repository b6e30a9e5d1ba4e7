"""The one score that stands for a touchpoint, of however many metrics are answered there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from strategy.metrics.cells import Cell
from strategy.metrics.definitions import SCORES
from strategy.metrics.estimates import Definition, Estimate, estimate
from strategy.metrics.models import Kind, Metric
from strategy.metrics.readings import (
    Ask,
    Window,
    definition_of,
    newest_days,
    pooled_cells,
    versions_of,
    window_of,
)
from strategy.metrics.selectors import measured_at

# Satisfaction with the very thing first, then its effort; NPS is about the whole brand.
PREFERRED: Final = (Kind.CSAT, Kind.CES, Kind.NPS)


@dataclass(frozen=True, slots=True)
class Score:
    """What customers say of a touchpoint.

    `metrics` are those pooled, all of one definition. `first` and `last` are the days (inclusive)
    it is read over. A stale one ends on the last day with answers, as today's window is empty.
    """

    metrics: tuple[Metric, ...]
    definition: Definition
    figure: Estimate
    first: date
    last: date
    newest: date
    is_stale: bool

    @property
    def metric(self) -> Metric:
        """The metric whose unit and method it is read in: the first of those pooled."""
        return self.metrics[0]

    @property
    def metric_ids(self) -> list[int]:
        return [metric.pk for metric in self.metrics]


@dataclass(frozen=True, slots=True)
class _Read:
    window: Window
    newest: date

    @property
    def is_stale(self) -> bool:
        return self.window.last != self.window.ask.on

    @property
    def alike(self) -> tuple[Definition, date, date]:
        """What metrics must share to be pooled: definition and days."""
        metric = self.window.ask.metric
        definition = definition_of(metric, self.window.version)
        return definition, self.window.first, self.window.last


def scores_at(touchpoints: Iterable[int], *, today: date) -> dict[int, Score]:
    """Read the score of touchpoints by their ids, in five queries; unasked ones are left out.

    Of the living score metrics with answers at a touchpoint: those with answers in their own
    window ending today, else those whose answers are the newest; of these the preferred kind.
    Several of it are pooled where definition and window are the same; where they differ, those
    with the most answers stand.
    """
    reads = _reads(touchpoints, today)
    chosen = {place: _of_preferred_kind(several) for place, several in reads.items()}
    everyone = [(place, one) for place, several in chosen.items() for one in several]
    cells = pooled_cells([one.window for _place, one in everyone])
    found: defaultdict[int, list[tuple[_Read, list[Cell]]]] = defaultdict(list)
    for (place, one), own in zip(everyone, cells, strict=True):
        found[place].append((one, own))
    scores = ((place, _score(several)) for place, several in found.items())
    return {place: score for place, score in scores if score is not None}


def _reads(touchpoints: Iterable[int], today: date) -> Mapping[int, Sequence[_Read]]:
    """Find the windows of all score metrics at touchpoints; those without answers are left out."""
    pairs = measured_at(touchpoints, kind__in=SCORES, archived_at=None)
    asked = {metric for its in pairs.values() for metric in its}
    metrics = Metric.objects.in_bulk(asked)
    asks = [
        Ask(metrics[pk], today, place)
        for place, its in pairs.items()
        for pk in its
        if pk in metrics
    ]
    versions = versions_of(metrics.values())
    found: defaultdict[int, list[_Read]] = defaultdict(list)
    for ask, day in zip(asks, newest_days(asks), strict=True):
        if day is not None and ask.touchpoint_id is not None:
            window = window_of(ask, day, versions[ask.metric.pk])
            found[ask.touchpoint_id].append(_Read(window, day))
    return found


def _of_preferred_kind(reads: Sequence[_Read]) -> Sequence[_Read]:
    current = [one for one in reads if not one.is_stale]
    newest = max(one.window.last for one in reads)
    standing = current or [one for one in reads if one.window.last == newest]
    kinds = {one.window.ask.metric.kind for one in standing}
    kind = next(kind for kind in PREFERRED if kind in kinds)
    return [one for one in standing if one.window.ask.metric.kind == kind]


def _score(reads: Sequence[tuple[_Read, list[Cell]]]) -> Score | None:
    """Pool what is alike, and return what has the most answers."""
    groups: defaultdict[tuple[Definition, date, date], list[tuple[_Read, list[Cell]]]]
    groups = defaultdict(list)
    for one, cells in reads:
        groups[one.alike].append((one, cells))
    scores: list[Score] = []
    for (definition, first, last), several in groups.items():
        figure = estimate(definition, [cell for _one, cells in several for cell in cells])
        if figure is not None:
            scores.append(
                Score(
                    metrics=tuple(one.window.ask.metric for one, _cells in several),
                    definition=definition,
                    figure=figure,
                    first=first,
                    last=last,
                    newest=max(one.newest for one, _cells in several),
                    is_stale=several[0][0].is_stale,
                )
            )
    return max(scores, key=lambda one: one.figure.n, default=None)
