"""What a response may hold."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from surveys.design.selectors import Asked, Design, Head
from surveys.responses.answers import LONGEST_TEXT, Check, Faulty, Given

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEAD = Head(1, 1, 1, "open", 1, 1, "Europe/Vilnius", None, is_archived=False)
PLAIN = {"is_required": False, "low_label": "", "high_label": "", "touchpoint_id": None}


def question(pk, kind, **over):
    own = {"low": None, "high": None, "choices": (), "is_multiple": False, "metric_id": None}
    return Asked(id=pk, kind=kind, text="?", archived_at=None, **{**PLAIN, **own, **over})


QUESTIONS = [
    question(1, "nps", low=0, high=10, metric_id=7),
    question(2, "choice", choices=("Price", "Staff")),
    question(3, "choice", choices=("Price", "Staff"), is_multiple=True),
    question(4, "open"),
    question(5, "csat", low=1, high=5, metric_id=8, touchpoint_id=70),
]


def design(segments=None):
    return Design(
        survey_id=1,
        version=1,
        name="x",
        brand="x",
        introduction="",
        thanks="",
        language="en",
        is_anonymous=False,
        many_per_browser=False,
        questions=tuple(QUESTIONS),
        by_id={one.id: one for one in QUESTIONS},
        segments={name: frozenset(values) for name, values in (segments or {}).items()},
    )


def taken(*answers, segments_declared=None, **more):
    given = Given(answers=answers or [(1, 9)], **more)
    return Check(HEAD, design(segments_declared), now=NOW, known={71})(given)


def faults(*answers, **more):
    with pytest.raises(Faulty) as refused:
        taken(*answers, **more)
    return [fault.path for fault in refused.value.faults]


@pytest.mark.parametrize("value", [-1, 11, 9.5, "9", "nine", True, [9], float("nan"), 10**400])
def test_a_score_is_a_whole_number_of_its_scale(value):
    assert faults((1, value)) == [("answers", 0, "value")]


def test_a_whole_number_may_be_written_with_a_point():
    assert taken((1, 9.0)).answers == {"1": 9}


def test_both_ends_of_a_scale_are_scores():
    assert [taken((1, end)).scores[0].score for end in (0, 10)] == [0, 10]


@pytest.mark.parametrize("value", ["Food", ["Price", "Food"], ["Price", "Staff"], 1, [1], [["x"]]])
def test_one_choice_is_one_of_the_choices(value):
    assert faults((2, value)) == [("answers", 0, "value")]


def test_choices_are_kept_as_a_list():
    assert taken((2, "Price"), (3, ["Staff", "Staff", "Price"])).answers == {
        "2": ["Price"],
        "3": ["Staff", "Price"],
    }


@pytest.mark.parametrize("value", [5, ["words"], "x" * (LONGEST_TEXT + 1), "half \ud83d"])
def test_words_are_text_of_a_bearable_length(value):
    assert faults((4, value)) == [("answers", 0, "value")]


def test_nul_is_left_out_of_words():
    assert taken((4, "a\x00b ")).answers == {"4": "ab"}


def test_every_fault_is_told_at_once():
    found = faults((1, 11), (99, 1), (1, 9), (5, 9), external_id="", touchpoint_id=70)
    assert found == [
        ("answers", 0, "value"),
        ("answers", 1, "question"),
        ("answers", 3, "value"),
        ("external_id",),
        ("touchpoint",),
    ]


def test_one_question_is_answered_once():
    assert faults((1, 9), (1, 9)) == [("answers", 1, "question")]


@pytest.mark.parametrize("answers", [[(4, "  ")], [(4, None), (1, None)]])
def test_nothing_answered_is_no_answer(answers):
    assert faults(*answers) == [("answers",)]


@pytest.mark.parametrize(
    "at",
    [
        datetime(1999, 12, 31, 23, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))),
        NOW + timedelta(minutes=5, seconds=1),
        datetime(2026, 5, 1),  # noqa: DTZ001  # the naive time is what is tested
    ],
)
def test_a_time_out_of_reach_or_without_offset_is_refused(at):
    assert faults(answered_at=at) == [("answered_at",)]


def test_a_clock_may_be_five_minutes_ahead():
    assert taken(answered_at=NOW + timedelta(minutes=5)).answered_at > NOW


def test_the_day_is_the_workspaces():
    late = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert taken(answered_at=late).day.isoformat() == "2026-06-01"


def test_a_score_counts_at_the_questions_touchpoint_before_the_responses():
    found = taken((1, 9), (5, 4), touchpoint_id=71)
    assert [(one.metric_id, one.touchpoint_id) for one in found.scores] == [(7, 71), (8, 70)]


DECLARED = {"country": ["LT", "LV"], "plan": ["gold"]}


@pytest.mark.parametrize(
    ("declared", "given", "kept"),
    [
        (None, {"segment": " VIP "}, ["VIP"]),
        (None, {"segments": {"country": "LT", "plan": "gold"}}, ["country=LT", "plan=gold"]),
        (DECLARED, {"segment": "LT"}, ["country=LT"]),
        (DECLARED, {"segment": "country=LT"}, ["country=LT"]),
        (DECLARED, {"segment": "FR"}, ["other"]),
        (DECLARED, {"segments": {"country": "FR", "plan": "gold"}}, ["country=other", "plan=gold"]),
        (DECLARED, {"segments": {"shoe": "42"}}, ["other"]),
        (DECLARED, {"segments": {"country": ""}}, []),
    ],
)
def test_segments_are_spelled_one_way(declared, given, kept):
    assert taken(segments_declared=declared, **given).segments == kept


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"segment": "x" * 121}, "segment"),
        ({"segment": "\ud800"}, "segment"),
        ({"segments": {str(n): "x" for n in range(4)}}, "segments"),
        ({"segments": {"n" * 60: "v" * 60}}, "segments"),
    ],
)
def test_segments_have_a_measure(given, where):
    assert faults(**given) == [(where,)]


@pytest.mark.parametrize("external_id", ["", "x" * 101, "a\x00b", "a\ud800"])
def test_an_external_id_is_short_and_printable(external_id):
    assert faults(external_id=external_id) == [("external_id",)]
