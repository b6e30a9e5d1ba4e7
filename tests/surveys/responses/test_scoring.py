"""What adds piled up is what a recount makes of the raw rows."""

from datetime import UTC, date, datetime

import pytest

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics import recording
from strategy.metrics.models import Tally
from strategy.metrics.pending import ask_recount
from surveys.design.services import change_question
from surveys.responses.answers import Given
from surveys.responses.models import Response
from surveys.responses.services import delete_response, submit, submit_many
from tests import factories

DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def cells():
    return {
        (cell.metric_id, cell.touchpoint_id, cell.segment, cell.bucket): (cell.n, cell.total)
        for cell in Tally.objects.all()
    }


def differences():
    return recording.differences(recording.slices())


def given(asked, score, **more):
    return Given(answers=[(asked.score.pk, score)], answered_at=NOON, **more)


@pytest.fixture
def answered(scope, asked):
    """Answers by every door: single and many, with touchpoints and segments."""
    desk = factories.touchpoint(plan=asked.survey.plan)
    submit(asked.head, given(asked, 9, touchpoint_id=desk.pk, segment="LT"), via="rest")
    items = [given(asked, score, segments={"age": "60"}) for score in (9, 9, 3)]
    submit_many(asked.head, list(enumerate(items)), via="rest")
    intake.run(scope.pk)
    return asked


def test_adds_and_a_recount_make_the_same_cells(scope, answered):
    by_adds = cells()
    metric = answered.metric.pk
    assert by_adds[metric, None, "", 9] == (3, 27)
    assert by_adds[metric, None, "age=60", 9] == (2, 18)
    assert by_adds[metric, None, "LT", 9] == (1, 9)
    assert differences() == []
    ask_recount(answered.survey.source, [DAY])
    intake.run(scope.pk)
    assert cells() == by_adds


def test_a_deleted_answer_leaves_its_cells(scope, answered):
    delete_response(Response.objects.get(answers={str(answered.score.pk): 3}), by=None)
    intake.run(scope.pk)
    assert (answered.metric.pk, None, "", 3) not in cells()
    assert differences() == []


def test_a_moved_question_takes_its_answers_along(scope, answered):
    desk = factories.touchpoint(plan=answered.survey.plan)
    change_question(answered.score, by=None, touchpoint=desk)
    intake.run(scope.pk)
    assert cells()[answered.metric.pk, desk.pk, "", 9] == (3, 27)


def test_answers_of_a_replaced_question_still_count(scope, answered):
    other = factories.metric(plan=answered.survey.plan)
    new = change_question(answered.score, by=None, metric=other)
    submit(answered.head, Given(answers=[(new.pk, 5)], answered_at=NOON), via="rest")
    intake.run(scope.pk)
    assert cells()[answered.metric.pk, None, "", 9] == (3, 27)
    assert cells()[other.pk, None, "", 5] == (1, 5)


@pytest.mark.parametrize("value", ["9", 11, -1, 9.5, None, [9], True, {"a": 1}])
def test_what_is_no_score_of_the_scale_is_never_counted(scope, asked, value):
    factories.response(asked.survey, {asked.score.pk: value})
    ask_recount(asked.survey.source, [DAY])
    intake.run(scope.pk)
    assert cells() == {}


def test_another_workspaces_rows_are_never_counted(scope, asked):
    with workspace_scope(factories.workspace().pk):
        ask_recount(asked.survey.source, [DAY])
        factories.plan()
    factories.response(asked.survey, {asked.score.pk: 9})
    for workspace_id in recording.workspaces_waiting():
        intake.run(workspace_id)
    with workspace_scope(None):
        assert Tally.unscoped.count() == 0
