"""Figures from cells: the published check values, and agreement with figures from raw answers."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from strategy.metrics.cells import Cell, duration_bucket
from strategy.metrics.estimates import (
    STANDARD,
    BadDefinition,
    Definition,
    Estimate,
    answers_for_margin,
    detectable_change,
    difference,
    estimate,
    share_within,
)

NPS = STANDARD["nps"]
MEDIAN = Definition("duration", method="median", higher_is_better=False)


def scores(*answers: int) -> list[Cell]:
    return [Cell(answer, 1, answer, answer**2) for answer in answers]


def cohorts(promoters: int, passives: int, detractors: int) -> list[Cell]:
    counts = {10: promoters, 8: passives, 3: detractors}
    return [Cell(score, n, n * score, n * score**2) for score, n in counts.items()]


def durations(milliseconds: Sequence[int]) -> list[Cell]:
    return [Cell(duration_bucket(ms), 1, ms, ms**2) for ms in milliseconds]


def read(definition: Definition, cells: list[Cell]) -> Estimate:
    figure = estimate(definition, cells)
    assert figure is not None
    return figure


@pytest.mark.parametrize("definition", STANDARD.values(), ids=STANDARD)
def test_no_answers_are_no_data(definition: Definition) -> None:
    assert estimate(definition, []) is None
    assert estimate(definition, [Cell(0, 0, 0, 0)]) is None


@pytest.mark.parametrize(
    ("counts", "value", "low", "high"),
    [
        ((50, 30, 20), 30, 14.05, 44.20),
        ((5, 2, 3), 20, -30.33, 61.10),
        ((10, 0, 0), 100, 47.50, 100),
        ((500, 300, 200), 30, 25.08, 34.74),
    ],
)
def test_nps_has_the_adjusted_wald_interval(
    counts: tuple[int, int, int], value: float, low: float, high: float
) -> None:
    figure = read(NPS, cohorts(*counts))
    assert figure.value == pytest.approx(value)
    assert figure.n == sum(counts)
    assert (figure.low, figure.high) == pytest.approx((low, high), abs=0.006)


def test_nps_plain_error_is_walds() -> None:
    figure = read(NPS, cohorts(50, 30, 20))
    assert figure.plain_se is not None
    assert 1.959964 * figure.plain_se == pytest.approx(15.31, abs=0.005)
    assert read(NPS, cohorts(10, 0, 0)).plain_se == 0


def test_nps_counts_nine_and_ten_against_zero_to_six() -> None:
    expected = [-100] * 7 + [0, 0, 100, 100]
    assert [read(NPS, scores(score)).value for score in range(11)] == expected


@pytest.mark.parametrize("scale", [(1, 10), (0, 5), (None, None)])
def test_only_zero_to_ten_is_nps(scale: tuple[int | None, int | None]) -> None:
    with pytest.raises(BadDefinition):
        Definition("nps", *scale, method="net")


@pytest.mark.parametrize(
    ("kind", "method", "combine"),
    [("nps", "mean", "pooled"), ("csat", "median", "pooled"), ("csat", "mean", "sum"),
     ("duration", "mean", "last"), ("mood", "mean", "pooled")],
)  # fmt: skip
def test_definition_refuses_what_it_cannot_read(kind: str, method: str, combine: str) -> None:
    with pytest.raises(BadDefinition):
        Definition(kind, 1, 5, method, combine=combine)


@pytest.mark.parametrize(
    ("satisfied", "n", "low", "high"), [(80, 100, 71.1, 86.7), (4, 4, 51.0, 100.0)]
)
def test_top_box_is_a_per_cent_with_wilsons_interval(
    satisfied: int, n: int, low: float, high: float
) -> None:
    figure = read(STANDARD["csat"], scores(*[4] * satisfied, *[2] * (n - satisfied)))
    assert figure.value == pytest.approx(100 * satisfied / n)
    assert (figure.low, figure.high) == pytest.approx((low, high), abs=0.05)


@pytest.mark.parametrize(
    ("scale", "counted"), [((1, 3), {3}), ((1, 5), {4, 5}), ((1, 7), {5, 6, 7})]
)
def test_usual_top_box_follows_the_scale(scale: tuple[int, int], counted: set[int]) -> None:
    definition = Definition("ces", *scale, method="top_box")
    good = {s for s in range(1, scale[1] + 1) if read(definition, scores(s)).value == 100}
    assert good == counted


def test_top_box_lies_at_the_good_end_of_the_scale() -> None:
    effort = Definition("ces", 1, 5, "top_box", higher_is_better=False)
    assert read(effort, scores(1, 2, 3, 4, 5)).value == pytest.approx(40)
    assert read(effort, scores(1, 2)).value == 100
    assert effort.bigger_is_better


def test_effort_as_net_of_six_seven_against_one_to_three() -> None:
    net = Definition("ces", 1, 7, "net", top_box_from=6, bottom_box_to=3)
    assert read(net, scores(7, 6, 5, 4, 3)).value == pytest.approx(20)
    mirrored = Definition("ces", 1, 7, "net", 2, 5, higher_is_better=False)
    assert read(mirrored, scores(1, 2, 3, 4, 5)).value == pytest.approx(20)


def test_mean_effort_where_low_is_good_falls() -> None:
    mean = Definition("ces", 1, 5, "mean", higher_is_better=False)
    assert read(mean, scores(1, 2, 3)).value == pytest.approx(2)
    assert not mean.bigger_is_better


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_scale_mean_equals_scipys_cut_at_the_ends(answers: list[int]) -> None:
    figure = read(Definition("csat", 1, 5, "mean"), scores(*answers))
    assert figure.value == pytest.approx(np.mean(answers))
    assert figure.low is not None
    assert figure.high is not None
    assert 1 <= figure.low <= figure.value <= figure.high <= 5
    assert figure.high > figure.low
    if len(set(answers)) > 1:
        ends = stats.t.interval(
            0.95, len(answers) - 1, loc=np.mean(answers), scale=stats.sem(answers)
        )
        assert (figure.low, figure.high) == pytest.approx(tuple(np.clip(ends, 1, 5)))


@given(st.lists(st.integers(0, 10), min_size=1, max_size=80).flatmap(st.permutations))
def test_how_answers_lie_in_cells_does_not_matter(answers: list[int]) -> None:
    merged = [Cell(score, answers.count(score), 0, 0) for score in set(answers)]
    assert read(NPS, merged) == read(NPS, scores(*answers))


@pytest.mark.parametrize("total", [0, 50, 500])
def test_ratio_is_a_per_cent_of_its_denominator(total: int) -> None:
    figure = read(STANDARD["ratio"], [Cell(0, 500, total, total)])
    assert figure.value == pytest.approx(total / 5)
    assert figure.low is not None
    assert figure.high is not None
    assert 0 <= figure.low <= figure.value <= figure.high <= 100


def test_ratio_above_one_keeps_an_interval() -> None:
    figure = read(STANDARD["ratio"], [Cell(0, 100, Decimal(150), 150)])
    low, high = 100 * (1.5 - 1.959964 * 150**0.5 / 100), 100 * (1.5 + 1.959964 * 150**0.5 / 100)
    assert (figure.value, figure.low, figure.high) == pytest.approx((150, low, high))


@pytest.mark.parametrize("kind", ["ratio", "value"])
def test_kinds_with_one_method_take_either_name_for_it(kind: str) -> None:
    cells = [Cell(0, 4, 3, 3)]
    assert estimate(Definition(kind, method="mean"), cells) == estimate(Definition(kind), cells)


def test_numerators_count_on_days_without_denominator() -> None:
    days = [Cell(0, 10, 5, 5), Cell(0, 0, 2, 2)]
    assert read(STANDARD["ratio"], days).value == pytest.approx(70)


def test_periods_are_never_pooled() -> None:
    churn = Definition("ratio", combine="period", higher_is_better=False)
    quarters = [Cell(0, 500, 50, 50, date(2026, 3, 31)), Cell(0, 450, 9, 9, date(2026, 6, 30))]
    figure = read(churn, quarters)
    assert figure.value == pytest.approx(2)
    assert figure.n == 450


@pytest.mark.parametrize(("combine", "value"), [("last", -2.5), ("period", -2.5), ("sum", 9.75)])
def test_values_combine_as_told_and_are_exact(combine: str, value: float) -> None:
    days = [
        Cell(0, 1, Decimal("12.25"), 0, date(2026, 1, 1)),
        Cell(0, 1, Decimal("-2.5"), 0, date(2026, 1, 2)),
    ]
    figure = read(Definition("value", combine=combine), days)
    assert (figure.value, figure.low, figure.high, figure.se) == (value, value, value, 0)


def test_pooled_values_are_a_mean() -> None:
    figure = read(Definition("value"), [Cell(0, 4, 10, 30)])
    ends = stats.t.interval(0.95, 3, loc=2.5, scale=stats.sem([1, 2, 3, 4]))
    assert (figure.value, figure.low, figure.high) == pytest.approx((2.5, *ends))


def test_mean_duration_is_in_seconds_and_one_alone_has_no_margin() -> None:
    figure = read(STANDARD["duration"], durations([1_000, 2_000, 6_000]))
    ends = stats.t.interval(0.95, 2, loc=3, scale=stats.sem([1, 2, 6]))
    assert (figure.value, figure.low, figure.high) == pytest.approx((3, 0, ends[1]))
    alone = read(STANDARD["duration"], durations([1_500]))
    assert (alone.value, alone.low, alone.high, alone.se, alone.margin) == (1.5, *[None] * 4)


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=60),
    st.sampled_from(["median", "p75", "p90", "p95"]),
)
def test_percentiles_from_buckets_are_within_five_per_cent(answers: list[int], method: str) -> None:
    figure = read(Definition("duration", method=method), durations(answers))
    q = {"median": 50, "p75": 75, "p90": 90, "p95": 95}[method]
    assert figure.value == pytest.approx(np.percentile(answers, q) / 1_000, rel=0.05)
    assert figure.low is not None
    assert figure.low <= figure.value * (1 + 1e-12)
    assert figure.high is None or figure.high >= figure.value * (1 - 1e-12)


def test_equal_durations_are_exact_and_zero_is_a_duration() -> None:
    assert read(MEDIAN, durations([90_000] * 7)).value == 90
    assert read(MEDIAN, durations([0, 0, 0])).value == 0


def test_interval_of_a_median_holds_the_answers_it_ranks() -> None:
    figure = read(MEDIAN, durations([1_000 * 2**k for k in range(12)]))
    assert (figure.low, figure.high) == (2, 1_024)
    assert figure.value == pytest.approx((32 + 64) / 2)
    assert stats.binom.cdf(9, 12, 0.5) - stats.binom.cdf(1, 12, 0.5) >= 0.95


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60, unique=True), st.integers(0, 10**4))
def test_share_within_counts_answers_up_to_the_limit(answers: list[int], seconds: int) -> None:
    figure = share_within(durations(answers), seconds)
    assert figure is not None
    limit = seconds * 1_000
    unsure = sum(duration_bucket(ms) == duration_bucket(limit) for ms in answers)
    sure = sum(ms <= limit for ms in answers)
    assert abs(figure.value * len(answers) / 100 - sure) <= unsure + 1e-9
    assert share_within([], seconds) is None


def test_share_within_includes_its_limit() -> None:
    figure = share_within(durations([30_000, 60_000, 60_001_000]), 60)
    assert figure is not None
    assert figure.value == pytest.approx(200 / 3)


def test_two_periods_differ_as_published() -> None:
    change = difference(read(NPS, cohorts(50, 30, 20)), read(NPS, cohorts(58, 27, 15)))
    assert change.value == pytest.approx(13)
    assert change.z == pytest.approx(1.21, abs=0.005)
    assert change.p == pytest.approx(0.226, abs=5e-4)
    assert change.low is not None
    assert change.high is not None
    assert change.low < 0 < change.high


def test_difference_of_groups_that_all_agree_keeps_an_error() -> None:
    change = difference(read(NPS, cohorts(0, 3, 0)), read(NPS, cohorts(3, 0, 0)))
    assert change.z is not None
    assert 0 < change.z < 10


def test_difference_without_errors_says_no_more_than_it_knows() -> None:
    exact = difference(Estimate(1, 1, 1, 1, 0.0, 0.0), Estimate(3, 1, 3, 3, 0.0, 0.0))
    assert (exact.value, exact.low, exact.high, exact.z, exact.p) == (2, 2, 2, None, None)
    unknown = difference(Estimate(1, 1, None, None, None), Estimate(3, 1, 3, 3, 0.0))
    assert (unknown.value, unknown.low, unknown.p) == (2, None, None)


@pytest.mark.parametrize(
    ("margin", "variance", "n"),
    [(0.10, 0.61, 235), (0.10, 1, 385), (0.05, 0.61, 938), (0.05, 1, 1537), (10, 6_100, 235)],
)
def test_answers_for_a_margin(margin: float, variance: float, n: int) -> None:
    assert answers_for_margin(margin, variance) == n


def test_detectable_change_is_where_two_windows_part() -> None:
    change = detectable_change(NPS, answers_per_month=300, window_days=28)
    assert change == pytest.approx(13.0, abs=0.05)
    assert change is not None
    figure = read(NPS, cohorts(138, 83, 55))
    n = 300 * 28 / (365.25 / 12)
    assert n == pytest.approx(figure.n, abs=0.03)
    shifted = Estimate(figure.value + change, figure.n, None, None, figure.se)
    assert difference(figure, shifted).p == pytest.approx(0.05, abs=0.003)


@pytest.mark.parametrize("definition", [STANDARD["duration"], STANDARD["value"]])
def test_detectable_change_needs_a_known_spread(definition: Definition) -> None:
    assert detectable_change(definition, 300, 28) is None
    known = Estimate(60, 100, 50, 70, 5.0)
    assert detectable_change(definition, 300, 28, known) == pytest.approx(8.34, abs=0.01)
    assert detectable_change(definition, 0, 28, known) is None
