"""What a goal promises, and what its metric should read on each day to keep the promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import inf, isclose
from typing import Literal


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The level, in the metric's unit, that a goal means to have on a day."""

    day: date
    level: float


@dataclass(frozen=True, slots=True)
class GoalTerms:
    """What a goal promises. Both dates inclusive; figures in the metric's unit.

    `reads_window` is False for metrics whose last observation counts (`value`). A maintain goal,
    and any goal whose target equals its baseline, keeps between `floor` and `ceiling`; with
    neither, it keeps to the good side of its target.
    """

    start: date
    due: date
    baseline: float | None
    target: float | None
    window_days: int = 28
    baseline_se: float | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    kind: Literal["reach", "maintain"] = "reach"
    floor: float | None = None
    ceiling: float | None = None
    reads_window: bool = True
    higher_is_better: bool = True

    @property
    def maintains(self) -> bool:
        """Whether the goal is to stay rather than to move."""
        if self.kind == "maintain":
            return True
        if self.baseline is None or self.target is None:
            return False
        return isclose(self.baseline, self.target, rel_tol=1e-12, abs_tol=1e-12)

    @property
    def span(self) -> float | None:
        """The way from baseline to target; never 0, None where there is no way to go."""
        if self.maintains or self.baseline is None or self.target is None:
            return None
        return self.target - self.baseline

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which values a maintain goal is kept."""
        low, high = self.floor, self.ceiling
        if low is None and high is None:
            low, high = (self.target, None) if self.higher_is_better else (None, self.target)
        return -inf if low is None else low, inf if high is None else high


def reading_days(terms: GoalTerms, today: date) -> tuple[date, date]:
    """First and last day (inclusive) of the window a goal is read over on `today`."""
    last = min(today, terms.due)
    return last - timedelta(days=max(terms.window_days, 1) - 1), last


def arrival(terms: GoalTerms) -> date:
    """The day by which the level must be at the target for the reading to show it when due."""
    if not terms.reads_window:
        return terms.due
    return terms.due - timedelta(days=max(terms.window_days, 1))


def expected_progress(terms: GoalTerms, day: date) -> float:
    """What the reading that ends on `day` should be, as a share of the way to the target.

    The mean, over the days of the reading's window, of a level that runs straight from 0 at the
    start through the checkpoints to 1 at arrival and stays.
    """
    if terms.maintains:
        return 1.0
    line = _line(terms)
    if not terms.reads_window:
        return _level(line, min(day, terms.due))
    first, last = reading_days(terms, day)
    days = (last - first).days + 1
    return sum(_level(line, first + timedelta(days=step)) for step in range(days)) / days


def _line(terms: GoalTerms) -> list[tuple[date, float]]:
    end = arrival(terms)
    stops = [(terms.start, 0.0)]
    if terms.baseline is not None and terms.span is not None:
        stops += [
            (checkpoint.day, (checkpoint.level - terms.baseline) / terms.span)
            for checkpoint in sorted(terms.checkpoints, key=lambda checkpoint: checkpoint.day)
            if terms.start < checkpoint.day < end
        ]
    # A window longer than the goal would arrive before it starts: then the level is a step.
    return [*stops, (max(end, terms.start + timedelta(days=1)), 1.0)]


def _level(line: Sequence[tuple[date, float]], day: date) -> float:
    if day <= line[0][0]:
        return line[0][1]
    for (earlier, low), (later, high) in pairwise(line):
        if day <= later:
            return low + (high - low) * ((day - earlier).days / (later - earlier).days)
    return line[-1][1]
