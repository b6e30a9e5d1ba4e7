"""A chart begins where answers begin, and reads stretches of days in fitting periods."""

from datetime import date, timedelta

import pytest

from strategy.measure.lens import fitting, usual_first
from strategy.metrics.selectors import Period

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (7, Period.DAY),
        (31, Period.DAY),
        (32, Period.WEEK),
        (183, Period.MONTH),
        (1_200, Period.QUARTER),
    ],
)
def test_longer_stretches_are_read_in_longer_periods(days, period):
    assert fitting(TODAY - timedelta(days=days - 1), TODAY) is period


def test_a_wish_is_kept_where_it_can_be_drawn():
    assert fitting(TODAY - timedelta(days=400), TODAY, Period.DAY) is Period.DAY
    assert fitting(date(1990, 1, 1), TODAY, Period.DAY) is Period.QUARTER


def test_a_chart_reaches_two_years_back_at_most():
    assert usual_first(date(2026, 5, 1), TODAY) == date(2026, 5, 1)
    assert usual_first(date(2001, 1, 1), TODAY) == TODAY - timedelta(days=730)
    assert usual_first(None, TODAY) == TODAY - timedelta(days=89)
