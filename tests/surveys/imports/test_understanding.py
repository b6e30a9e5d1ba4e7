"""A row is taken exactly where REST takes the same answer, and means the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.design.selectors import Asked, Design, Head
from surveys.imports.mapping import Column, When
from surveys.imports.times import NoTime, order_of, reader
from surveys.imports.understanding import Line, Understanding, number_in, response_id
from surveys.responses.answers import Check, Faulty, Given

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEAD = Head(1, 1, 1, "open", 1, 1, "Europe/Vilnius", None, is_archived=False)


def question(number, kind, low=None, high=None, choices=(), several=False):
    return Asked(number, kind, kind, False, low, high, "", "", choices, several, 7, None, None)


ASKED = [
    question(1, "nps", 0, 10),
    question(2, "csat", 1, 5),
    question(3, "open"),
    question(4, "choice", choices=("red", "blue")),
]
DESIGN = Design(
    1,
    1,
    "",
    "",
    "",
    "",
    "en",
    False,
    False,
    tuple(ASKED),
    {one.id: one for one in ASKED},
    {"Class": frozenset({"Eco"}), "Home": frozenset({"LT"})},
)
USED = {
    **{place: Column(to="question", question=place + 1) for place in range(4)},
    4: Column(to="external_id"),
    5: Column(to="time"),
    6: Column(to="segment", name="Class"),
    7: Column(to="segment", name="Home"),
}


def flaws(found: Any) -> Any:
    assert not isinstance(found, Line)
    return found


def line(found: Any) -> Any:
    assert isinstance(found, Line)
    return found


def understanding(**more: Any) -> Any:
    told = {"used": USED, "when": When(order="ymd"), "no_answer": [], "touchpoints": {}}
    return Understanding(HEAD, DESIGN, names=list("abcdefgh"), now=NOW, **{**told, **more})


scores = st.one_of(
    st.integers(-2, 12).map(str),
    st.sampled_from(["", "5.0", "4.5", "nan", "inf", "1e3", "x", " 3 ", "3,0", "٣"]),
)
words = st.text(st.characters(exclude_characters="\x1f"), max_size=30)
rows = st.tuples(
    scores,
    scores,
    words,
    st.sampled_from(["", "red", "blue", "green"]),
    st.one_of(words, st.sampled_from(["r1", ""])),
    st.sampled_from(
        ["2025-03-30 03:30", "2025-03-01T23:59:59+00:00", "1999-12-31", "2030-01-01", ""]
    ),
    st.one_of(words, st.just("Eco")),
    st.sampled_from(["", "LT", "DE"]),
)


@given(rows)
def test_rows_and_rest_agree(row):
    found = understanding().line(1, list(row))
    try:
        expected = Check(HEAD, DESIGN, now=NOW, known=set())(as_rest(row))
    except (Faulty, NoTime):
        assert not isinstance(found, Line)
        return
    assert isinstance(found, Line), found
    assert found.external_id == expected.external_id
    assert (found.at, found.day) == (expected.answered_at, expected.day)
    assert list(found.segments) == expected.segments
    assert [count[1:] for count in found.counts] == [
        (score.metric_id, score.score) for score in expected.scores
    ]
    document = ", ".join(sorted(f'"{key}"' for key in expected.answers))
    assert all(key in found.document for key in document.split(", "))


def as_rest(row):
    """Say the row as a call of REST would."""
    values = [number_in(row[0].strip()), number_in(row[1].strip()), row[2], row[3]]
    answers = [(place + 1, value) for place, value in enumerate(values) if str(value).strip()]
    if not row[5]:
        raise NoTime
    return Given(
        answers=answers,
        external_id=row[4].strip() or None,
        answered_at=reader("ymd", HEAD.zone)(row[5]),
        segments={"Class": row[6], "Home": row[7]},
    )


def test_words_have_the_scores_they_are_given_and_some_mean_nothing():
    told: dict[str, int | str] = {"Very good": 5, "so-so": 3}
    used = {0: Column(to="question", question=2, values=told, no_answer=["0"])}
    one = Understanding(
        HEAD,
        DESIGN,
        used=used,
        names=["a"],
        when=When(date="2025-01-01"),
        no_answer=["n/a"],
        touchpoints={},
        now=NOW,
    )
    assert line(one.line(1, ["very good "])).counts == ((None, 7, 5),)
    for nothing in ("0", "N/A", " "):
        [flaw] = flaws(one.line(1, [nothing]))
        assert flaw.reason == "Nothing was answered in this row."
    assert flaws(one.line(1, ["bad"]))[0].reason == "A whole number from 1 to 5, please."


def test_a_ragged_row_is_told_and_empty_cells_behind_the_last_pass():
    row = ["9", "", "", "", "", "2025-01-01", "", ""]
    assert isinstance(understanding().line(1, [*row, "", ""]), Line)
    [flaw] = understanding().line(7, row[:3])
    assert (flaw.row, flaw.reason) == (7, "This row has 3 cells, the file has 8 columns.")
    assert "9 cells" in understanding().line(7, [*row, "lost"])[0].reason


def test_the_same_content_has_the_same_id_and_its_repetition_another():
    row = ["9", "", "", "", "", "2025-01-01", "", ""]
    line, again = (understanding().line(number, list(row)) for number in (1, 2))
    assert response_id(line, 1) == response_id(again, 1)
    ids = {response_id(line, 1), response_id(line, 1, 2), response_id(line, 2)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["2025-03-01", "2025-12-31 10:00"], ("ymd", True)),
        (["01.03.2025", "13.03.2025"], ("dmy", True)),
        (["3/13/2025", "3/1/2025 4:05 PM"], ("mdy", True)),
        (["3/4/2025"], ("dmy", False)),
        (["1700000000"], ("unix", True)),
        (["soon"], ("", False)),
        ([""], ("", False)),
    ],
)
def test_the_order_of_day_and_month_is_told_where_it_is_sure(texts, found):
    assert order_of(texts) == found


@pytest.mark.parametrize(
    ("order", "text", "hour"),
    [
        ("dmy", "31.3.25 12:00", 9),
        ("mdy", "3/31/2025 12:00 AM", 21),
        ("ymd", "2025-03-31T12:00:00+05:00", 7),
        ("ymd", "2025/03/31 12:00 UTC", 12),
        ("unix", "1743422400", 12),
    ],
)
def test_times_without_an_offset_are_in_the_zone_of_the_file(order, text, hour):
    assert reader(order, HEAD.zone)(text).hour == hour
