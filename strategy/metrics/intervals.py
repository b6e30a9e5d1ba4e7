"""95 % intervals of shares, net scores, means and percentiles, from plain numbers alone."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, cos, floor, isclose, pi, sin, sqrt, tan
from statistics import NormalDist

NORMAL = NormalDist()
Z95 = NORMAL.inv_cdf(0.975)
_SERIES_UP_TO = 200


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval with its standard error; None where too few answers tell nothing.

    `se` never claims certainty from answers that all agree; `plain_se` is the textbook (Wald)
    one, which may be 0 and is what the usual test of a difference takes.
    """

    low: float | None
    high: float | None
    se: float | None
    plain_se: float | None


def wilson(successes: float, n: int) -> Interval:
    """Interval of a share (0 to 1), Wilson 1927; `se` is its half-width over 1.96."""
    p = successes / n
    shrink = 1 + Z95**2 / n
    centre = (p + Z95**2 / (2 * n)) / shrink
    half = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n)) / shrink
    # At p = 0 or 1 the bound is p itself; rounding must not leave the value outside.
    low, high = min(max(centre - half, 0.0), p), max(min(centre + half, 1.0), p)
    return Interval(low, high, half / Z95, sqrt(p * (1 - p) / n))


def adjusted_net(top: int, bottom: int, n: int) -> Interval:
    """Interval of a net share top - bottom (-1 to 1): adjusted Wald, best in Rocks 2016.

    Three answers are added, ¾ on top and ¾ at the bottom; the centre shrinks, so the observed
    score is shown with this interval rather than in its middle.
    """
    centre, se = _net(top + 0.75, bottom + 0.75, n + 3)
    _, plain_se = _net(top, bottom, n)
    return Interval(max(centre - Z95 * se, -1.0), min(centre + Z95 * se, 1.0), se, plain_se)


def _net(top: float, bottom: float, n: int) -> tuple[float, float]:
    p, d = top / n, bottom / n
    return p - d, sqrt(max(p + d - (p - d) ** 2, 0.0) / n)


def of_mean(total: Fraction, squares: Fraction, n: int, width: float | None = None) -> Interval:
    """Interval of a mean from the sum and the sum of squares, by Student's t.

    Answers that all agree (a single one too) have no spread to reckon with. On a scale of known
    `width` the error is then as if one more answer had come from its far end; without a scale
    it is unknown: None.
    """
    mean = float(total / n)
    variance = float((squares - total * total / n) / (n - 1)) if n > 1 else 0.0
    if variance > 0:
        plain_se = se = sqrt(variance / n)
    elif width is not None:
        plain_se, se = 0.0, width / sqrt(n * (n + 1))
    else:
        return Interval(None, None, None, None)
    half = t_quantile(max(n - 1, 1)) * se
    return Interval(mean - half, mean + half, se, plain_se)


def percentile_ranks(q: float, n: int) -> tuple[int | None, int | None]:
    """Which of n sorted answers (0-based) bound the q-quantile (0 to 1) with 95 %.

    The number of answers below the quantile is binomial, whatever they look like; None where no
    answer lies far enough out.
    """
    half = Z95 * sqrt(n * q * (1 - q))
    low, high = floor(n * q - half) - 1, ceil(n * q + half)
    return (low if low >= 0 else None), (high if high < n else None)


@lru_cache(maxsize=1024)
def t_quantile(df: int) -> float:
    """97.5 % quantile of Student's t with `df` ≥ 1 degrees of freedom, to 1e-9.

    Abramowitz and Stegun: the finite series 26.7.3 and 26.7.4 solved by halving, and the
    expansion 26.7.5 where the series grows long.
    """
    if df > _SERIES_UP_TO:
        return _t_expansion(df)
    low, high = 0.0, pi / 2
    middle = (low + high) / 2
    while not isclose(low, high, rel_tol=1e-15):
        low, high = (middle, high) if _t_within(middle, df) < 0.95 else (low, middle)
        middle = (low + high) / 2
    return sqrt(df) * tan(middle)


def _t_within(angle: float, df: int) -> float:
    """P(|t| ≤ √df · tan angle)."""
    odd = df % 2
    term = cos(angle) if odd else 1.0
    series = 0.0
    for step in range(odd + 1, df, 2):
        series += term
        term *= cos(angle) ** 2 * step / (step + 1)
    return 2 / pi * (angle + sin(angle) * series) if odd else sin(angle) * series


def _t_expansion(df: int) -> float:
    x = Z95
    return (
        x
        + (x**3 + x) / (4 * df)
        + (5 * x**5 + 16 * x**3 + 3 * x) / (96 * df**2)
        + (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / (384 * df**3)
        + (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / (92160 * df**4)
    )
