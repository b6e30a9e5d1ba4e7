"""Every n has its rows: answers are narrowed as their cells are."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from surveys.responses.selectors import Wanted, answers, export_rows
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def desk(scope, asked):
    return factories.touchpoint(plan=asked.survey.plan)


@pytest.fixture
def three(asked, desk):
    first = {asked.score.pk: 9, asked.words.pk: "Late (again)!"}
    second = {asked.score.pk: 3, asked.why.pk: ["Price"]}
    return [
        factories.response(asked.survey, first, segments=["LT"], touchpoint_id=desk.pk),
        factories.response(asked.survey, second, answered_at=datetime(2026, 6, 2, tzinfo=UTC)),
        factories.response(factories.survey(plan=asked.survey.plan), {1: "x"}),
    ]


@pytest.mark.parametrize(
    ("narrow", "found"),
    [
        (lambda asked, desk: {}, [0, 1, 2]),
        (lambda asked, desk: {"survey_id": asked.survey.pk}, [0, 1]),
        (lambda asked, desk: {"metric_id": asked.metric.pk}, [0, 1]),
        (lambda asked, desk: {"metric_id": asked.metric.pk, "scores": [9, 10]}, [0]),
        (lambda asked, desk: {"metric_id": asked.metric.pk, "scores": []}, []),
        (lambda asked, desk: {"metric_id": asked.metric.pk, "touchpoint_id": desk.pk}, [0]),
        (lambda asked, desk: {"touchpoint_id": desk.pk}, [0]),
        (lambda asked, desk: {"segment": "LT"}, [0]),
        (lambda asked, desk: {"text": "late (AGAIN"}, [0]),
        (lambda asked, desk: {"text": "price"}, [1]),
        (lambda asked, desk: {"text": '" || true'}, []),
        (lambda asked, desk: {"text": "9"}, []),
        (lambda asked, desk: {"since": date(2026, 6, 2)}, [1]),
        (lambda asked, desk: {"until": date(2026, 6, 1)}, [0, 2]),
    ],
)
def test_answers_are_narrowed(asked, desk, three, narrow, found):
    rows = answers(Wanted(**narrow(asked, desk)))
    assert {row.pk for row in rows} == {three[index].pk for index in found}


def test_a_questions_own_touchpoint_comes_before_the_responses(asked, desk, three):
    asked.score.touchpoint = factories.touchpoint(plan=asked.survey.plan)
    asked.score.save()
    mine = Wanted(metric_id=asked.metric.pk, touchpoint_id=asked.score.touchpoint_id)
    theirs = Wanted(metric_id=asked.metric.pk, touchpoint_id=desk.pk)
    assert (answers(mine).count(), answers(theirs).count()) == (2, 0)


def test_newest_come_first(asked, three):
    assert next(iter(answers(Wanted()))).pk == three[1].pk


def test_a_sheet_never_holds_a_formula(asked):
    words = "=HYPERLINK(1)"
    factories.response(asked.survey, {asked.words.pk: words, asked.score.pk: 9}, segments=["@x"])
    head, line = export_rows([asked.survey], Wanted(), zone=ZoneInfo("UTC"))
    named = dict(zip(head, line, strict=True))
    assert named["Tell us more"] == f"'{words}"
    assert (named["Would you recommend us?"], named["segments"]) == ("9", "'@x")
