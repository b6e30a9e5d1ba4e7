"""What figures say: rising, falling, steady, or too few answers to tell."""

import pytest

from strategy.measure.findings import change_between, headline, headline_of_all
from strategy.metrics.estimates import Estimate
from strategy.metrics.readings import Reading
from strategy.metrics.wording import Unit

PERCENT = Unit("%")


def share(value, *, se=1.0):
    return Estimate(value, 500, value - 2 * se, value + 2 * se, se, se)


def finding(before, after, *, bigger_is_better=True):
    change = change_between(before, after, PERCENT, bigger_is_better=bigger_is_better)
    return headline("Seats", Reading(1, current=after), PERCENT, change)


@pytest.mark.parametrize(
    ("before", "after", "bigger_is_better", "says"),
    [
        (60, 70, True, "Seats is rising, now at 70\xa0%"),
        (70, 60, True, "Seats is falling, now at 60\xa0%"),
        (60, 70, False, "Seats is getting worse: it rose to 70\xa0%"),
        (70, 60, False, "Seats is getting better: it fell to 60\xa0%"),
        (60, 61, True, "Seats holds steady at 61\xa0%"),
    ],
)
def test_a_headline_says_the_direction_and_whether_it_is_good(
    before, after, bigger_is_better, says
):
    assert finding(share(before), share(after), bigger_is_better=bigger_is_better) == says


def test_counted_figures_that_differ_have_moved():
    exact = [Estimate(value, 1, value, value, 0.0, 0.0) for value in (10, 12)]
    change = change_between(exact[0], exact[1], PERCENT, bigger_is_better=True)
    assert change is not None
    assert change.is_real is True
    assert change.shown == "2"


def test_an_unknown_error_tells_no_trend():
    lone = Estimate(5, 1, None, None, None)
    assert "too few answers to tell a trend" in finding(lone, share(9))


def test_a_change_is_said_in_the_unit_people_read():
    before, after = share(7200, se=60), share(3600, se=60)
    change = change_between(before, after, Unit("h", 3600), bigger_is_better=False)
    assert change is not None
    assert change.value == -1
    assert change.tone == "up"


def test_all_metrics_with_answers_need_no_count():
    assert headline_of_all(3, 3) == "All 3 metrics have answers in their window"
    assert headline_of_all(0, 0) == "Nothing is measured yet"
