"""Where goals stand: status, certainty and roll-up, from the rules of the design."""

from dataclasses import replace
from datetime import date, timedelta
from math import isfinite, sqrt
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from strategy.goals.progress import (
    ANSWERS_CAP,
    Child,
    Standing,
    Status,
    Thresholds,
    roll_up,
    standing,
)
from strategy.goals.terms import GoalTerms, expected_progress, reading_days
from strategy.metrics.cells import Cell
from strategy.metrics.estimates import STANDARD, Estimate, estimate

START = date(2026, 10, 1)
DUE = START + timedelta(days=181)
HALF_TIME = START + timedelta(days=90)
TWENTY_POINTS = GoalTerms(START, DUE, baseline=30, target=50, window_days=1)


def nps_of_300() -> Estimate:
    """Half promoters, a fifth detractors: the error behind the worked example, 4.5 points."""
    figure = estimate(STANDARD["nps"], [Cell(10, 150, 0, 0), Cell(8, 90, 0, 0), Cell(2, 60, 0, 0)])
    assert figure is not None
    return figure


def reading(value: float, se: float | None = 0.0, n: int = 300) -> Estimate:
    half = None if se is None else 1.959964 * se
    low, high = (None, None) if half is None else (value - half, value + half)
    return Estimate(value, n, low, high, se)


def at(progress: float, se: float | None = 0.0, today: date = HALF_TIME) -> Standing:
    """A goal of 20 points that has come `progress` of its way by half-time."""
    return standing(TWENTY_POINTS, reading(30 + 20 * progress, se), today)


def test_worked_example_of_a_twenty_point_goal_at_half_time() -> None:
    se = nps_of_300().se
    assert se == pytest.approx(4.5, abs=0.05)
    assert expected_progress(TWENTY_POINTS, HALF_TIME) == 0.5
    none = at(0, se)
    assert (none.status, none.too_close_to_call) == (Status.OFF_TRACK, False)
    assert none.certainty == pytest.approx(0.02, abs=0.005)
    level = at(0.5, se)
    assert (level.status, level.leaning) == (Status.ON_TRACK, Status.ON_TRACK)
    assert level.too_close_to_call
    ahead = at(0.7, se)
    assert (ahead.status, ahead.too_close_to_call) == (Status.ON_TRACK, False)
    assert ahead.certainty == pytest.approx(0.87, abs=0.005)


@pytest.mark.parametrize(
    ("progress", "status"),
    [
        (-0.4, Status.OFF_TRACK), (0.29, Status.OFF_TRACK), (0.30, Status.AT_RISK),
        (0.44, Status.AT_RISK), (0.45, Status.ON_TRACK), (1.3, Status.ON_TRACK),
    ],
)  # fmt: skip
def test_status_is_a_distance_from_expected(progress: float, status: Status) -> None:
    found = at(progress)
    assert found.status is status
    assert found.progress == pytest.approx(progress)
    assert found.certainty == (1 if status is Status.ON_TRACK else 0)


def test_thresholds_are_the_workspaces() -> None:
    strict = Thresholds(on_track=0.0, at_risk=0.1)
    found = [standing(TWENTY_POINTS, reading(v), HALF_TIME, strict).status for v in (40, 39, 37)]
    assert found == [Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK]


def test_before_the_start_nothing_is_judged() -> None:
    day_before = START - timedelta(days=1)
    assert at(0, today=day_before).status is Status.NOT_STARTED
    assert at(0, today=day_before).certainty is None
    assert standing(TWENTY_POINTS, None, day_before).status is Status.NOT_STARTED
    assert at(0, today=START).status is Status.ON_TRACK


def test_without_answers_there_is_no_data() -> None:
    assert standing(TWENTY_POINTS, None, HALF_TIME).status is Status.NO_DATA


@pytest.mark.parametrize(
    "open_end", [replace(TWENTY_POINTS, baseline=None), replace(TWENTY_POINTS, target=None)]
)
def test_without_baseline_or_target_there_is_no_data(open_end: GoalTerms) -> None:
    found = standing(open_end, reading(40), HALF_TIME)
    assert (found.status, found.progress) == (Status.NO_DATA, None)


def test_redefined_metric_has_no_data_until_the_baseline_is_taken_again() -> None:
    found = standing(TWENTY_POINTS, reading(40), HALF_TIME, redefined=True)
    assert (found.status, found.progress, found.expected) == (Status.NO_DATA, None, 0.5)


def test_the_due_day_still_runs_and_the_next_one_judges() -> None:
    assert at(0.99, today=DUE).status is Status.ON_TRACK
    after = DUE + timedelta(days=1)
    assert at(1.0, today=after).status is Status.ACHIEVED
    missed = at(0.9, se=0.5, today=after)
    assert (missed.status, missed.within_margin) == (Status.MISSED, False)
    close = at(0.9, se=1.5, today=after)
    assert (close.status, close.within_margin) == (Status.MISSED, True)
    assert (close.too_close_to_call, close.certainty) == (False, None)
    assert close.high is not None
    assert close.high > 1


def test_falling_goal_mirrors_its_interval() -> None:
    falling = GoalTerms(START, DUE, baseline=15_000, target=2_700, window_days=1)
    found = standing(falling, Estimate(8_850, 40, 7_620, 11_310, 900), HALF_TIME)
    assert (found.progress, found.low, found.high) == pytest.approx((0.5, 0.3, 0.6))
    assert found.status is Status.ON_TRACK
    assert standing(falling, reading(15_000), HALF_TIME).status is Status.OFF_TRACK


def test_negative_decimals_are_ordinary_figures() -> None:
    below = GoalTerms(START, DUE, baseline=-12.5, target=-2.25, window_days=1)
    assert standing(below, reading(-7.375), HALF_TIME).progress == pytest.approx(0.5)


@given(st.floats(-2, 3), st.floats(0.001, 100), st.floats(0, 20))
def test_certainty_is_the_normal_chance_of_being_on_track(
    progress: float, se: float, baseline_se: float
) -> None:
    terms = replace(TWENTY_POINTS, baseline_se=baseline_se)
    found = standing(terms, reading(30 + 20 * progress, se), HALF_TIME)
    error = sqrt(se**2 + baseline_se**2) / 20
    assert found.certainty is not None
    assert found.certainty == pytest.approx(stats.norm.cdf((progress - 0.45) / error), abs=1e-9)
    assert found.too_close_to_call == (0.2 < found.certainty < 0.8)
    assert found.leaning == (found.status if found.too_close_to_call else None)


@given(st.floats(0.3, 0.6), st.floats(0.5, 30), st.integers(1, 5_000))
def test_the_answers_asked_for_would_settle_it(progress: float, se: float, n: int) -> None:
    found = standing(TWENTY_POINTS, reading(30 + 20 * progress, se, n), HALF_TIME)
    if not found.too_close_to_call:
        assert found.answers_needed is None
        return
    assert found.answers_needed is not None
    assert found.answers_needed >= 1
    settled = se * sqrt(n / (n + found.answers_needed))
    z = abs(progress - 0.45) / (settled / 20)
    if found.more_answers_than_cap:
        assert found.answers_needed == ANSWERS_CAP + 1
        assert z < 0.841
    else:
        assert z >= 0.8399


def test_answers_needed_by_hand() -> None:
    # se 0.225 of the way, 0.1 above the edge: 300 x (0.84 x 0.225 / 0.1)^2 - 300
    assert at(0.55, se=4.5).answers_needed == 772
    assert at(0.45, se=4.5).more_answers_than_cap


def test_unknown_error_settles_nothing() -> None:
    found = at(0.9, se=None)
    assert (found.status, found.certainty) == (Status.ON_TRACK, None)
    assert (found.too_close_to_call, found.answers_needed) == (True, None)


def test_value_is_judged_on_the_day_it_was_observed() -> None:
    terms = replace(TWENTY_POINTS, reads_window=False)
    early = START + timedelta(days=18)
    found = standing(terms, reading(32), HALF_TIME, observed_on=early)
    assert found.expected == pytest.approx(0.0994, abs=1e-4)
    assert found.status is Status.ON_TRACK


@pytest.mark.parametrize(
    ("value", "status"),
    [(59.9, Status.OFF_TRACK), (60, Status.ON_TRACK), (70, Status.ON_TRACK),
     (70.1, Status.OFF_TRACK)],
)  # fmt: skip
def test_goal_to_keep_is_inside_or_outside(value: float, status: Status) -> None:
    keep = replace(TWENTY_POINTS, kind="maintain", floor=60.0, ceiling=70.0)
    found = standing(keep, reading(value), HALF_TIME)
    inside = status is Status.ON_TRACK
    assert (found.status, found.progress, found.expected) == (status, float(inside), 1)
    after = standing(keep, reading(value), DUE + timedelta(days=1)).status
    assert after is (Status.ACHIEVED if inside else Status.MISSED)


def test_certainty_of_a_goal_to_keep_is_the_chance_of_being_inside() -> None:
    keep = replace(TWENTY_POINTS, kind="maintain", floor=60.0, ceiling=70.0)
    found = standing(keep, reading(61, 4), HALF_TIME)
    chance = stats.norm.cdf((70 - 61) / 4) - stats.norm.cdf((60 - 61) / 4)
    assert found.certainty == pytest.approx(chance)
    assert found.too_close_to_call
    assert found.answers_needed == 300 * 12 - 300 - 213  # ceil(300 x (0.84 x 4 / 1)^2) - 300
    narrow = standing(replace(keep, ceiling=60.5), reading(60.2, 4), HALF_TIME)
    assert (narrow.status, narrow.too_close_to_call) == (Status.ON_TRACK, True)


def test_target_equal_to_baseline_is_a_goal_to_keep() -> None:
    level = replace(TWENTY_POINTS, target=30)
    assert standing(level, reading(30.5), HALF_TIME).status is Status.ON_TRACK
    assert standing(level, reading(29), HALF_TIME).status is Status.OFF_TRACK
    falling = replace(level, higher_is_better=False)
    assert standing(falling, reading(29), HALF_TIME).status is Status.ON_TRACK


@pytest.mark.parametrize("days", [30, 90, 365])
@pytest.mark.parametrize("window", [1, 7, 28, 90])
@pytest.mark.parametrize("target", [50.0, 10.7, -0.3])
def test_level_that_follows_the_line_is_on_track_every_day_and_achieved(
    days: int, window: int, target: float
) -> None:
    terms = GoalTerms(START, START + timedelta(days=days), 30.1, target, window)

    def level(day: date) -> float:
        share = np.interp((day - START).days, [0, max(days - window, 1)], [0.0, 1.0])
        return float(30.1 + (target - 30.1) * share)

    # A window longer than its goal (the form refuses it) still holds days before the start.
    at_the_end = Status.ACHIEVED if window <= days else Status.MISSED
    for step in range(days + 2):
        today = START + timedelta(days=step)
        first, last = reading_days(terms, today)
        read_over = [first + timedelta(days=d) for d in range((last - first).days + 1)]
        found = standing(terms, reading(float(np.mean([*map(level, read_over)]))), today)
        assert found.status is (Status.ON_TRACK if step <= days else at_the_end)
        assert found.progress == pytest.approx(found.expected, abs=1e-9)


figures = st.none() | st.floats(-1e12, 1e12) | st.sampled_from([0.0, 30.0, 1e-13, 5e-324])


@given(
    baseline=figures,
    target=figures,
    value=st.floats(allow_nan=True),
    se=st.none() | st.floats(0, 1e9),
    days=st.integers(0, 90),
    window=st.integers(0, 120),
    step=st.integers(-10, 120),
    kind=st.sampled_from(["reach", "maintain"]),
)
def test_no_goal_divides_by_zero_or_stands_at_nan(
    baseline: float | None,
    target: float | None,
    value: float,
    se: float | None,
    days: int,
    window: int,
    step: int,
    kind: Literal["reach", "maintain"],
) -> None:
    due = START + timedelta(days=days)
    terms = GoalTerms(START, due, baseline, target, window, kind=kind)
    current = Estimate(value, 10, None, None, se)
    found = standing(terms, current, START + timedelta(days=step))
    numbers = [found.progress, found.expected, found.certainty]
    assert not any(number is not None and np.isnan(number) for number in numbers)
    assert found.expected is not None
    assert isfinite(found.expected)
    assert found.certainty is None or 0 <= found.certainty <= 1
    rolled = roll_up([Child("one", found), Child("two", found, 0)], START, due, START)
    assert rolled.progress is None or 0 <= rolled.progress <= 1
