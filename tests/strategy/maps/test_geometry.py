"""Where a map's columns, lanes and curve lie, and when a score denies what is drawn."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.maps.agreement import Agreement, agreement, side_of
from strategy.maps.geometry import (
    COLUMN_WIDTH,
    LABEL_WIDTH,
    curve,
    frame,
    level_y,
    sketch,
)
from strategy.metrics.estimates import STANDARD, Estimate

EMOTIONS = st.lists(st.none() | st.integers(-2, 2), min_size=1, max_size=15)


def test_happier_is_higher_and_each_level_is_as_far():
    gaps = {level_y(low) - level_y(low + 1) for low in range(-2, 2)}
    assert len(gaps) == 1
    assert gaps.pop() > 0


@given(emotions=EMOTIONS)
def test_every_step_with_an_emotion_has_its_point_in_the_middle_of_its_column(emotions):
    drawn = curve(emotions)
    said = [place for place, emotion in enumerate(emotions) if emotion is not None]
    assert [point.place for point in drawn.points] == said
    for point in drawn.points:
        assert point.x == pytest.approx(100 * (point.place + 0.5) / len(emotions))
        assert point.y == level_y(point.emotion)


@given(emotions=EMOTIONS)
def test_right_to_left_is_the_mirror(emotions):
    there, back = curve(emotions), curve(emotions, rtl=True)
    assert [p.x for p in back.points] == [pytest.approx(100 - p.x) for p in there.points]
    assert [p.y for p in back.points] == [p.y for p in there.points]


@given(emotions=EMOTIONS)
def test_a_line_never_leaves_the_levels_between_which_it_leads(emotions):
    for stroke in curve(emotions).strokes:
        ys = [float(y) for _x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", stroke.path)]
        assert level_y(2) <= min(ys)
        assert max(ys) <= level_y(-2)


def test_steps_where_nobody_said_are_crossed_by_a_guess():
    drawn = curve([1, None, None, -1, 0])
    assert [one.is_guess for one in drawn.strokes] == [False, True, False]
    assert curve([None, None]).strokes == []
    assert sketch([]) == []
    assert len(sketch([1, None, 2, 1])) == 2


def test_a_drawing_on_its_own_has_a_place_for_every_cell():
    found = frame(3, [100, 40], head=64)
    assert found.cell(2, 1).x == LABEL_WIDTH + 2 * COLUMN_WIDTH
    assert found.cell(2, 1).y == 64 + 100
    assert (found.width, found.height) == (LABEL_WIDTH + 3 * COLUMN_WIDTH, 64 + 140)
    assert all(a.y + a.height == b.y for a, b in pairwise(found.rows))


@pytest.mark.parametrize(
    ("kind", "low", "high", "side"),
    [
        ("csat", 55, 65, 1),
        ("csat", 45, 55, 0),
        ("ces", 20, 30, -1),
        ("nps", 5, 25, 1),
        ("nps", -20, 5, 0),
        ("duration", 10, 20, 0),
    ],
)
def test_a_score_takes_a_side_only_when_its_interval_does(kind, low, high, side):
    score = Estimate(value=(low + high) / 2, n=100, low=low, high=high, se=1)
    assert side_of(STANDARD[kind], score) == side


@pytest.mark.parametrize(
    ("emotion", "side", "found"),
    [
        (None, 1, Agreement.OPEN),
        (0, -1, Agreement.OPEN),
        (2, 0, Agreement.OPEN),
        (1, 1, Agreement.AGREE),
        (-2, -1, Agreement.AGREE),
        (1, -1, Agreement.HAPPIER_DRAWN),
        (-1, 1, Agreement.SADDER_DRAWN),
    ],
)
def test_emotion_and_score_part_only_where_both_take_a_side(emotion, side, found):
    assert agreement(emotion, side) is found
