"""An answer is written once, with what it adds, and everything else is counted again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cxplanner.accounts.models import Workspace
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Event as Happened
from strategy.metrics.models import Pending
from surveys.design.selectors import survey_design, survey_head
from surveys.design.services import change_question, close_survey
from surveys.responses.answers import Check, Faulty, Given
from surveys.responses.models import Response
from surveys.responses.recording import record_many, record_one
from surveys.responses.services import (
    AnsweredDifferently,
    NothingTaken,
    NotOpen,
    delete_response,
    edit_response,
    submit,
    submit_many,
)
from tests import factories
from tests.surveys.responses.conftest import make_asked

pytestmark = pytest.mark.usefixtures("scope")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def given(asked, score=9, **more):
    return Given(answers=[(asked.score.pk, score)], **more)


def adds():
    return list(Pending.objects.filter(metric_id__isnull=False).order_by("id"))


def recounts():
    return {(row.source, row.day) for row in Pending.objects.filter(metric_id__isnull=True)}


def test_an_answer_adds_its_score_once(asked):
    receipt = submit(asked.head, given(asked, answered_at=NOON, segment="LT"), via="rest")
    row = Response.objects.get()
    assert receipt.fresh
    assert (row.pk, row.answers) == (receipt.id, {str(asked.score.pk): 9})
    [add] = adds()
    assert (add.source, add.day) == (asked.survey.source, date(2026, 6, 1))
    assert (add.metric_id, add.touchpoint_id, add.segments) == (asked.metric.pk, None, ["LT"])
    assert (add.bucket, add.n, add.total, add.squares) == (9, 1, 9, 81)


def test_an_answer_that_feeds_no_metric_adds_nothing(asked):
    submit(asked.head, Given(answers=[(asked.words.pk, "Fine")]), via="rest")
    assert (Response.objects.count(), adds()) == (1, [])


def test_a_retry_counts_once_and_gets_the_first_id(asked):
    first = submit(asked.head, given(asked, external_id="a"), via="rest")
    again = submit(asked.head, given(asked, external_id="a"), via="rest")
    assert (again.id, again.fresh) == (first.id, False)
    assert (Response.objects.count(), len(adds())) == (1, 1)


def test_other_content_under_a_known_id_is_a_conflict(asked):
    submit(asked.head, given(asked, 9, external_id="a"), via="rest")
    with pytest.raises(AnsweredDifferently):
        submit(asked.head, given(asked, 3, external_id="a"), via="rest")
    assert Response.objects.get().answers == {str(asked.score.pk): 9}


def test_an_update_replaces_and_counts_both_days_again(asked):
    submit(asked.head, given(asked, 9, external_id="a", answered_at=NOON), via="rest")
    later = given(asked, 3, external_id="a", answered_at=NOON + timedelta(days=1))
    submit(asked.head, later, via="rest", update=True)
    assert Response.objects.get().answers == {str(asked.score.pk): 3}
    source = asked.survey.source
    assert recounts() == {(source, date(2026, 6, 1)), (source, date(2026, 6, 2))}
    assert len(adds()) == 1


def test_the_same_external_id_in_another_survey_is_another_answer(asked):
    other = make_asked()
    submit(asked.head, given(asked, external_id="a"), via="rest")
    assert submit(other.head, given(other, external_id="a"), via="rest").fresh


def test_the_day_is_that_of_the_workspaces_clock(asked, workspace):
    Workspace.objects.filter(pk=workspace.pk).update(time_zone="Pacific/Auckland")
    submit(asked.head, given(asked, answered_at=NOON), via="rest")
    assert Response.objects.get().day == date(2026, 6, 2)


def test_a_score_counts_at_its_questions_touchpoint_or_else_the_responses(asked):
    desk = factories.touchpoint(plan=asked.survey.plan)
    submit(asked.head, given(asked, touchpoint_id=desk.pk), via="rest")
    assert [add.touchpoint_id for add in adds()] == [desk.pk]


def test_a_touchpoint_of_another_plan_is_refused(asked):
    with pytest.raises(Faulty):
        submit(asked.head, given(asked, touchpoint_id=factories.touchpoint().pk), via="rest")


def test_a_closed_survey_takes_only_what_was_answered_before(asked):
    close_survey(asked.survey, by=None)
    now = timezone.now()
    submit(asked.head, given(asked, answered_at=now - timedelta(hours=1)), via="rest")
    for late in (None, now + timedelta(minutes=1)):
        with pytest.raises(NotOpen):
            submit(asked.head, given(asked, answered_at=late), via="rest")
    assert Response.objects.count() == 1


def test_a_survey_closed_since_it_was_read_takes_nothing(asked):
    head = asked.head
    close_survey(asked.survey, by=None)
    with pytest.raises(NotOpen):
        submit(head, given(asked), via="rest")
    assert (Response.objects.count(), adds()) == (0, [])


def test_a_tie_changed_since_the_survey_was_read_is_the_one_that_counts(asked):
    head = asked.head
    desk = factories.touchpoint(plan=asked.survey.plan)
    change_question(asked.score, by=None, touchpoint=desk)
    assert submit(head, given(asked), via="rest").fresh
    assert [add.touchpoint_id for add in adds()] == [desk.pk]


def test_a_clock_moved_since_the_survey_was_read_decides_the_day(asked, workspace):
    head = asked.head
    Workspace.objects.filter(pk=workspace.pk).update(time_zone="Pacific/Auckland")
    submit(head, given(asked, answered_at=NOON), via="rest")
    assert Response.objects.get().day == date(2026, 6, 2)


def test_a_draft_takes_nothing(asked):
    draft = factories.survey(plan=asked.survey.plan, status="draft")
    question = factories.question(survey=draft)
    head = survey_head(draft.token)
    assert head is not None
    with pytest.raises(NotOpen):
        submit(head, Given(answers=[(question.pk, 9)]), via="rest")


def test_a_deleted_answer_leaves_a_recount_and_a_trace_without_content(asked):
    receipt = submit(asked.head, given(asked, answered_at=NOON), via="rest")
    delete_response(Response.objects.get(pk=receipt.id), by=None)
    assert recounts() == {(asked.survey.source, date(2026, 6, 1))}
    assert Happened.objects.get(name="response.deleted").data == {"day": "2026-06-01"}


def test_an_edited_answer_is_counted_again(asked):
    receipt = submit(asked.head, given(asked, 9, answered_at=NOON), via="rest")
    edit_response(Response.objects.get(pk=receipt.id), given(asked, 2), head=asked.head, by=None)
    row = Response.objects.get()
    assert (row.answers, row.answered_at) == ({str(asked.score.pk): 2}, NOON)
    assert recounts() == {(asked.survey.source, date(2026, 6, 1))}


class TestMany:
    """Many answers in one call."""

    def send(self, asked, items, **how):
        return submit_many(asked.head, list(enumerate(items)), via="rest", **how)

    def test_adds_are_summed_per_cell(self, asked):
        items = [given(asked, score, answered_at=NOON) for score in (9, 9, 3)]
        outcome = self.send(asked, items)
        assert (outcome.accepted, Response.objects.count()) == (3, 3)
        found = sorted((add.bucket, add.n, add.total, add.squares) for add in adds())
        assert found == [(3, 1, 3, 9), (9, 2, 18, 162)]

    def test_the_first_of_an_external_id_in_a_call_wins(self, asked):
        items = [given(asked, score, external_id="a") for score in (9, 9, 3)]
        outcome = self.send(asked, items)
        assert (outcome.accepted, outcome.duplicates) == (1, 1)
        assert [found.index for found in outcome.faults] == [2]
        assert outcome.ids[0] == outcome.ids[1] == Response.objects.get().pk

    def test_a_repeated_call_counts_nothing_and_names_the_first_ids(self, asked):
        items = [given(asked, 9, external_id="a"), given(asked, 8, external_id="b")]
        first, again = self.send(asked, items), self.send(asked, items)
        assert (again.accepted, again.duplicates, again.ids) == (0, 2, first.ids)
        assert sum(add.n for add in adds()) == 2

    def test_an_update_replaces_known_ones(self, asked):
        self.send(asked, [given(asked, 9, external_id="a", answered_at=NOON)])
        outcome = self.send(asked, [given(asked, 1, external_id="a")], update=True)
        assert (outcome.accepted, outcome.faults) == (1, [])
        assert recounts() == {(asked.survey.source, date(2026, 6, 1))}

    def test_all_or_none_writes_none_when_one_is_wrong(self, asked):
        with pytest.raises(NothingTaken) as refused:
            self.send(asked, [given(asked, 9), given(asked, 11)], atomic=True)
        assert [found.index for found in refused.value.faults] == [1]
        assert (Response.objects.count(), adds()) == (0, [])

    def test_a_closed_survey_takes_earlier_ones(self, asked):
        close_survey(asked.survey, by=None)
        outcome = self.send(asked, [given(asked), given(asked, answered_at=NOON)])
        assert (outcome.accepted, [found.index for found in outcome.faults]) == (1, [0])


@pytest.mark.parametrize("send", ["one", "many"])
@pytest.mark.django_db(transaction=True)
def test_no_answer_outlives_its_survey_however_late_it_came(db, send):
    with workspace_scope(factories.workspace().pk):
        asked = make_asked()
        head, taken, late = asked.head, checked(asked), checked(asked)
    workspace_id, sent = asked.survey.workspace_id, Event()

    def answer():
        try:
            with workspace_scope(workspace_id), transaction.atomic():
                if send == "one":
                    assert record_one(head, taken, via="rest")
                else:
                    assert record_many(head, [taken], via="rest")
                sent.set()
                wait_until_somebody_waits()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, workspace_scope(workspace_id):
        answering = pool.submit(answer)
        assert sent.wait(20)
        asked.survey.delete()
        answering.result()
        assert not Response.objects.exists()
        assert record_one(head, late, via="rest") is False
        assert record_many(head, [late], via="rest") is False


def checked(asked):
    return Check(asked.head, survey_design(asked.head), now=timezone.now(), known=set())(
        given(asked)
    )


def wait_until_somebody_waits():
    """Return once another session waits for a lock."""
    with connection.cursor() as cursor:
        for _attempt in range(2_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
            sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("send", ["one", "many"])
@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_with_one_external_id_count_once(db, send):
    with workspace_scope(factories.workspace().pk):
        asked = make_asked()
    workspace_id, together = asked.survey.workspace_id, Barrier(2)

    def call(_number):
        try:
            with workspace_scope(workspace_id):
                head, one = asked.head, given(asked, external_id="a")
                together.wait()
                if send == "one":
                    return submit(head, one, via="rest").id
                return submit_many(head, [(0, one)], via="rest").ids[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ids = set(pool.map(call, range(2)))
    with workspace_scope(workspace_id):
        assert ids == {Response.objects.get().pk}
        assert sum(add.n for add in adds()) == 1
