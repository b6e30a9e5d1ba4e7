"""A row is taken exactly where REST takes the same answer, and means the same."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.design.selectors import Asked, Design, Head
from surveys.imports.mapping import Column, When
from surveys.imports.storing import response_id
from surveys.imports.texts import days_of, number_in
from surveys.imports.times import NoTime, order_of, reader
from surveys.imports.understanding import Line, Understanding
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


def read(reading: Any, *rows: Any) -> Any:
    """Understand rows numbered from 1 in one batch; return a line or flaws for each."""
    batch, amiss = reading.batch(range(1, len(rows) + 1), [list(row) for row in rows])
    found = {flaws[0].row: flaws for flaws in amiss}
    found |= {batch[place].number: batch[place] for place in range(len(batch))}
    return [found[number] for number in range(1, len(rows) + 1)]


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


@given(st.lists(rows, min_size=1, max_size=4))
def test_rows_and_rest_agree(some):
    for row, found in zip(some, read(understanding(), *some), strict=True):
        agree(row, found)


def agree(row, found):
    try:
        expected = Check(HEAD, DESIGN, now=NOW, known=set())(as_rest(row))
    except (Faulty, NoTime):
        assert not isinstance(found, Line)
        return
    assert isinstance(found, Line), found
    assert found.external_id == (expected.external_id or "")
    assert (found.at, found.day) == (expected.answered_at, expected.day)
    assert list(found.segments.names) == expected.segments
    assert found.answers == expected.answers


@given(st.lists(rows, min_size=2, max_size=4))
def test_rows_mean_the_same_alone_and_among_others(some):
    alone = [read(understanding(), row)[0] for row in some]
    for one, among in zip(alone, read(understanding(), *some), strict=True):
        if isinstance(one, Line):
            assert isinstance(among, Line)
            assert one.content == among.content
            assert one.day == among.day
        else:
            assert [flaw[1:] for flaw in one] == [flaw[1:] for flaw in among]


def test_scores_of_a_batch_stand_beside_their_rows():
    row = ["9", "", "words", "", "", "2025-01-01", "", ""]
    batch, _amiss = understanding().batch([1, 2, 3], [row, ["x", *row[1:]], ["", "4", *row[2:]]])
    assert [batch[place].number for place in range(len(batch))] == [1, 3]
    found = [[(one.metric_id, one.score) for one in column] for column in batch.said]
    assert found == [[(7, 9), (None, 0)], [(None, 0), (7, 4)]]


@given(st.lists(st.integers(1_700_000_000, 1_767_000_000), min_size=1))
@pytest.mark.parametrize("zone", ["Europe/Vilnius", "America/Havana", "Asia/Kathmandu"])
def test_days_are_those_of_the_clock(zone, seconds):
    times = [datetime.fromtimestamp(one, UTC) for one in seconds]
    clock = ZoneInfo(zone)
    assert days_of(times, clock) == [at.astimezone(clock).date() for at in times]


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
    good, zero, none, blank, bad = read(one, ["very good "], ["0"], ["N/A"], [" "], ["bad"])
    assert line(good).answers == {"2": 5}
    for nothing in (zero, none, blank):
        [flaw] = flaws(nothing)
        assert flaw.reason == "Nothing was answered in this row."
    assert flaws(bad)[0].reason == "A whole number from 1 to 5, please."


def test_a_ragged_row_is_told_and_empty_cells_behind_the_last_pass():
    row = ["9", "", "", "", "", "2025-01-01", "", ""]
    longer, short, lost = read(understanding(), [*row, "", ""], row[:3], [*row, "lost"])
    assert isinstance(longer, Line)
    [flaw] = short
    assert (flaw.row, flaw.reason) == (2, "This row has 3 cells, the file has 8 columns.")
    assert "9 cells" in lost[0].reason


def test_the_same_content_has_the_same_id_and_its_repetition_another():
    row = ["9", "", "", "", "", "2025-01-01", "", ""]
    line, again = read(understanding(), row, row)
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
