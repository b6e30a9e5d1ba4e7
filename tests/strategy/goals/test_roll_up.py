"""Goals without a metric stand where their children stand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.goals.progress import Child, Coverage, Standing, Status, roll_up, standing
from strategy.goals.terms import GoalTerms
from strategy.metrics.estimates import Estimate

START = date(2026, 10, 1)
DUE = START + timedelta(days=181)
HALF_TIME = START + timedelta(days=90)
NO_DATA = Standing(Status.NO_DATA, expected=0.5)


def child(key: str, progress: float, weight: float = 1, se: float | None = 0.0) -> Child:
    return Child(key, Standing(Status.ON_TRACK, progress, 0.5, se=se), weight)


def rolled(*children: Child, today: date = HALF_TIME) -> Standing:
    return roll_up(children, START, DUE, today)


def test_parent_is_the_weighted_mean_of_its_children() -> None:
    found = rolled(child("a", 0.8, weight=3), child("b", 0.2))
    assert (found.progress, found.expected) == pytest.approx((0.65, 0.5))
    assert (found.status, found.worst) == (Status.ON_TRACK, "b")
    assert found.coverage == Coverage(with_data=2, of=2)


def test_rising_and_falling_goals_add_up() -> None:
    rising = GoalTerms(START, DUE, baseline=30, target=50, window_days=1)
    falling = GoalTerms(START, DUE, baseline=11, target=8, window_days=1)
    half = [
        Child("nps", standing(rising, Estimate(40, 9, 40, 40, 0.0), HALF_TIME)),
        Child("churn", standing(falling, Estimate(9.5, 9, 9.5, 9.5, 0.0), HALF_TIME)),
    ]
    assert rolled(*half).progress == pytest.approx(0.5)


def test_children_without_data_are_left_out_and_counted() -> None:
    found = rolled(child("a", 0.1), Child("b", NO_DATA, weight=9))
    assert found.progress == pytest.approx(0.1)
    assert found.status is Status.OFF_TRACK
    assert found.coverage == Coverage(with_data=1, of=2)


@pytest.mark.parametrize("children", [[], [Child("a", NO_DATA)]])
def test_no_child_with_data_is_no_data(children: list[Child]) -> None:
    found = rolled(*children)
    assert (found.status, found.progress) == (Status.NO_DATA, None)
    assert found.coverage == Coverage(0, len(children))
    assert rolled(*children, today=START - timedelta(days=1)).status is Status.NOT_STARTED


def test_archived_children_do_not_count() -> None:
    gone = Child("gone", Standing(Status.OFF_TRACK, 0.0, 0.5), archived=True)
    found = rolled(child("a", 0.6), gone)
    assert (found.progress, found.coverage, found.worst) == (0.6, Coverage(1, 1), "a")


@pytest.mark.parametrize("weights", [(0, 0), (-1, -3)])
def test_weights_that_sum_to_zero_mean_equal(weights: tuple[float, float]) -> None:
    found = rolled(child("a", 0.2, weights[0]), child("b", 0.6, weights[1]))
    assert found.progress == pytest.approx(0.4)


def test_no_child_makes_up_for_another() -> None:
    assert rolled(child("a", 3.0), child("b", -1.0)).progress == pytest.approx(0.5)


def test_worst_child_is_the_furthest_behind_what_it_should_be() -> None:
    late = Child("late", Standing(Status.OFF_TRACK, 0.5, 0.9))
    early = Child("early", Standing(Status.ON_TRACK, 0.1, 0.1))
    assert rolled(late, early).worst == "late"


def test_errors_of_children_join() -> None:
    found = rolled(child("a", 0.5, se=0.3), child("b", 0.5, se=0.4))
    assert found.se == pytest.approx(0.25)
    assert found.certainty == pytest.approx(0.579, abs=0.001)
    assert (found.too_close_to_call, found.answers_needed) == (True, None)
    assert rolled(child("a", 0.9, se=None), child("b", 0.9)).certainty is None


def test_parent_is_judged_after_its_own_due_day() -> None:
    after = DUE + timedelta(days=1)
    assert rolled(child("a", 1.2), child("b", 1.0), today=after).status is Status.ACHIEVED
    assert rolled(child("a", 1.2), child("b", 0.9), today=after).status is Status.MISSED


def test_parents_of_parents_roll_up_alike() -> None:
    inner = rolled(child("a", 0.2), child("b", 0.4))
    assert rolled(Child("inner", inner), child("c", 0.7)).progress == pytest.approx(0.5)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 1e6)), min_size=1, max_size=8))
def test_parent_lies_between_its_children(pairs: list[tuple[float, float]]) -> None:
    found = rolled(*(child(str(i), p, w) for i, (p, w) in enumerate(pairs)))
    cut = [min(max(p, 0), 1) for p, _ in pairs]
    assert found.progress is not None
    assert min(cut) - 1e-9 <= found.progress <= max(cut) + 1e-9
