"""A figure stands over the band it lies in, in both reading directions."""

from cxplanner.base.bands import band_chart
from cxplanner.base.marks import Band, Figure

BANDS = [Band("A", 50, 100, is_own=True), Band("C", 0, 50), Band("F", -100, 0)]


def share(text: str) -> float:
    return float(text.removesuffix("%"))


def test_bands_lie_side_by_side_from_the_worst_to_the_best():
    marks = {mark.band.name: mark for mark in band_chart(BANDS, Figure(25, 10, 40)).bands}
    assert [(marks[name].x, marks[name].width) for name in "FCA"] == [
        ("0%", "50%"),
        ("50%", "25%"),
        ("75%", "25%"),
    ]
    assert share(marks["F"].middle) == 25


def test_the_dot_and_its_interval_stand_where_they_say():
    dot = band_chart(BANDS, Figure(0, -50, 50)).dot
    assert (dot.x1, dot.x, dot.x2) == ("25%", "50%", "75%")
    assert band_chart(BANDS, Figure(0)).dot.x1 is None
    assert band_chart(BANDS, Figure(99, 90, 130)).dot.x2 == "100%"


def test_the_best_band_is_at_the_end_of_the_line_also_where_less_is_better():
    falling = [Band("A", 1, 2), Band("F", 2, 5)]
    marks = band_chart(falling, Figure(1, 1, 2), falls=True).bands
    assert share(marks[0].x) > share(marks[1].x)
    back = band_chart(falling, Figure(1, 1, 2), falls=True, rtl=True)
    assert share(back.bands[0].x) < share(back.bands[1].x)
    assert (back.dot.x, back.dot.x1) == ("0%", "0%")
