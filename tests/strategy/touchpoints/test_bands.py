"""Grades and scores on one scale: what a grade stands for, and whether customers bear it out."""

from itertools import pairwise

import pytest

from strategy.metrics.estimates import Definition, Estimate
from strategy.touchpoints.bands import Agreement, bands_of, grade_of, standing, verdict_on

CSAT = Definition("csat", 1, 5, "top_box")
CES = Definition("ces", 1, 7, "top_box")
NPS = Definition("nps", 0, 10, "net")
MEAN = Definition("csat", 1, 5, "mean")
NET = Definition("csat", 1, 5, "net")
FALLING = Definition("ces", 1, 5, "mean", higher_is_better=False)
ALL = [CSAT, CES, NPS, MEAN, NET, FALLING]


def figure(low, value, high):
    return Estimate(value, 100, low, high, 1.0)


@pytest.mark.parametrize("definition", ALL)
def test_bands_cover_the_whole_scale_without_gap_from_best_to_worst(definition):
    bands = bands_of(definition)
    assert [band.grade for band in bands] == list("ABCDEF")
    outer = {edge for band in (bands[0], bands[-1]) for edge in (band.low, band.high)}
    assert (min(outer), max(outer)) == definition.bounds
    for better, worse in pairwise(bands):
        if definition.bigger_is_better:
            assert better.low == worse.high
        else:
            assert better.high == worse.low


@pytest.mark.parametrize(
    ("definition", "value", "grade"),
    [
        (CSAT, 100, "A"),
        (CSAT, 85, "A"),
        (CSAT, 84.99, "B"),
        (CSAT, 70, "B"),
        (CSAT, 50, "C"),
        (CSAT, 49.9, "D"),
        (CSAT, 15, "E"),
        (CSAT, 0, "F"),
        (CES, 72, "B"),
        (NPS, 50, "A"),
        (NPS, 31, "B"),
        (NPS, 0, "C"),
        (NPS, -0.1, "D"),
        (NPS, -50, "E"),
        (NPS, -100, "F"),
        (MEAN, 4.5, "A"),
        (MEAN, 3.8, "B"),
        (MEAN, 1, "F"),
        (NET, 40, "B"),
        (NET, -10, "D"),
        (FALLING, 1, "A"),
        (FALLING, 1.5, "A"),
        (FALLING, 5, "F"),
    ],
)
def test_a_figure_earns_the_grade_whose_band_it_lies_in(definition, value, grade):
    assert grade_of(value, definition) == grade


@pytest.mark.parametrize(
    ("grade", "interval", "agreement"),
    [
        ("B", (72, 74, 76), Agreement.AGREES),
        ("B", (70, 74, 84.9), Agreement.AGREES),
        ("B", (70, 74, 85), Agreement.TOO_CLOSE),
        ("B", (69.9, 74, 76), Agreement.TOO_CLOSE),
        ("B", (68, 69, 70), Agreement.TOO_CLOSE),
        ("B", (60, 65, 69.9), Agreement.LOWER),
        ("B", (85, 88, 90), Agreement.HIGHER),
        ("A", (90, 97, 100), Agreement.AGREES),
        ("A", (84, 97, 100), Agreement.TOO_CLOSE),
        ("F", (0, 3, 9), Agreement.AGREES),
        ("F", (15, 20, 25), Agreement.HIGHER),
        ("C", (0, 60, 100), Agreement.TOO_CLOSE),
    ],
)
def test_customers_disagree_only_where_the_whole_interval_lies_outside(grade, interval, agreement):
    assert verdict_on(grade, figure(*interval), CSAT).agreement == agreement


def test_of_a_mean_that_should_fall_less_is_better():
    assert verdict_on("C", figure(1.2, 1.3, 1.4), FALLING).agreement == Agreement.HIGHER
    assert verdict_on("A", figure(3, 3.1, 3.2), FALLING).agreement == Agreement.LOWER
    assert verdict_on("A", figure(1, 1.1, 1.2), FALLING).agreement == Agreement.AGREES


def test_a_figure_without_interval_is_too_close_to_call():
    verdict = verdict_on("A", Estimate(20.0, 1, None, None, None), CSAT)
    assert (verdict.agreement, verdict.grade, verdict.gap) == (Agreement.TOO_CLOSE, "E", 0)


def test_the_gap_is_what_is_certain_of_it_in_per_cent_of_the_scale():
    assert verdict_on("B", figure(40, 45, 50), CSAT).gap == pytest.approx(20)
    assert verdict_on("C", figure(40, 45, 50), NPS).gap == pytest.approx(5)
    assert verdict_on("C", figure(20, 25, 29), NPS).gap == 0


@pytest.mark.parametrize("definition", [CSAT, NPS, FALLING])
def test_figures_of_any_scale_stand_in_one_order_from_worst_to_best(definition):
    ends = [end for band in bands_of(definition) for end in (band.low, band.high)]
    worst, best = min(ends), max(ends)
    if not definition.bigger_is_better:
        worst, best = best, worst
    assert standing(worst, definition) == 0
    assert standing(best, definition) == 6
    way = [standing(worst + (best - worst) * step / 40, definition) for step in range(41)]
    assert way == sorted(set(way))
    for step, at in enumerate(way[:-1]):
        grade = grade_of(worst + (best - worst) * step / 40, definition)
        assert grade == "FEDCBA"[int(at)]
