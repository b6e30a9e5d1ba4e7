"""What differs between two versions is told word by word, and nothing is lost in the telling."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplanner.base.differences import FieldDifference, Piece, fields, words

TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(["the", "cabin", "crew", "is", " ", "\n", ",", "آب"]), max_size=60
    ).map("".join),
)


def told(before: str, after: str) -> str:
    """Write what words() found as [-gone-]{+new+}."""
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in words(before, after))


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts_again(before, after):
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert all(piece.text for piece in pieces)


@given(TEXTS)
def test_equal_texts_differ_in_nothing(text):
    assert words(text, text) == ([Piece("same", text)] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "Raise our NPS to 40 by June",
            "Raise our NPS to 35 by July",
            "Raise our NPS to [-40-]{+35+} by [-June-]{+July+}",
        ),
        ("the red car", "a blue bus", "[-the red car-]{+a blue bus+}"),
        ("", "new words", "{+new words+}"),
        ("old words", "", "[-old words-]"),
        ("Calm crews.", "Calm, rested crews.", "Calm{+, rested+} crews."),
        ("رضایت مسافران بالا", "رضایت مشتریان بالا", "رضایت [-مسافران-]{+مشتریان+} بالا"),
        ("می‌خواهم بروم", "می‌خواهیم بروم", "[-می‌خواهم-]{+می‌خواهیم+} بروم"),
        ("顧客満足", "顧客体験", "顧客[-満足-]{+体験+}"),
        ("naïve café", "naïve cafe", "naïve [-café-]{+cafe+}"),
        ("one\ntwo\n", "one\nthree\n", "one\n[-two-]{+three+}\n"),
    ],
)
def test_a_text_tells_which_words_are_gone_and_which_are_new(before, after, expected):
    assert told(before, after) == expected


@pytest.mark.parametrize(
    "long", ["word " * 50_000, "".join(f"w{n} " for n in range(50_000)), "line of text\n" * 20_000]
)
def test_very_long_texts_are_compared_in_a_moment(long):
    begun = time.monotonic()
    pieces = words(long, long.replace("w", "v", 1) + "end")
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == long
    assert time.monotonic() - begun < 5


def test_only_fields_that_differ_are_told_in_the_order_asked_for():
    before = {"name": "Skylark", "target": 40, "note": None, "same": 1}
    after = {"name": "Skylark Air", "target": 35, "note": None, "same": 1, "more": "x"}
    assert fields(before, after, ["target", "name", "note", "same", "more"]) == [
        FieldDifference("target", 40, 35),
        FieldDifference("name", "Skylark", "Skylark Air"),
        FieldDifference("more", None, "x"),
    ]


def test_a_field_tells_its_words():
    assert FieldDifference("name", "Skylark", "Skylark Air").pieces == [
        Piece("same", "Skylark"),
        Piece("new", " Air"),
    ]
    assert FieldDifference("target", None, 35).pieces == [Piece("new", "35")]
