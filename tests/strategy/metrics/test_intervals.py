"""Intervals agree with scipy and statsmodels, and cover as often as they claim."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from strategy.metrics.intervals import (
    Z95,
    adjusted_net,
    of_mean,
    percentile_ranks,
    t_quantile,
    wilson,
)


@given(st.integers(1, 100_000))
def test_t_quantile_equals_scipys(df: int) -> None:
    assert t_quantile(df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)


@pytest.mark.parametrize("df", [1, 2, 3, 199, 200, 201, 202])
def test_t_quantile_is_exact_at_its_seams(df: int) -> None:
    assert t_quantile(df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-10)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_statsmodels(counts: tuple[int, int]) -> None:
    successes, n = counts
    low, high = proportion_confint(successes, n, method="wilson")
    ours = wilson(successes, n)
    assert ours.low == pytest.approx(low, abs=1e-9)
    assert ours.high == pytest.approx(high, abs=1e-9)
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low <= successes / n <= ours.high
    assert ours.se is not None
    assert ours.se > 0


@given(st.lists(st.integers(-1_000, 1_000), min_size=2, max_size=60))
def test_mean_interval_equals_scipys(answers: list[int]) -> None:
    total, squares = Fraction(sum(answers)), Fraction(sum(a * a for a in answers))
    ours = of_mean(total, squares, len(answers))
    if len(set(answers)) == 1:
        assert ours.se is None
        return
    low, high = stats.t.interval(
        0.95, len(answers) - 1, loc=np.mean(answers), scale=stats.sem(answers)
    )
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-9, abs=1e-9)


def test_spread_far_from_zero_loses_no_digits() -> None:
    answers = [10**9, 10**9 + 1, 10**9 + 2]
    ours = of_mean(Fraction(sum(answers)), Fraction(sum(a * a for a in answers)), 3)
    assert ours.se == pytest.approx(1 / 3**0.5, rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 10, 1_000])
def test_agreement_on_a_scale_is_never_certainty(n: int) -> None:
    ours = of_mean(Fraction(5 * n), Fraction(25 * n), n, width=4)
    one_far_answer = [5.0] * n + [1.0]
    # The pseudo-answer widens the spread; n, which people gave, stays in the root.
    assert ours.se == pytest.approx(np.std(one_far_answer, ddof=1) / np.sqrt(n))


@lru_cache
def _net_bounds(n: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Low and high of every possible outcome of n answers: [promoters, detractors, end]."""
    bounds = np.full((n + 1, n + 1, 2), np.nan)
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            interval = adjusted_net(promoters, detractors, n)
            bounds[promoters, detractors] = interval.low, interval.high
    return bounds


def _net_coverage(n: int, p: float, d: float) -> float:
    """Probability that the interval holds the true p - d, summed over all outcomes."""
    counts = np.arange(n + 1)
    promoters = stats.binom.pmf(counts, n, p)[:, None]
    detractors = stats.binom.pmf(counts[None, :], n - counts[:, None], d / (1 - p))
    bounds = _net_bounds(n)
    inside = (bounds[..., 0] <= p - d) & (p - d <= bounds[..., 1])
    return float((promoters * detractors * inside).sum())


@pytest.mark.parametrize(
    ("n", "shares", "least", "most"),
    [
        (30, np.linspace(0.05, 0.9, 18), 0.935, 0.997),
        (30, np.linspace(0.1, 0.7, 13), 0.940, 0.969),
        (100, np.linspace(0.05, 0.9, 18), 0.946, 0.972),
        (100, np.linspace(0.1, 0.7, 13), 0.946, 0.958),
        (300, np.linspace(0.1, 0.7, 4), 0.949, 0.952),
    ],
)
def test_net_interval_covers_as_often_as_it_claims(
    n: int, shares: np.ndarray[tuple[int], np.dtype[np.float64]], least: float, most: float
) -> None:
    coverage = [_net_coverage(n, p, d) for p in shares for d in shares if p + d <= 0.951]
    assert least - 0.0005 <= min(coverage)
    assert max(coverage) <= most + 0.0005


@pytest.mark.parametrize("q", [0.5, 0.75, 0.9, 0.95])
@pytest.mark.parametrize("n", [1, 5, 30, 100, 1_000])
def test_percentile_ranks_bound_the_quantile_as_often_as_they_claim(q: float, n: int) -> None:
    low, high = percentile_ranks(q, n)
    # Between answers `low` and `high` lies the quantile when low < answers below it <= high.
    beyond = stats.binom.cdf(low, n, q) if low is not None else 0.0
    within = stats.binom.cdf(high, n, q) if high is not None else 1.0
    assert within - beyond >= 0.95


def test_normal_quantile_is_the_usual_one() -> None:
    assert pytest.approx(1.959964, abs=1e-6) == Z95
