"""Charts say what the numbers say, and stay inside their frame."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplanner.base.charts import bar_chart, line_chart, progress_bar, sparkline, split_bar
from cxplanner.base.marks import Level, Note, Point, Share

START = date(2026, 1, 5)


def series(*values: float | None, margin: float = 1.0) -> list[Point]:
    return [
        Point(START + timedelta(days=7 * week), value, value - margin, value + margin, n=50)
        if value is not None
        else Point(START + timedelta(days=7 * week), None, n=0)
        for week, value in enumerate(values)
    ]


def spots(path: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_a_progress_bar_fills_as_far_as_the_goal_is():
    bar = progress_bar(progress=0.685, low=0.58, high=0.78, expected=0.6)
    assert (bar.fill, bar.band_x, bar.band_width, bar.tick) == ("68.5%", "58%", "20%", "60%")
    assert (bar.percent, bar.expected_percent) == (68, 60)


def test_a_progress_bar_stays_in_its_track_but_tells_the_true_number():
    bar = progress_bar(progress=1.3, low=-0.2, high=1.4, expected=1.1)
    assert (bar.fill, bar.band_x, bar.band_width, bar.tick) == ("100%", "0%", "100%", "100%")
    assert bar.percent == 130


def test_no_data_is_an_empty_track_and_never_nought():
    bar = progress_bar(progress=None, expected=0.4)
    assert bar.fill is None
    assert bar.percent is None
    assert bar.tick == "40%"


def test_a_progress_of_nought_is_drawn_as_nought():
    assert progress_bar(progress=0.0).fill == "0%"


def test_a_missing_value_breaks_the_line_and_its_band():
    chart = line_chart(series(50, 51, None, 53, 54, 55))
    assert [len(spots(path)) for path in chart.paths] == [2, 3]
    assert [len(spots(band)) for band in chart.bands] == [4, 6]


def test_a_value_between_two_gaps_is_a_dot_with_its_interval():
    chart = line_chart(series(50, 51, None, 53, None, 55, 56))
    assert len(chart.lone) == len(chart.whiskers) == 1
    assert float(chart.whiskers[0].y1) < float(chart.lone[0].y) < float(chart.whiskers[0].y2)


def test_a_change_of_definition_breaks_the_line_where_it_happened():
    points = series(50, 51, 52, 60, 61)
    chart = line_chart(points, notes=[Note(points[3].at, "new scale", cut=True)])
    assert [len(spots(path)) for path in chart.paths] == [3, 2]


def test_an_event_does_not_break_the_line():
    points = series(50, 51, 52, 60, 61)
    chart = line_chart(points, notes=[Note(points[3].at, "new seats")])
    assert [len(spots(path)) for path in chart.paths] == [5]


def test_notes_are_numbered_by_day_and_those_outside_the_chart_are_left_out():
    points = series(50, 51, 52)
    late, early = points[2].at, points[1].at
    notes = [Note(late, "late"), Note(early, "early"), Note(START - timedelta(days=1), "before")]
    marks = line_chart(points, notes=notes).notes
    assert [(mark.number, mark.note.words) for mark in marks] == [(1, "early"), (2, "late")]


def test_two_notes_of_one_day_do_not_cover_each_other():
    points = series(50, 51, 52)
    marks = line_chart(points, notes=[Note(points[1].at, "a"), Note(points[1].at, "b")]).notes
    assert marks[0].x == marks[1].x
    assert float(marks[0].y) - float(marks[1].y) >= 18


def test_a_higher_value_stands_higher():
    (path,) = line_chart(series(50, 60)).paths
    (_, first), (_, last) = spots(path)
    assert last < first


def test_time_runs_with_the_reading_direction():
    (ltr,) = line_chart(series(50, 51, 52)).paths
    (rtl,) = line_chart(series(50, 51, 52), rtl=True).paths
    assert [x for x, _ in spots(rtl)] == pytest.approx([100 - x for x, _ in spots(ltr)])
    assert [y for _, y in spots(rtl)] == [y for _, y in spots(ltr)]


def test_words_at_the_edges_grow_inwards():
    chart = line_chart(series(*range(50, 55)), target=70)
    assert chart.end_label is not None
    assert chart.end_label.anchor == "at-end"
    assert chart.dates[0].anchor == "at-start"
    mirrored = line_chart(series(*range(50, 55)), target=70, rtl=True)
    assert mirrored.end_label is not None
    assert mirrored.end_label.anchor == "at-start"
    assert mirrored.dates[0].anchor == "at-end"


def test_the_target_is_named_where_the_series_is_far_from_it():
    rising, falling = line_chart(series(50, 69), target=70), line_chart(series(69, 50), target=70)
    assert rising.target_label is not None
    assert falling.target_label is not None
    assert float(rising.target_label.x.rstrip("%")) < 50 < float(falling.target_label.x.rstrip("%"))


def test_a_series_without_any_value_has_no_line_and_no_end():
    chart = line_chart(series(None, None))
    assert chart.paths == chart.bands == ()
    assert chart.end is None
    assert chart.last is None
    assert len(chart.points) == 2


def test_a_chart_of_nothing_is_drawn_without_failing():
    assert line_chart([]).last is None
    assert sparkline([]).end is None
    assert bar_chart([]).total == 0
    assert split_bar([]).total == 0


def test_one_value_is_a_dot_in_the_middle():
    chart = line_chart(series(50))
    assert chart.paths == ()
    assert chart.lone[0].x == "52%"


def test_dates_are_months_for_long_series_and_days_for_short_ones():
    years = [Point(START + timedelta(days=30 * n), 50.0) for n in range(17)]
    assert line_chart(years).by_month
    assert all(label.at and label.at.day == 1 for label in line_chart(years).dates)
    assert not line_chart(series(50, 51, 52)).by_month


@given(
    values=st.lists(
        st.none() | st.floats(-1e6, 1e6, allow_nan=False, allow_infinity=False), max_size=40
    ),
    target=st.none() | st.floats(-1e6, 1e6, allow_nan=False),
    rtl=st.booleans(),
)
def test_whatever_the_numbers_the_drawing_stays_inside_its_frame(values, target, rtl):
    chart = line_chart(series(*values), target=target, rtl=rtl)
    assert 2 <= len(chart.values) <= 5
    assert len(chart.dates) <= 5
    for path in (*chart.paths, *chart.bands):
        for x, y in spots(path):
            assert 0 <= x <= 100
            assert 0 <= y <= float(chart.base_y) + 0.01
    if chart.target_y is not None:
        assert 0 <= float(chart.target_y) <= float(chart.base_y) + 0.01


@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.floats(0.001, 1e6))
def test_round_values_hold_the_whole_reach(low, width):
    labels = line_chart(series(low, low + width, margin=0)).values
    ticks = [label.value for label in labels if label.value is not None]
    assert ticks == sorted(set(ticks))
    assert ticks[0] <= low
    assert ticks[-1] >= low + width or ticks[-1] == pytest.approx(low + width)


def test_a_sparkline_ends_in_the_newest_known_value():
    spark = sparkline(series(50, 51, 52, None), target=60)
    (path,) = spark.paths
    assert spark.end is not None
    assert spots(path)[-1] == (float(spark.end.x), float(spark.end.y))
    assert spark.target_y == "3"


def test_columns_start_at_nought_and_keep_their_proportions():
    chart = bar_chart([Share("1", 10), Share("2", 40), Share("3", 0)])
    heights = [float(column.height) for column in chart.columns]
    assert heights[1] == pytest.approx(4 * heights[0], abs=0.05)
    assert heights[2] == 0
    assert all(float(c.y) + float(c.height) == pytest.approx(118, abs=0.02) for c in chart.columns)
    assert [column.percent for column in chart.columns] == [20, 80, 0]


def test_columns_run_with_the_reading_direction():
    chart = bar_chart([Share("1", 10), Share("2", 40)], rtl=True)
    assert [column.share.label for column in chart.columns] == ["2", "1"]


def test_columns_nobody_chose_have_no_height():
    chart = bar_chart([Share("1", 0), Share("2", 0)])
    assert chart.total == 0
    assert {column.height for column in chart.columns} == {"0"}


def test_the_parts_of_a_split_bar_fill_it_in_order():
    bar = split_bar([Share("no", 20), Share("meh", 0), Share("yes", 80)])
    assert [part.percent for part in bar.parts] == [20, 0, 80]
    assert [part.x for part in bar.parts] == ["0%", None, "20%"]
    assert [part.width for part in bar.parts] == ["19.6%", None, "79.6%"]


def test_levels_widen_the_scale_and_words_of_near_ones_do_not_meet():
    chart = line_chart(
        series(50, 52), target=70, levels=[Level(90, "target 90"), Level(69.5, "benchmark 69.5")]
    )
    high, near = chart.levels
    assert max(label.value for label in chart.values if label.value is not None) >= 90
    assert float(high.label.y) < float(high.y)
    assert float(near.label.y) > float(near.y)
