"""What spreadsheets copy is read cell by cell, with the lines and quotes inside cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplanner.base.pasted import rows_of, text_of
from cxplanner.base.sheets import as_written, csv_lines, safe_cell

WORDS = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\t\n\tb", [["a", ""], ["", "b"]]),
        ('"two\nlines"\tb', [["two\nlines", "b"]]),
        ('"say ""yes"""\tb', [['say "yes"', "b"]]),
        ('"Great" crew\tb', [['"Great" crew', "b"]]),
        ('5" screen\tb', [['5" screen', "b"]]),
        ('"never closed\tb\nc', [['"never closed', "b"], ["c"]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
        ('""\tb', [["", "b"]]),
    ],
)
def test_rows_are_read_as_they_were_copied(text, rows):
    assert list(rows_of(text)) == rows


@given(st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=4))
def test_what_is_written_is_read_again(rows):
    assert list(rows_of(text_of(rows))) == rows


@given(st.text())
def test_safe_words_are_no_formula_and_come_back(text):
    safe = safe_cell(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_written(safe) == text


def test_a_sheet_begins_with_the_mark_of_utf_8():
    assert "".join(csv_lines([["a", "b,c"]])) == '\ufeffa,"b,c"\r\n'
