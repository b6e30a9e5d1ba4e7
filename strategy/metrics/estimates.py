"""Figures from cells: what a metric reads, from how many answers, and how sure that is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor, sqrt
from types import MappingProxyType

from strategy.metrics.cells import (
    Cell,
    by_bucket,
    exact_sums,
    share_inside,
    sorted_duration,
)
from strategy.metrics.intervals import (
    NORMAL,
    Z95,
    Interval,
    adjusted_net,
    of_mean,
    percentile_ranks,
    wilson,
)

METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nps": ("net",),
        "csat": ("top_box", "mean", "net"),
        "ces": ("top_box", "mean", "net"),
        "duration": ("mean", "median", "p75", "p90", "p95"),
        "ratio": ("", "mean"),  # one way only, by either name
        "value": ("", "mean"),
    }
)
COMBINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nps": ("pooled",),
        "csat": ("pooled",),
        "ces": ("pooled",),
        "duration": ("pooled",),
        "ratio": ("pooled", "last", "period"),
        "value": ("last", "sum", "pooled", "period"),
    }
)
_QUANTILES = {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95}
_NPS_SCALE, _PROMOTERS_FROM, _DETRACTORS_TO = (0, 10), 9, 6
_TOP_BOX_SHARE = 0.4  # of the scale's points: 1 of 3, 2 of 5, 3 of 7, as the surveys' makers do
_DAYS_PER_MONTH = 365.25 / 12
_CEIL_SLACK = 1e-9


class BadDefinition(ValueError):
    """A metric cannot be read with this kind, scale, method or combination."""


@dataclass(frozen=True, slots=True)
class Definition:
    """How a metric is read. A box given as None is the usual one of its scale.

    `higher_is_better` says which end of the scale is the good one: the top box runs from
    `top_box_from` to that end, the bottom box from `bottom_box_to` to the other.
    """

    kind: str
    scale_min: int | None = None
    scale_max: int | None = None
    method: str = ""
    top_box_from: int | None = None
    bottom_box_to: int | None = None
    higher_is_better: bool = True
    combine: str = "pooled"

    def __post_init__(self) -> None:
        if self.method not in METHODS.get(self.kind, ()):
            raise BadDefinition(f"{self.kind} has no method {self.method!r}")
        if self.combine not in COMBINES[self.kind]:
            raise BadDefinition(f"{self.kind} cannot combine days as {self.combine!r}")
        if self.kind in {"nps", "csat", "ces"} and not self._has_scale():
            raise BadDefinition(f"{self.kind} cannot be asked {self.scale_min} to {self.scale_max}")

    def _has_scale(self) -> bool:
        if self.kind == "nps":  # a 1 to 10 question is not NPS
            return (self.scale_min, self.scale_max) == _NPS_SCALE
        if self.scale_min is None or self.scale_max is None:
            return False
        return self.scale_min < self.scale_max

    @property
    def bigger_is_better(self) -> bool:
        """Whether the figure itself should rise: a share of good answers always should."""
        return self.higher_is_better or self.method in {"top_box", "net"}

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The least and the greatest value the figure can take, in its own unit."""
        if self.method == "net":
            return -100.0, 100.0
        if self.method == "top_box":
            return 0.0, 100.0
        if self.kind in {"duration", "ratio"}:
            return 0.0, None
        return self.scale_min, self.scale_max


STANDARD: Mapping[str, Definition] = MappingProxyType(
    {
        "nps": Definition("nps", 0, 10, "net"),
        "csat": Definition("csat", 1, 5, "top_box"),
        "ces": Definition("ces", 1, 5, "top_box"),
        "duration": Definition("duration", method="mean", higher_is_better=False),
        "ratio": Definition("ratio"),
        "value": Definition("value", combine="last"),
    }
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its n and 95 % interval.

    Units: NPS and net scores in points (-100 to 100), top boxes and ratios in per cent, means in
    points of the scale, durations in seconds, values as entered. `low`, `high` and `se` are None
    where the answers are too few to tell; `low = high = value` and `se = 0` mean an exact figure.
    `plain_se` is the unadjusted standard error, for differences.
    """

    value: float
    n: int
    low: float | None
    high: float | None
    se: float | None
    plain_se: float | None = None

    @property
    def margin(self) -> float | None:
        """Half the width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def estimate(definition: Definition, cells: Iterable[Cell]) -> Estimate | None:
    """Read a metric from its cells; None when there are no answers."""
    counted = _combined(definition, cells)
    n = sum(cell.n for cell in counted)
    if n <= 0:
        return None
    match definition.kind, definition.method:
        case _, "net":
            return _net(definition, counted, n)
        case _, "top_box":
            return _scaled(
                wilson(_in_top_box(definition, counted), n),
                n,
                _in_top_box(definition, counted) / n,
                100,
            )
        case "ratio", _:
            return _ratio(counted, n)
        case "value", _:
            return _value(definition, counted, n)
        case _, "mean":
            return _mean(definition, counted, n)
        case _:
            return _quantile(_QUANTILES[definition.method], counted, n)


def _combined(definition: Definition, cells: Iterable[Cell]) -> Sequence[Cell]:
    counted = [cell for cell in cells if cell.n or cell.total]
    if definition.combine in {"last", "period"} and counted:
        latest = max(cell.day or date.min for cell in counted)
        return [cell for cell in counted if (cell.day or date.min) == latest]
    return counted


def _scaled(interval: Interval, n: int, value: float, unit: float) -> Estimate:
    low, high, se, plain = (
        None if figure is None else figure * unit
        for figure in (interval.low, interval.high, interval.se, interval.plain_se)
    )
    return Estimate(value * unit, n, low, high, se, plain)


def _in_top_box(definition: Definition, cells: Sequence[Cell]) -> int:
    edge = _top_edge(definition)
    if definition.higher_is_better:
        return sum(cell.n for cell in cells if cell.bucket >= edge)
    return sum(cell.n for cell in cells if cell.bucket <= edge)


def _in_bottom_box(definition: Definition, cells: Sequence[Cell]) -> int:
    edge = _bottom_edge(definition)
    if definition.higher_is_better:
        return sum(cell.n for cell in cells if cell.bucket <= edge)
    return sum(cell.n for cell in cells if cell.bucket >= edge)


def boxes(definition: Definition) -> tuple[int, int]:
    """The scores from which the top box runs to the good end, the bottom box to the other."""
    return _top_edge(definition), _bottom_edge(definition)


def _top_edge(definition: Definition) -> int:
    if definition.kind == "nps":
        return _PROMOTERS_FROM
    if definition.top_box_from is not None:
        return definition.top_box_from
    low, high = _scale(definition)
    boxes = round(_TOP_BOX_SHARE * (high - low + 1))
    return high - boxes + 1 if definition.higher_is_better else low + boxes - 1


def _bottom_edge(definition: Definition) -> int:
    if definition.kind == "nps":
        return _DETRACTORS_TO
    if definition.bottom_box_to is not None:
        return definition.bottom_box_to
    low, high = _scale(definition)
    return low + high - _top_edge(definition)


def _scale(definition: Definition) -> tuple[int, int]:
    if definition.scale_min is None or definition.scale_max is None:
        raise BadDefinition(f"{definition.kind} needs a scale")
    return definition.scale_min, definition.scale_max


def _net(definition: Definition, cells: Sequence[Cell], n: int) -> Estimate:
    top, bottom = _in_top_box(definition, cells), _in_bottom_box(definition, cells)
    return _scaled(adjusted_net(top, bottom, n), n, (top - bottom) / n, 100)


def _mean(definition: Definition, cells: Sequence[Cell], n: int) -> Estimate:
    if definition.kind == "duration":
        total, squares = exact_sums(cells)
        return _within(definition, _scaled(of_mean(total, squares, n), n, float(total / n), 0.001))
    low, high = _scale(definition)
    total = Fraction(sum(cell.n * cell.bucket for cell in cells))
    squares = Fraction(sum(cell.n * cell.bucket**2 for cell in cells))
    interval = of_mean(total, squares, n, width=high - low)
    return _within(definition, _scaled(interval, n, float(total / n), 1))


def _within(definition: Definition, figure: Estimate) -> Estimate:
    """Cut the interval where the scale ends."""
    least, greatest = definition.bounds
    low = figure.low if least is None or figure.low is None else max(figure.low, least)
    high = figure.high if greatest is None or figure.high is None else min(figure.high, greatest)
    return Estimate(figure.value, figure.n, low, high, figure.se, figure.plain_se)


def _ratio(cells: Sequence[Cell], n: int) -> Estimate:
    total, _ = exact_sums(cells)
    if 0 <= total <= n:
        return _scaled(wilson(float(total), n), n, float(total / n), 100)
    # More events than chances (contacts per order): counts, whose variance is their mean.
    value, se = float(total / n), sqrt(abs(total)) / n
    return _scaled(Interval(value - Z95 * se, value + Z95 * se, se, se), n, value, 100)


def _value(definition: Definition, cells: Sequence[Cell], n: int) -> Estimate:
    total, squares = exact_sums(cells)
    if definition.combine == "pooled":
        return _scaled(of_mean(total, squares, n), n, float(total / n), 1)
    value = float(total if definition.combine == "sum" else total / n)
    return Estimate(value, n, value, value, 0.0, 0.0)


def _quantile(q: float, cells: Sequence[Cell], n: int) -> Estimate:
    """The q-quantile by linear interpolation of the sorted answers, with a binomial interval."""
    buckets = by_bucket(cells)
    place = q * (n - 1)
    below, above = (sorted_duration(buckets, rank) for rank in (floor(place), ceil(place)))
    value = below + (above - below) * (place - floor(place))
    first, last = percentile_ranks(q, n)
    low = 0.0 if first is None else sorted_duration(buckets, first)
    high = None if last is None else sorted_duration(buckets, last)
    se = None if first is None or high is None or high <= low else (high - low) / (2 * Z95)
    return _scaled(Interval(low, high, se, se), n, value, 0.001)


def share_within(cells: Iterable[Cell], seconds: float) -> Estimate | None:
    """Per cent of durations up to `seconds`, the limit included; None when there are none."""
    buckets = by_bucket([cell for cell in cells if cell.n])
    n = sum(cell.n for cell in buckets)
    if n <= 0:
        return None
    inside = sum(cell.n * share_inside(cell, seconds * 1000) for cell in buckets)
    return _scaled(wilson(inside, n), n, inside / n, 100)


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much `after` differs from `before`: 95 % interval, z and two-sided p.

    All but `value` are None where an error is unknown, z and p also where both are exact.
    """

    value: float
    low: float | None
    high: float | None
    z: float | None
    p: float | None


def difference(before: Estimate, after: Estimate) -> Difference:
    """Compare two periods or groups, taken as independent (Wald: z = Δ/√(SE₁² + SE₂²))."""
    value = after.value - before.value
    # Groups that all agree have a plain error of 0; theirs is the adjusted one.
    errors = [figure.plain_se or figure.se for figure in (before, after)]
    known = [error for error in errors if error is not None]
    if len(known) < len(errors):
        return Difference(value, None, None, None, None)
    se = sqrt(sum(error**2 for error in known))
    if se == 0:
        return Difference(value, value, value, None, None)
    z = value / se
    return Difference(value, value - Z95 * se, value + Z95 * se, z, 2 * NORMAL.cdf(-abs(z)))


def answers_for_margin(margin: float, variance: float) -> int:
    """How many answers bring the 95 % interval down to ± `margin`.

    Both in one unit: a margin of 10 NPS points is 0.10 beside a variance of 0.61 (1 at worst),
    or 10 beside 6,100.
    """
    return ceil(Z95**2 * variance / margin**2 - _CEIL_SLACK)


def detectable_change(
    definition: Definition,
    answers_per_month: float,
    window_days: int,
    current: Estimate | None = None,
) -> float | None:
    """The smallest change between two windows that 95 % intervals tell from noise.

    In the metric's unit. The spread of answers is taken from `current` where it has one, else
    a usual one of the kind; None where neither is known or nobody answers.
    """
    n = answers_per_month * window_days / _DAYS_PER_MONTH
    variance = _spread(definition, current)
    if n <= 0 or variance is None:
        return None
    return Z95 * sqrt(2 * variance / n)


def _spread(definition: Definition, current: Estimate | None) -> float | None:
    if current is not None and current.se:
        return current.n * current.se**2
    if definition.kind == "nps":
        return 6_100.0  # half promoters, a fifth detractors
    if definition.method == "net":
        return 10_000.0
    if definition.method == "top_box" or definition.kind == "ratio":
        return 2_500.0
    if definition.kind in {"csat", "ces"}:
        low, high = _scale(definition)
        return ((high - low + 1) ** 2 - 1) / 12  # every score as likely
    return None
