"""What a goal's metric should read on each day, through the window it is read with."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.goals.terms import (
    Checkpoint,
    GoalTerms,
    arrival,
    expected_progress,
    reading_days,
)

START = date(2026, 10, 1)


def goal(days: int, window: int, *checkpoints: Checkpoint, reads_window: bool = True) -> GoalTerms:
    due = START + timedelta(days=days)
    return GoalTerms(START, due, 20, 40, window, checkpoints=checkpoints, reads_window=reads_window)


@given(st.integers(2, 400), st.integers(1, 130), st.integers(-40, 440), st.data())
def test_expected_is_the_level_line_averaged_over_the_window(
    days: int, window: int, at: int, data: st.DataObject
) -> None:
    at = min(at, days)
    end = max(days - window, 1)
    stop = data.draw(st.integers(1, 400))
    level = data.draw(st.floats(-100, 100))
    inside = [(stop, (level - 20) / 20)] if stop < days - window else []
    places, shares = zip((0, 0.0), *inside, (end, 1.0), strict=True)
    read_over = np.arange(at - window + 1, at + 1)
    independent = np.interp(read_over, places, shares).mean()
    terms = goal(days, window, Checkpoint(START + timedelta(days=stop), level))
    found = expected_progress(terms, START + timedelta(days=at))
    assert found == pytest.approx(independent, abs=1e-9)


def test_plain_line_would_call_a_perfect_goal_off_track() -> None:
    perfect = expected_progress(goal(90, 28), START + timedelta(days=30))
    assert perfect / (30 / 90) == pytest.approx(0.80, abs=0.01)
    level_on_the_plain_line = np.mean([max(day, 0) / 90 for day in range(3, 31)])
    assert level_on_the_plain_line / (30 / 90) == pytest.approx(0.55, abs=0.005)


@pytest.mark.parametrize("window", [1, 7, 28])
def test_half_time_expects_half_the_way(window: int) -> None:
    half = expected_progress(goal(182, window), START + timedelta(days=91))
    assert half == pytest.approx(0.5, abs=0.01)


def test_to_read_on_31_december_over_28_days_be_there_by_3_december() -> None:
    terms = GoalTerms(START, date(2026, 12, 31), 30, 40, window_days=28)
    assert arrival(terms) == date(2026, 12, 3)
    assert reading_days(terms, date(2026, 12, 31)) == (date(2026, 12, 4), date(2026, 12, 31))
    assert expected_progress(terms, date(2026, 12, 31)) == 1
    assert expected_progress(terms, date(2026, 12, 29)) < 1


def test_reading_stops_when_due() -> None:
    terms = goal(90, 28)
    assert reading_days(terms, date(2030, 1, 1)) == reading_days(terms, terms.due)
    assert expected_progress(terms, date(2030, 1, 1)) == 1


def test_last_observation_is_held_against_the_plain_line() -> None:
    terms = goal(100, 28, reads_window=False)
    assert arrival(terms) == terms.due
    assert expected_progress(terms, START + timedelta(days=25)) == pytest.approx(0.25)


def test_checkpoints_bend_the_line_in_any_order() -> None:
    stops = [Checkpoint(START + timedelta(days=d), level) for d, level in ((50, 25), (20, 22))]
    terms = goal(101, 1, *stops)
    days = [expected_progress(terms, START + timedelta(days=d)) for d in (20, 35, 50, 75, 100)]
    assert days == pytest.approx([0.1, 0.175, 0.25, 0.625, 1])


@pytest.mark.parametrize(("days", "window"), [(0, 1), (0, 28), (1, 1), (10, 28), (28, 28), (5, 0)])
def test_windows_longer_than_their_goal_stay_defined(days: int, window: int) -> None:
    terms = goal(days, window)
    expected = [expected_progress(terms, START + timedelta(days=d)) for d in range(-5, days + 5)]
    assert all(0 <= share <= 1 for share in expected)
    assert expected == sorted(expected)


def test_a_goal_to_keep_expects_everything_every_day() -> None:
    terms = GoalTerms(START, START + timedelta(days=90), None, None, kind="maintain", floor=60)
    assert expected_progress(terms, START) == 1


@pytest.mark.parametrize(
    ("floor", "ceiling", "rising", "bounds"),
    [
        (60, 70, True, (60, 70)),
        (None, 70, True, (-np.inf, 70)),
        (None, None, True, (65, np.inf)),
        (None, None, False, (-np.inf, 65)),
    ],
)
def test_limits_of_a_goal_to_keep(
    floor: float | None, ceiling: float | None, rising: bool, bounds: tuple[float, float]
) -> None:
    terms = GoalTerms(START, START, 65, 65, floor=floor, ceiling=ceiling, higher_is_better=rising)
    assert terms.maintains
    assert terms.bounds == bounds
