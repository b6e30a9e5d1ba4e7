"""Progress arithmetic: where a goal stands, where it should stand today, and how sure that is."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import ceil, hypot, isfinite, sqrt
from statistics import NormalDist

from strategy.goals.terms import GoalTerms, expected_progress
from strategy.metrics.estimates import Estimate

ANSWERS_CAP = 10_000
_CLOSE_FROM, _CLOSE_TO = 0.20, 0.80
_CLOSE_Z = 0.84  # the normal quantile of _CLOSE_TO
# Progress is a quotient of floats: a level exactly on its target must not miss it by 1e-16.
_SLACK = 1e-9


class Status(StrEnum):
    """What a goal's page says of it."""

    NOT_STARTED = "not_started"
    NO_DATA = "no_data"
    ACHIEVED = "achieved"
    MISSED = "missed"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


_RUNNING = {Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How far below expected progress (0 to 1) a goal may be and still be on track, or at risk."""

    on_track: float = 0.05
    at_risk: float = 0.20


STANDARD_THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a parent's children have data."""

    with_data: int
    of: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a goal stands: shares of the way from baseline (0) to target (1), raw.

    `low`, `high`: 95 % interval of progress. `leaning` is the best guess of a goal too close to
    call. `answers_needed` would settle it; above ANSWERS_CAP say "more than 10,000".
    `within_margin`: missed, but the interval holds the target. `worst`: key of the worst child.
    """

    status: Status
    progress: float | None = None
    expected: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    certainty: float | None = None
    too_close_to_call: bool = False
    leaning: Status | None = None
    answers_needed: int | None = None
    within_margin: bool = False
    coverage: Coverage | None = None
    worst: Hashable | None = None

    @property
    def more_answers_than_cap(self) -> bool:
        return self.answers_needed is not None and self.answers_needed > ANSWERS_CAP


@dataclass(frozen=True, slots=True)
class Child:
    """One goal under a parent without a metric of its own."""

    key: Hashable
    standing: Standing
    weight: float = 1.0
    archived: bool = False


def standing(
    terms: GoalTerms,
    current: Estimate | None,
    today: date,
    thresholds: Thresholds = STANDARD_THRESHOLDS,
    *,
    observed_on: date | None = None,
    redefined: bool = False,
) -> Standing:
    """Where a goal with its own metric stands on `today`; a pure function, computed when read.

    `current` is what the metric reads over `reading_days`. `observed_on`: the day of a value that
    has no window. `redefined`: the metric's definition changed since the baseline was taken.
    """
    day = today if terms.reads_window or observed_on is None else observed_on
    expected = expected_progress(terms, day)
    progress = None if redefined or current is None else _progress(terms, current)
    if current is None or progress is None:
        early = today < terms.start
        return Standing(Status.NOT_STARTED if early else Status.NO_DATA, expected=expected)
    status = _status(progress, expected, terms.start, terms.due, today, thresholds)
    found = Standing(
        status,
        progress,
        expected,
        within_margin=status is Status.MISSED and _margin_holds_target(terms, current),
    )
    if terms.maintains:
        return _judged_kept(terms, current, found)
    return _judged_on_the_way(terms, current, found, thresholds)


def _progress(terms: GoalTerms, current: Estimate) -> float | None:
    if not isfinite(current.value):
        return None
    if terms.maintains:
        low, high = terms.bounds
        return float(low - _SLACK <= current.value <= high + _SLACK)
    if terms.baseline is None or terms.span is None:
        return None
    return (current.value - terms.baseline) / terms.span


def _judged_on_the_way(
    terms: GoalTerms, current: Estimate, found: Standing, thresholds: Thresholds
) -> Standing:
    baseline, span = terms.baseline or 0.0, terms.span or 1.0
    ends = [None if end is None else (end - baseline) / span for end in (current.low, current.high)]
    low, high = ends if span > 0 else reversed(ends)
    se = None
    if current.se is not None:
        se = hypot(current.se, terms.baseline_se or 0.0) / abs(span)
    found = replace(found, se=se, low=low, high=high)
    return _weighed(found, _ahead(found, thresholds), current.n)


def _judged_kept(terms: GoalTerms, current: Estimate, found: Standing) -> Standing:
    """The certainty that the level lies inside; an error in units of progress is its spread."""
    low, high = terms.bounds
    certainty = found.progress
    if current.se is None:
        certainty = None
    elif current.se > 0:
        true_level = NormalDist(current.value, current.se)
        certainty = max(true_level.cdf(high) - true_level.cdf(low), 0.0)
    se = None if certainty is None else sqrt(certainty * (1 - certainty))
    needed = _answers_needed(
        current.n, current.se, min(abs(current.value - low), abs(high - current.value))
    )
    return _decided(replace(found, se=se), certainty, needed)


def _margin_holds_target(terms: GoalTerms, current: Estimate) -> bool:
    if current.low is None or current.high is None:
        return False
    low, high = terms.bounds if terms.maintains else (terms.target, terms.target)
    return low is not None and high is not None and current.low <= high and low <= current.high


def _status(
    progress: float, expected: float, start: date, due: date, today: date, thresholds: Thresholds
) -> Status:
    reached = progress >= 1 - _SLACK
    behind = expected - progress - _SLACK
    if today < start:
        return Status.NOT_STARTED
    if today > due:
        return Status.ACHIEVED if reached else Status.MISSED
    if reached or behind <= thresholds.on_track:
        return Status.ON_TRACK
    return Status.AT_RISK if behind <= thresholds.at_risk else Status.OFF_TRACK


def _ahead(found: Standing, thresholds: Thresholds) -> float:
    return (found.progress or 0.0) - (found.expected or 0.0) + thresholds.on_track


def _weighed(found: Standing, ahead: float, n: int | None) -> Standing:
    """Add P(true distance >= 0), the distance to being on track measured with a normal error."""
    certainty = None
    if found.se is not None:
        exact = float(ahead >= -_SLACK)
        certainty = NormalDist().cdf(ahead / found.se) if found.se > 0 else exact
    return _decided(found, certainty, _answers_needed(n, found.se, ahead))


def _decided(found: Standing, certainty: float | None, needed: int | None) -> Standing:
    """Say whether the status can be called; an unknown error (certainty None) settles nothing."""
    if found.status not in _RUNNING:
        return found
    # A level read inside limits narrower than its error is no more settled than one outside.
    beyond_doubt = _CLOSE_FROM if found.status is not Status.ON_TRACK else -1.0
    if certainty is not None and not beyond_doubt < certainty < _CLOSE_TO:
        return replace(found, certainty=certainty)
    return replace(
        found,
        certainty=certainty,
        too_close_to_call=True,
        leaning=found.status,
        answers_needed=needed,
    )


def _answers_needed(n: int | None, se: float | None, ahead: float) -> int | None:
    """None where no one number of answers stands behind, or none would help."""
    if n is None or not se:
        return None
    if not ahead or _CLOSE_Z * se * sqrt(n) > abs(ahead) * sqrt(n + ANSWERS_CAP):
        return ANSWERS_CAP + 1
    return max(ceil(n * (_CLOSE_Z * se / ahead) ** 2) - n, 1)


def roll_up(
    children: Sequence[Child],
    start: date,
    due: date,
    today: date,
    thresholds: Thresholds = STANDARD_THRESHOLDS,
) -> Standing:
    """Where a goal without a metric stands: weighted means over its children with data.

    Children count with their progress cut to 0…1, so none makes up for another. Weights that
    sum to 0 mean equal. The certainty takes children's errors as independent.
    """
    living = [child for child in children if not child.archived]
    measured = [
        (child, child.standing.progress, child.standing.expected)
        for child in living
        if child.standing.progress is not None and child.standing.expected is not None
    ]
    coverage = Coverage(len(measured), len(living))
    if not measured:
        early = today < start
        return Standing(Status.NOT_STARTED if early else Status.NO_DATA, coverage=coverage)
    weights = _shares([child.weight for child, _, _ in measured])
    cut = [min(max(progress, 0.0), 1.0) for _, progress, _ in measured]
    progress = sum(w * p for w, p in zip(weights, cut, strict=True))
    expected = sum(w * e for w, (_, _, e) in zip(weights, measured, strict=True))
    errors = [child.standing.se for child, _, _ in measured]
    known = [w * se for w, se in zip(weights, errors, strict=True) if se is not None]
    worst, _, _ = min(measured, key=lambda one: one[1] - one[2])
    found = Standing(
        _status(progress, expected, start, due, today, thresholds),
        progress,
        expected,
        se=sqrt(sum(e * e for e in known)) if len(known) == len(errors) else None,
        coverage=coverage,
        worst=worst.key,
    )
    return _weighed(found, _ahead(found, thresholds), None)


def _shares(weights: Sequence[float]) -> list[float]:
    counted = [max(weight, 0.0) for weight in weights]
    total = sum(counted)
    return [w / total for w in counted] if total > 0 else [1 / len(counted)] * len(counted)
