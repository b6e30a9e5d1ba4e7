"""Dots stand where their figures say, in both reading directions."""

from cxplanner.base.dots import dot_chart
from cxplanner.base.marks import Figure, Moved

ROWS = [
    Moved("Cabin", Figure(20, 10, 30, 40), Figure(60, 50, 70, 50)),
    Moved("Lounge", None, Figure(100, None, None, 3)),
]


def share(text: str) -> float:
    return float(text.removesuffix("%"))


def test_a_higher_figure_stands_farther_along():
    chart = dot_chart(ROWS)
    cabin, lounge = chart.rows
    assert cabin.before is not None
    assert cabin.after is not None
    assert share(cabin.before.x) < share(cabin.after.x)
    assert share(cabin.after.x1 or "") < share(cabin.after.x) < share(cabin.after.x2 or "")
    assert lounge.before is None
    assert lounge.after is not None
    assert (lounge.after.x1, lounge.after.x2) == (None, None)


def test_the_scale_holds_every_end_and_turns_with_the_reading_direction():
    there, back = dot_chart(ROWS), dot_chart(ROWS, rtl=True)
    assert (there.values[0].value, there.values[-1].value) == (0, 100)
    for one, other in zip(there.rows, back.rows, strict=True):
        assert one.after is not None
        assert other.after is not None
        assert share(one.after.x) + share(other.after.x) == 100
    assert there.rows[0].label.anchor == "at-start"
    assert back.rows[0].label.anchor == "at-end"


def test_nothing_to_draw_is_an_empty_chart():
    assert dot_chart([]).rows == ()
