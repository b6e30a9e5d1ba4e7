"""Surveys keep their sense: what was answered stays what was asked."""

import pytest
from django.core.exceptions import ValidationError

from cxplanner.base.versions import Stale
from cxplanner.events.models import Event
from strategy.metrics.models import Kind, Pending
from surveys.design.models import Question, Survey
from surveys.design.selectors import survey_design, survey_head
from surveys.design.services import (
    NothingToAsk,
    UnsoundQuestion,
    add_question,
    archive_question,
    archive_survey,
    change_question,
    change_survey,
    close_survey,
    create_survey,
    move_question,
    open_survey,
    reopen_survey,
)
from tests import factories

RECOMMEND = {"kind": "nps", "text": "Would you recommend us?"}
WHY = {"kind": "open", "text": "Why?"}


def asked(survey):
    return list(survey.questions.filter(archived_at__isnull=True))


def design(survey):
    head = survey_head(survey.token)
    assert head is not None
    return survey_design(head)


@pytest.fixture
def survey(scope):
    return create_survey(factories.plan(), name="Visit", by=None, questions=[RECOMMEND, WHY])


def test_questions_keep_the_order_they_were_given(survey):
    assert [question.text for question in asked(survey)] == [RECOMMEND["text"], WHY["text"]]


def test_a_recommendation_question_runs_from_0_to_10(survey):
    question = asked(survey)[0]
    assert (question.scale_min, question.scale_max) == (0, 10)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({**RECOMMEND, "scale_min": 1, "scale_max": 10}, "scale_min"),
        ({"kind": "csat", "text": "x", "scale_min": 5, "scale_max": 1}, "scale_max"),
        ({"kind": "csat", "text": "x", "scale_min": 1}, "scale_max"),
        ({"kind": "choice", "text": "x", "choices": ["only one"]}, "choices"),
        ({"kind": "choice", "text": "x", "choices": ["same", "same"]}, "choices"),
        ({"kind": "nonsense", "text": "x"}, "kind"),
        ({"kind": "open", "text": ""}, "text"),
    ],
)
def test_an_unsound_question_is_refused_at_its_place(scope, fields, field):
    with pytest.raises(UnsoundQuestion) as refused:
        create_survey(factories.plan(), name="x", by=None, questions=[WHY, fields])
    assert refused.value.place == 1
    assert field in refused.value.error.message_dict


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("csat", {"kind": Kind.NPS}),
        ("nps", {"kind": Kind.CSAT}),
        ("open", {"kind": Kind.NPS}),
        ("csat", {"kind": Kind.DURATION}),
    ],
)
def test_a_question_feeds_only_a_metric_of_its_kind(scope, question, metric):
    plan = factories.plan()
    fields = {"kind": question, "text": "x", "metric": factories.metric(plan=plan, **metric)}
    with pytest.raises(UnsoundQuestion) as refused:
        create_survey(plan, name="x", by=None, questions=[fields])
    assert "metric" in refused.value.error.message_dict


def test_five_and_seven_point_effort_are_never_averaged_together(scope):
    plan = factories.plan()
    five = factories.metric(plan=plan, kind=Kind.CES)
    fields = {"kind": "ces", "text": "x", "scale_min": 1, "scale_max": 7, "metric": five}
    with pytest.raises(UnsoundQuestion):
        create_survey(plan, name="x", by=None, questions=[fields])


def test_a_question_without_scale_takes_its_metrics(scope):
    plan = factories.plan()
    seven = factories.metric(plan=plan, kind=Kind.CES, scale_min=1, scale_max=7)
    survey = create_survey(
        plan, name="x", by=None, questions=[{"kind": "ces", "text": "x", "metric": seven}]
    )
    assert asked(survey)[0].scale_max == 7


def test_a_metric_of_another_plan_is_refused(scope):
    metric = factories.metric()
    with pytest.raises(UnsoundQuestion):
        create_survey(
            factories.plan(), name="x", by=None, questions=[{**RECOMMEND, "metric": metric}]
        )


def test_a_survey_without_questions_cannot_open(scope):
    with pytest.raises(NothingToAsk):
        create_survey(factories.plan(), name="x", by=None, status=Survey.Status.OPEN)


def test_an_open_survey_keeps_a_question(survey):
    survey = open_survey(survey, by=None)
    first, second = asked(survey)
    archive_question(first, by=None)
    with pytest.raises(NothingToAsk):
        archive_question(second, by=None)


def test_opening_closing_and_reopening_are_told(survey):
    opened = open_survey(survey, by=None)
    assert (opened.status, opened.closed_at) == ("open", None)
    assert close_survey(opened, by=None).closed_at is not None
    assert reopen_survey(opened, by=None).closed_at is None
    names = [event.name for event in Event.objects.order_by("id")]
    assert names == ["survey.created", "survey.opened", "survey.closed", "survey.reopened"]


def test_an_opened_survey_is_no_draft_again(survey):
    with pytest.raises(ValidationError):
        change_survey(open_survey(survey, by=None), by=None, status=Survey.Status.DRAFT)


@pytest.mark.parametrize(
    "write",
    [
        lambda survey: change_survey(survey, by=None, name="Other"),
        lambda survey: add_question(survey, by=None, **WHY),
        lambda survey: change_question(asked(survey)[0], by=None, text="Other"),
        lambda survey: move_question(asked(survey)[0], to=1, by=None),
        lambda survey: archive_question(asked(survey)[0], by=None),
        lambda survey: open_survey(survey, by=None),
        lambda survey: archive_survey(survey, by=None),
    ],
    ids=["change", "add", "change question", "move", "archive question", "open", "archive"],
)
def test_every_write_makes_a_new_version_of_the_design(survey, write):
    write(survey)
    fresh = Survey.objects.get(pk=survey.pk)
    assert fresh.design_version == survey.design_version + 1
    assert fresh.version == survey.version + 1


def test_two_people_who_change_a_survey_do_not_overwrite_each_other(survey):
    change_survey(survey, by=None, expected_version=survey.version, name="Mine")
    with pytest.raises(Stale):
        change_survey(survey, by=None, expected_version=survey.version, name="Theirs")


def test_a_question_moves_to_its_place(survey):
    move_question(asked(survey)[0], to=9, by=None)
    assert [question.text for question in asked(survey)] == [WHY["text"], RECOMMEND["text"]]


def test_a_list_of_questions_keeps_changes_adds_and_archives(survey):
    first, second = asked(survey)
    new = {"kind": "csat", "text": "How was it?"}
    change_survey(survey, by=None, questions=[new, {"id": first.pk, "text": "Recommend?"}])
    assert [question.text for question in asked(survey)] == ["How was it?", "Recommend?"]
    assert asked(survey)[1].pk == first.pk
    second.refresh_from_db()
    assert second.archived_at is not None


def test_a_question_of_another_survey_is_not_taken_over(survey):
    other = factories.question(survey=factories.survey(plan=survey.plan))
    with pytest.raises(UnsoundQuestion):
        change_survey(survey, by=None, questions=[{"id": other.pk, "text": "x"}])


class TestAnswered:
    """A question somebody has answered."""

    @pytest.fixture
    def question(self, survey):
        question = asked(survey)[0]
        factories.response(survey, {question.pk: 9})
        return question

    def test_its_words_change_in_place(self, question):
        assert change_question(question, by=None, text="Recommend?").pk == question.pk

    @pytest.mark.parametrize("change", [{"kind": "csat", "scale_min": 1, "scale_max": 5}])
    def test_its_meaning_does_not_change_but_is_asked_anew(self, question, change):
        new = change_question(question, by=None, **change)
        assert new.replaces_id == question.pk
        old = Question.objects.get(pk=question.pk)
        assert (old.kind, old.archived_at is not None) == ("nps", True)
        assert new.position == old.position

    def test_another_metric_makes_it_a_new_question(self, survey, question):
        plan = survey.plan
        tied = change_question(question, by=None, metric=factories.metric(plan=plan))
        assert tied.pk == question.pk
        moved = change_question(tied, by=None, metric=factories.metric(plan=plan))
        assert moved.pk != question.pk

    @pytest.mark.parametrize("tie", ["metric", "touchpoint"])
    def test_a_new_tie_counts_its_days_again_now_and_after_the_longest_request(
        self, survey, question, tie
    ):
        row = getattr(factories, tie)(plan=survey.plan)
        change_question(question, by=None, **{tie: row})
        asked_for = Pending.objects.filter(day="2026-06-01", metric_id=None)
        assert {one.source for one in asked_for} == {survey.source}
        assert sorted(one.not_before is not None for one in asked_for) == [False, True]


def test_the_design_in_memory_follows_every_change(survey):
    before = design(survey)
    assert design(survey) is before
    change_question(asked(survey)[0], by=None, text="Recommend?")
    after = design(survey)
    assert (before.questions[0].text, after.questions[0].text) == (RECOMMEND["text"], "Recommend?")


def test_the_design_in_memory_follows_the_plans_segments(survey):
    assert design(survey).segments == {}
    plan = survey.plan
    plan.segments = {"country": ["LT"]}
    plan.edit(expected_version=None)
    plan.save()
    segments = design(survey).segments
    assert segments == {"country": frozenset({"LT"})}
