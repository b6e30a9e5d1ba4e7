"""The path lists the steps that work, how far each is, and one next useful act."""

import pytest
from django.urls import reverse

from strategy.goals.section import GoalsSection
from strategy.metrics.section import MetricsSection
from strategy.sections import all_sections
from strategy.wizard.selectors import path
from surveys.design.models import Survey
from surveys.section import SurveysSection
from tests import factories
from tests.airline import Skylark, answers, running_cycle, take_in


def smart_goal(cycle, **over):
    metric = factories.metric(plan=cycle.plan)
    said = {
        "statement": "Passengers recommend us to their friends",
        "metric": metric,
        "baseline": 20,
        "target": 30,
        "owner_name": "Maren Okafor",
        "achievable": "New seats are on their way",
        "benefit": "loyalty",
    }
    return factories.goal(cycle=cycle, **{**said, **over})


def test_only_steps_that_work_are_listed_with_their_numbers(scope):
    assert [(one.step, one.slug) for one in all_sections()] == [
        (1, "goals"),
        (2, "audit"),
        (5, "personas"),
        (6, "tactics"),
        (7, "surveys"),
        (8, "metrics"),
    ]


# --- step 1 ---------------------------------------------------------------------------------


def test_without_a_goal_the_first_one_is_the_next_act(scope):
    found = GoalsSection().completeness(running_cycle(scope).plan)
    assert (found.done, found.of, found.is_done) == (0, 2, False)
    assert found.acts[0].words == "Set the first goal"


def test_a_lone_top_goal_lacks_a_child_however_smart(scope):
    cycle = running_cycle(scope)
    smart_goal(cycle)
    found = GoalsSection().completeness(cycle.plan)
    assert (found.done, found.of) == (1, 2)
    assert [act.words for act in found.acts] == ["Add a goal that serves it"]


def test_a_top_goal_and_a_child_both_smart_are_done(scope):
    cycle = running_cycle(scope)
    top = smart_goal(cycle)
    smart_goal(cycle, parent=top, benefit="")
    found = GoalsSection().completeness(cycle.plan)
    assert found.is_done
    assert found.acts == ()


@pytest.mark.parametrize(
    "lack",
    [
        {"statement": "Better"},
        {"target": None},
        {"achievable": ""},
        {"benefit": ""},
        {"owner_name": ""},
    ],
    ids=["specific", "measurable", "achievable", "relevant", "owned"],
)
def test_one_goal_that_is_not_smart_keeps_the_step_open_and_is_named(scope, lack):
    cycle = running_cycle(scope)
    rough = smart_goal(cycle, **lack)
    smart_goal(cycle, parent=rough)
    found = GoalsSection().completeness(cycle.plan)
    assert (found.done, found.of) == (1, 2)
    assert found.acts[0].about == rough.pk


# --- step 7 ---------------------------------------------------------------------------------


def test_a_survey_metric_waits_until_an_open_survey_asks_for_it(scope):
    metric = factories.metric()
    section = SurveysSection()
    assert not section.completeness(metric.plan).is_done
    survey = factories.survey(plan=metric.plan, status=Survey.Status.DRAFT)
    factories.question(survey=survey, metric=metric)
    assert not section.completeness(metric.plan).is_done
    survey.status = Survey.Status.OPEN
    survey.save()
    assert section.completeness(metric.plan).is_done


def test_a_metric_no_survey_can_feed_does_not_wait_for_one(scope):
    metric = factories.metric(kind="duration")
    found = SurveysSection().completeness(metric.plan)
    assert (found.done, found.of) == (0, 1)
    assert found.words == "No metric waits for a survey yet."


# --- step 8 ---------------------------------------------------------------------------------


def test_measuring_is_done_when_every_goal_has_data_in_its_window(scope):
    cycle = running_cycle(scope)
    top = factories.goal(cycle=cycle)
    metric = factories.metric(plan=cycle.plan)
    factories.goal(cycle=cycle, parent=top, metric=metric)
    section = MetricsSection()
    waiting = section.completeness(cycle.plan)
    assert (waiting.done, waiting.of, waiting.acts[0].about) == (0, 1, metric.pk)
    take_in(scope, answers(metric, scope.today(), [(9, 5)]))
    assert section.completeness(cycle.plan).is_done


def test_a_lowest_goal_without_a_metric_is_one_without_data(scope):
    goal = factories.goal(cycle=running_cycle(scope))
    found = MetricsSection().completeness(goal.cycle.plan)
    assert (found.done, found.of, found.acts[0].page) == (0, 1, "goal")


def test_a_figure_under_a_newer_definition_than_the_baseline_counts_for_nothing(scope):
    cycle = running_cycle(scope)
    metric = factories.metric(plan=cycle.plan)
    goal = factories.goal(cycle=cycle, metric=metric, baseline=1, baseline_version=1)
    take_in(scope, answers(metric, scope.today(), [(9, 5)]))
    assert MetricsSection().completeness(cycle.plan).is_done
    goal.state.metric_version = 2
    goal.state.save()
    assert not MetricsSection().completeness(cycle.plan).is_done


# --- the path and its page ------------------------------------------------------------------


def test_there_is_one_next_step_and_it_is_the_first_that_is_not_done(scope):
    cycle = running_cycle(scope)
    smart_goal(cycle, parent=smart_goal(cycle))
    steps = path(cycle.plan, "audit", workspace=scope)
    assert [step.state for step in steps] == ["done", "next", "none", "none", "none", "none"]
    assert [step.current for step in steps] == [False, True, False, False, False, False]


@pytest.mark.parametrize("count", [3, 30])
def test_the_path_costs_the_same_however_many_goals(scope, count, django_assert_num_queries):
    cycle, top = running_cycle(scope), None
    for _ in range(count):
        top = smart_goal(cycle, parent=top, owner=factories.member(scope))
    with django_assert_num_queries(11):
        path(cycle.plan, workspace=scope)


def test_every_member_reads_the_plan_page_and_a_stranger_does_not(scope, cast):
    plan = Skylark(scope).plan
    where = reverse("plan", args=[scope.slug, plan.pk])
    for name in ("owner", "editor", "reviewer", "viewer"):
        html = cast.client(name).get(where).content.decode()
        assert "Set your goals" in html
        assert "Next useful act" in html
    assert cast.client("stranger").get(where).status_code == 404


@pytest.mark.parametrize(
    ("name", "edits", "approves"),
    [
        ("owner", True, True),
        ("editor", True, False),
        ("reviewer", False, True),
        ("viewer", False, False),
    ],
)
def test_the_plan_page_offers_only_what_a_role_may_do(scope, cast, name, edits, approves):
    plan = running_cycle(scope).plan
    html = cast.client(name).get(reverse("plan", args=[scope.slug, plan.pk])).content.decode()
    assert ("Edit the plan" in html) is edits
    assert ("Archive the plan" in html) is edits
    assert ("Approve the plan" in html) is approves
