"""Names behind an @ are read out of words, and words are cut into parts without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplanner.events.comments.mentions import Nobody, Person, Several, mentions_in, parts_of

PEOPLE = [
    Person(1, "Ann", "ann@a.example"),
    Person(2, "Ann Lee", "lee@a.example"),
    Person(3, "مریم", "maryam@a.example"),
    Person(4, "Bo", "bo@a.example"),
    Person(5, "Bo", "bo2@a.example"),
]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("nobody", []),
        ("@Ann, look", [1]),
        ("@ann lee's idea", [2]),
        ("(@Ann Lee) and @Ann", [2, 1]),
        ("@lee@a.example.", [2]),
        ("write to info@ann.example", []),
        ("سلام @مریم جان", [3]),
        ("5 @ 3 euros", []),
        ("@Ann @Ann", [1]),
        ("see https://x.example/@Ann", []),
    ],
)
def test_the_longest_name_that_stands_there_whole_is_meant(text, members):
    assert [one["member"] for one in mentions_in(text, PEOPLE)] == members


@pytest.mark.parametrize(("text", "name"), [("@Annabel", "Annabel"), ("hi @zoe.", "zoe")])
def test_a_name_of_nobody_is_told(text, name):
    with pytest.raises(Nobody) as refused:
        mentions_in(text, PEOPLE)
    assert refused.value.words == name


def test_a_name_of_several_is_told():
    with pytest.raises(Several):
        mentions_in("@Bo", PEOPLE)
    assert mentions_in("@bo2@a.example", PEOPLE)[0]["member"] == 5


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://a.example/x(1).", ["https://a.example/x(1)"]),
        ("(http://a.example)", ["http://a.example"]),
        ("javascript:alert(1) data:x ftp://a", []),
        ("https://", []),
    ],
)
def test_only_addresses_of_the_web_are_links(text, urls):
    assert [part.url for part in parts_of(text, []) if part.url] == urls


@given(st.text(alphabet="@Ann Le.:/htps<>\"'()é\n", max_size=80))
def test_parts_together_are_the_text(text):
    mentions = [{"member": 2, "words": "Ann Lee"}, {"member": 1, "words": "ann"}]
    parts = parts_of(text, mentions)
    assert "".join(part.text for part in parts) == text
    assert all(part.url == "" or part.url.startswith(("http://", "https://")) for part in parts)
