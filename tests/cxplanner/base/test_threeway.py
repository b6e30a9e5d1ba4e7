"""What two versions come to: nobody's sole change is lost, equal changes are no conflict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplanner.base.threeway import Side, changed_by, woven

VALUES = st.integers(0, 3)
WORDS = st.lists(st.sampled_from(["raise", "our", "NPS", "by", "ten", "points", "نرخ"]), max_size=8)
TEXTS = WORDS.map(" ".join)


@given(base=VALUES, theirs=VALUES, mine=VALUES)
def test_only_different_changes_of_both_need_a_decision(base, theirs, mine):
    side = changed_by(base, theirs, mine)
    assert (side is Side.OPEN) == (theirs != base and mine != base and theirs != mine)
    assert (side is Side.THEIRS) == (theirs != base and mine == base)
    assert (side is Side.MINE) == (mine != base and theirs == base)
    assert (side is Side.NOBODY) == (base == theirs == mine)


@given(base=TEXTS, mine=TEXTS)
def test_a_sole_change_of_words_stands_as_it_was_written(base, mine):
    assert woven(base, base, mine) == mine
    assert woven(base, mine, base) == mine


@given(base=TEXTS, said=TEXTS)
def test_the_same_change_made_twice_is_made_once(base, said):
    assert woven(base, said, said) == said
    assert changed_by(base, said, said) in (Side.BOTH, Side.NOBODY)


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
def test_who_came_first_makes_no_difference(base, theirs, mine):
    assert woven(base, theirs, mine) == woven(base, mine, theirs)


@given(before=WORDS, after=WORDS)
def test_words_at_both_ends_come_together(before, after):
    base = "one two three four five"
    theirs, mine = " ".join([*before, base]), " ".join([base, *after])
    assert woven(base, theirs, mine) == " ".join([*before, base, *after])


@pytest.mark.parametrize(
    ("theirs", "mine", "together"),
    [
        (
            "Raise our NPS by ten points",
            "Raise the NPS by twelve points",
            "Raise our NPS by twelve points",
        ),
        (
            "Raise the NPS by twelve points",
            "Lift the NPS by ten points",
            "Lift the NPS by twelve points",
        ),
        ("Raise the NPS by nine points", "Raise the NPS by twelve points", None),
        ("Raise the NPS", "Raise the NPS by at least ten points", None),
    ],
)
def test_two_sentences_become_one_where_they_changed_different_words(theirs, mine, together):
    base = "Raise the NPS by ten points"
    assert woven(base, theirs, mine) == together
