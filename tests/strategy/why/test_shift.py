"""The split of a change adds up, and its interval is the one textbooks give."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from strategy.metrics.cells import Cell
from strategy.metrics.comparing import change
from strategy.metrics.estimates import STANDARD, Definition, Estimate, difference, estimate
from strategy.why.shift import Part, decompose

amounts = st.integers(-5_000, 5_000).map(Fraction)
windows = st.tuples(st.integers(0, 400), amounts).map(
    lambda one: one if one[0] else (0, Fraction())
)
parts = st.builds(lambda then, now: Part(*then, *now), windows, windows)


def shares(good: int, n: int) -> Estimate:
    found = estimate(STANDARD["csat"], [Cell(5, good, 0, 0), Cell(1, n - good, 0, 0)])
    assert found is not None
    return found


def nps(promoters: int, passives: int, detractors: int) -> Estimate:
    cells = [Cell(10, promoters, 0, 0), Cell(7, passives, 0, 0), Cell(0, detractors, 0, 0)]
    found = estimate(STANDARD["nps"], cells)
    assert found is not None
    return found


@given(st.lists(parts, min_size=1, max_size=12))
def test_the_parts_sum_to_the_whole_change_exactly(found):
    n0, n1 = sum(one.n_before for one in found), sum(one.n_after for one in found)
    shifts = decompose(found)
    if not n0 or not n1:
        assert shifts == []
        return
    before = sum((one.total_before for one in found), Fraction()) / n0
    after = sum((one.total_after for one in found), Fraction()) / n1
    assert sum(one.total for one in shifts) == after - before


@given(st.lists(parts, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_parts_changes_nothing(found, random):
    order = list(range(len(found)))
    random.shuffle(order)
    moved = decompose([found[place] for place in order])
    straight = decompose(found)
    assert moved == [straight[place] for place in order[: len(straight)]]


@given(st.lists(parts, min_size=1, max_size=8))
def test_time_turned_round_turns_every_shift_round(found):
    back = [Part(one.n_after, one.total_after, one.n_before, one.total_before) for one in found]
    there = decompose(found)
    assert [(-one.own, -one.mix) for one in decompose(back)] == [
        (one.own, one.mix) for one in there
    ]


def test_a_part_split_in_two_equal_halves_adds_what_it_added_whole():
    half = Part(10, Fraction(500), 20, Fraction(1400))
    rest = Part(30, Fraction(900), 10, Fraction(250))
    double = Part(20, Fraction(1000), 40, Fraction(2800))
    whole, in_halves = decompose([double, rest]), decompose([half, half, rest])
    assert whole[0].total == in_halves[0].total + in_halves[1].total
    assert whole[1] == in_halves[2]


def test_the_split_agrees_with_floats_of_numpy():
    n0, v0 = np.array([40.0, 60.0]), np.array([50.0, 30.0])
    n1, v1 = np.array([70.0, 30.0]), np.array([55.0, 20.0])
    w0, w1 = n0 / n0.sum(), n1 / n1.sum()
    whole = (w0 @ v0 + w1 @ v1) / 2
    own, mix = (w0 + w1) / 2 * (v1 - v0), (w1 - w0) * ((v0 + v1) / 2 - whole)
    found = decompose(
        [
            Part(int(a), Fraction(a * b), int(c), Fraction(c * d))
            for a, b, c, d in zip(n0, v0, n1, v1, strict=True)
        ]
    )
    assert [float(one.own) for one in found] == pytest.approx(own)
    assert [float(one.mix) for one in found] == pytest.approx(mix)


def test_a_new_part_adds_only_by_its_share():
    old = Part(100, Fraction(5000), 50, Fraction(2500))
    new = Part(0, Fraction(), 50, Fraction(4000))
    shifts = decompose([old, new])
    assert shifts[1].own == 0
    assert float(shifts[1].mix) > 0
    assert shifts[0].own == 0


@pytest.mark.parametrize(
    ("good", "n", "better", "m"), [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20)]
)
def test_shares_change_by_newcombes_interval(good, n, better, m):
    low, high = confint_proportions_2indep(better, m, good, n, compare="diff", method="newcomb")
    found = change(shares(good, n), shares(better, m))
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high))


def test_newcombes_own_example_comes_out():
    # Newcombe 1998, table II (a), method 10: 56/70 - 48/80 = 0.2 [0.0524, 0.3339].
    found = change(shares(48, 80), shares(56, 70))
    assert (found.value, found.low, found.high) == pytest.approx((20, 5.24, 33.39), abs=0.005)


def test_nps_from_30_to_43_may_be_chance():
    before, after = nps(50, 30, 20), nps(58, 27, 15)
    found, wald = change(before, after), difference(before, after)
    assert found.value == pytest.approx(13)
    assert (round(wald.z or 0, 2), round(wald.p or 0, 3)) == (1.21, 0.226)
    assert found.is_real is False
    assert found.low == pytest.approx(wald.low, abs=1.5)
    assert found.high == pytest.approx(wald.high, abs=1.5)


def test_the_interval_of_net_scores_covers_as_often_as_it_says():
    random = np.random.default_rng(7)
    then = random.multinomial(80, [0.45, 0.3, 0.25], size=2_000)
    now = random.multinomial(60, [0.55, 0.25, 0.2], size=2_000)
    held = 0
    for one, other in zip(then, now, strict=True):
        found = change(nps(*map(int, one)), nps(*map(int, other)))
        held += (found.low or 0) <= 15 <= (found.high or 0)
    assert 0.935 <= held / 2_000 <= 0.97


def test_a_figure_without_an_interval_gives_a_change_without_one():
    lone = estimate(
        Definition("duration", method="mean", higher_is_better=False), [Cell(9, 1, 2000, 4_000_000)]
    )
    many = estimate(
        Definition("duration", method="mean", higher_is_better=False), [Cell(9, 2, 3000, 5_000_000)]
    )
    assert lone is not None
    assert many is not None
    found = change(lone, many)
    assert (found.low, found.high, found.is_real) == (None, None, None)
