"""Components write the right words, and attributes a browser can read in every language."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from cxplanner.base.marks import Point, Share
from cxplanner.base.templatetags.looks import TONES, initials, shade


def drawn(source: str, **context: object) -> str:
    return Template("{% load looks %}" + source).render(Context(context))


@pytest.mark.parametrize("status", TONES)
def test_a_status_is_a_word_and_a_shape(status):
    html = drawn("{% status status %}", status=status)
    assert status.replace("_", " ") in html.lower()
    assert "<svg" in html


def test_goals_are_counted_best_first_and_empty_counts_are_left_out():
    html = drawn("{% status_counts counts %}", counts={"off_track": 2, "achieved": 1, "missed": 0})
    assert html.index("1 achieved") < html.index("2 off track")
    assert "missed" not in html


@pytest.mark.parametrize("language", ["lt", "fa", "en"])
def test_attributes_of_drawings_keep_their_decimal_point(language):
    points = [Point(date(2026, 1, day), 50.5 + day / 7, 49.1, 58.2) for day in range(1, 9)]
    source = (
        '{% progress_bar 0.685 status="on_track" expected=0.333 %}{% sparkline points %}'
        '{% line_chart points title="t" key="k" target=57.3 %}'
        '{% bar_chart shares title="t" key="b" %}'
    )
    with translation.override(language):
        html = drawn(source, points=points, shares=[Share("a", 1), Share("b", 2)])
    drawings = html.split("<figcaption")[0]
    for name in ("d", "x", "y", "x1", "y1", "cx", "cy", "width", "height"):
        assert not [value for value in attributes(drawings, name) if "," in value]
    assert 'width="68.5%"' in html


def attributes(html: str, name: str) -> list[str]:
    return [part.split('"')[0] for part in html.split(f' {name}="')[1:]]


def test_a_value_is_written_with_its_margin_and_n():
    html = drawn(
        '{% include "components/_estimate.html" with value=66.2 margin=1.23 n=5918 only %}'
    )
    assert "66.2" in html
    assert "±1.2" in html
    assert "n&nbsp;=&nbsp;5,918" in html


def test_no_answers_are_words_and_never_nought():
    html = drawn('{% include "components/_estimate.html" with value=None n=0 only %}')
    assert "No answers yet" in html
    assert "0" not in html


def test_nought_is_a_value():
    html = drawn('{% include "components/_estimate.html" with value=0 margin=2.0 n=40 only %}')
    assert "0.0" in html


def test_a_bar_without_data_says_so_to_those_who_listen():
    assert "No data yet" in drawn('{% progress_bar None status="no_data" %}')


@pytest.mark.parametrize(
    ("name", "letters"), [("Maren Okafor", "MO"), ("Wei", "W"), ("", ""), ("Ana de la Cruz", "AC")]
)
def test_initials_are_those_of_the_first_and_last_name(name, letters):
    assert initials(name) == letters


def test_one_person_keeps_one_shade():
    assert {shade(name) for name in ("Maren", "Maren")} == {shade("Maren")}
    assert {shade(chr(letter)) for letter in range(65, 91)} == {1, 2, 3, 4}


def test_what_somebody_wrote_never_becomes_markup():
    html = drawn('{% split_bar shares title="t" %}', shares=[Share("<b>x</b>", 3)])
    assert "<b>x" not in html
