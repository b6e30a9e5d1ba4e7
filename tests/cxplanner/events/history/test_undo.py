"""An act is taken back whole while nobody changed its rows since; else it says who did."""

from datetime import date, timedelta

import pytest

from cxplanner.base.history import acting, versions_of
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.selectors import last_act, last_undo
from cxplanner.events.history.services import (
    AlreadyUndone,
    CannotReturn,
    ChangedSince,
    NoSuchAct,
    undo,
)
from cxplanner.events.models import Event
from strategy.goals import services as goals
from strategy.goals.models import Goal, GoalState
from strategy.metrics import services as metrics
from strategy.metrics.models import Metric, MetricVersion, Pending
from strategy.plans.models import Plan
from strategy.plans.services import CycleClosed, approve_plan, change_plan, create_plan, delete_plan
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.services import create_touchpoint, move_touchpoint
from surveys.design import services as surveys
from surveys.design.models import Question, Survey
from tests import factories
from tests.acting import act_of


@pytest.fixture
def tree(scope):
    """A top goal with two below, and another top goal."""
    cycle = factories.cycle()
    top = factories.goal(cycle=cycle, statement="Top")
    first = factories.goal(cycle=cycle, parent=top, statement="First", position=0)
    second = factories.goal(cycle=cycle, parent=top, statement="Second", position=1)
    other = factories.goal(cycle=cycle, statement="Other", position=1)
    return top, first, second, other


def picture():
    """Return all goals as people see them, without their edit versions."""
    left_out = {"_state", "version", "updated_at"}
    return {
        goal.pk: {key: value for key, value in vars(goal).items() if key not in left_out}
        for goal in Goal.objects.all()
    }


def test_a_move_is_undone_with_the_siblings_it_pushed(cast, tree):
    top, _first, _second, other = tree
    before = picture()
    with act_of(cast.editor) as act:
        goals.move_goal(other, parent=top, position=0, by=cast.editor)
    assert picture() != before
    with act_of(cast.editor):
        undone = undo(act, by=cast.editor)
    assert picture() == before
    assert (undone.what, undone.name) == ("goal.moved", "Other")


def test_archiving_a_branch_is_one_act_and_is_undone_as_one(cast, tree):
    before = picture()
    with act_of(cast.editor) as act:
        goals.archive_goal(tree[0], by=cast.editor)
    assert Goal.objects.exclude(archived_at=None).count() == 3
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    assert picture() == before


def test_an_edit_version_moves_on_with_an_undo_and_never_back(cast, tree):
    top, first, second, _other = tree
    with act_of(cast.editor) as act:
        goals.move_goal(second, parent=top, position=0, by=cast.editor)
    moved, pushed = (Goal.objects.get(pk=one.pk).version for one in (second, first))
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    assert Goal.objects.get(pk=second.pk).version == moved + 1
    assert Goal.objects.get(pk=first.pk).version == pushed, "nobody edited a goal that was pushed"


def test_undo_redo_and_undo_again(cast, tree):
    top = tree[0]
    states = [picture()]
    acts = []
    for words in ("One", "Two"):
        with act_of(cast.editor) as act:
            goals.change_goal(top, by=cast.editor, statement=words)
        acts.append(act)
        states.append(picture())
    for expected in (states[1], states[0]):
        with act_of(cast.editor):
            newest = last_act(cast.editor)
            assert newest is not None
            undo(newest, by=cast.editor)
        assert picture() == expected
    assert last_act(cast.editor) is None
    for expected in (states[1], states[2]):
        with act_of(cast.editor):
            back = last_undo(cast.editor)
            assert back is not None
            assert undo(back, by=cast.editor).again
        assert picture() == expected
    assert last_undo(cast.editor) is None
    assert last_act(cast.editor) == acts[1]


def test_a_row_that_somebody_else_changed_stays_and_it_says_who(cast, tree):
    top, first, *_ = tree
    with act_of(cast.editor) as act:
        goals.archive_goal(top, by=cast.editor)
    with act_of(cast.owner):
        goals.change_goal(first, by=cast.owner, statement="Theirs")
    before = picture()
    with act_of(cast.editor), pytest.raises(ChangedSince, match=f"{cast.owner} changed “Theirs”"):
        undo(act, by=cast.editor)
    assert picture() == before


def test_what_somebody_else_took_back_themselves_is_no_obstacle(cast, tree):
    top = tree[0]
    before = picture()
    with act_of(cast.editor) as mine:
        goals.change_goal(top, by=cast.editor, statement="Mine")
    with act_of(cast.owner) as theirs:
        goals.change_goal(top, by=cast.owner, statement="Theirs")
    with act_of(cast.owner):
        undo(theirs, by=cast.owner)
    with act_of(cast.editor):
        undo(mine, by=cast.editor)
    assert picture() == before


def test_an_act_is_undone_once_and_only_by_who_did_it(cast, tree):
    with act_of(cast.editor) as act:
        goals.change_goal(tree[0], by=cast.editor, statement="Mine")
    with pytest.raises(NoSuchAct):
        undo(act, by=cast.owner)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    with act_of(cast.editor), pytest.raises(AlreadyUndone):
        undo(act, by=cast.editor)


def test_an_act_in_another_workspace_cannot_be_undone(cast, tree):
    with workspace_scope(cast.stranger.workspace_id):
        goal = factories.goal()
        with act_of(cast.stranger) as act:
            goals.change_goal(goal, by=cast.stranger, statement="Theirs")
    with pytest.raises(NoSuchAct):
        undo(act, by=cast.owner)
    with pytest.raises(NoSuchAct):
        undo(act, by=cast.stranger)


def test_a_new_goal_goes_when_its_making_is_undone_and_returns_with_its_id(cast, tree):
    top = tree[0]
    dates = {"starts_on": top.starts_on, "due_on": top.due_on}
    with act_of(cast.editor) as act:
        made = goals.create_goal(by=cast.editor, parent=top, statement="New", **dates)
    GoalState(goal_id=made.pk).save()
    with act_of(cast.editor) as back:
        assert [one.pk for one in undo(act, by=cast.editor).gone] == [made.pk]
    assert not Goal.objects.filter(pk=made.pk).exists()
    with act_of(cast.editor):
        undo(back, by=cast.editor)
    again = Goal.objects.get(pk=made.pk)
    assert (again.statement, again.parent_id) == ("New", top.pk)
    assert again.version > made.version


def test_a_new_goal_is_archived_when_somebody_said_something_of_it(cast, tree):
    top = tree[0]
    with act_of(cast.editor) as act:
        made = goals.create_goal(
            by=cast.editor, parent=top, statement="New", starts_on=top.starts_on, due_on=top.due_on
        )
    goals.check_in(made, note="Looks good", by=cast.reviewer)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    made.refresh_from_db()
    assert made.archived_at is not None
    assert made.checkins.count() == 1


def test_a_change_after_approval_is_undone_with_the_approval_it_took(cast, tree):
    top = tree[0]
    plan = top.cycle.plan
    approve_plan(plan, by=cast.owner)
    with act_of(cast.editor) as act:
        goals.change_goal(top, by=cast.editor, due_on=date(2026, 12, 1))
    plan.refresh_from_db()
    assert plan.status == Plan.Status.IN_REVIEW
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.APPROVED


def test_undoing_a_change_from_before_the_approval_asks_for_a_new_one(cast, tree):
    top = tree[0]
    plan = top.cycle.plan
    with act_of(cast.editor) as act:
        goals.change_goal(top, by=cast.editor, due_on=date(2026, 12, 1))
    with act_of(cast.owner):
        approve_plan(plan, by=cast.owner)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.IN_REVIEW


def test_goals_of_a_closed_cycle_stay_as_they_are(cast, tree):
    top = tree[0]
    with act_of(cast.editor) as act:
        goals.change_goal(top, by=cast.editor, statement="Late")
    type(top.cycle).objects.filter(pk=top.cycle_id).update(closed_at=top.created_at)
    with act_of(cast.editor), pytest.raises(CycleClosed):
        undo(act, by=cast.editor)


def test_what_no_longer_fits_its_tree_is_refused(cast, tree):
    top, first, *_ = tree
    with act_of(cast.editor) as act:
        goals.move_goal(first, parent=None, position=0, by=cast.editor)
    with act_of(cast.editor):
        goals.move_goal(top, parent=first, position=0, by=cast.editor)
    with act_of(cast.editor), pytest.raises((CannotReturn, ChangedSince)):
        undo(act, by=cast.editor)


def test_an_undone_goal_is_read_again_and_its_pages_wake(cast, scope):
    metric = factories.metric()
    goal = factories.goal(
        cycle=factories.cycle(plan=metric.plan), metric=metric, baseline=20, target=40
    )
    with act_of(cast.editor) as act:
        goals.change_goal(goal, by=cast.editor, target="60")
    GoalState(goal_id=goal.pk, value=1).save()
    Pending.objects.all().delete()
    before = metric.plan.pulse.number
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    metric.plan.pulse.refresh_from_db()
    assert not GoalState.objects.filter(goal=goal).exists()
    assert Pending.objects.filter(metric_id=metric.pk).exists()
    assert metric.plan.pulse.number > before
    assert Event.objects.filter(name="act.undone", by=cast.editor).count() == 1


# --- the other models -----------------------------------------------------------------------


def year_plan(by):
    return create_plan(by=by, name="Brand", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


def test_a_plan_is_made_changed_and_taken_back_with_its_first_cycle(cast, scope):
    with act_of(cast.editor) as made:
        plan = year_plan(by=cast.editor)
    with act_of(cast.editor) as changed:
        change_plan(plan, by=cast.editor, name="Brand new")
    for act in (changed, made):
        with act_of(cast.editor) as back:
            undo(act, by=cast.editor)
    assert not Plan.objects.filter(pk=plan.pk).exists()
    with act_of(cast.editor):
        undo(back, by=cast.editor)
    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.name, plan.cycles.count(), plan.pulse.number >= 0) == ("Brand", 1, True)


def test_a_plan_in_which_others_work_is_archived_instead(cast, scope):
    with act_of(cast.editor) as made:
        plan = year_plan(by=cast.editor)
    with act_of(cast.owner):
        create_touchpoint(by=cast.owner, plan=plan, name="Gate")
    with act_of(cast.editor):
        undo(made, by=cast.editor)
    plan.refresh_from_db()
    assert plan.archived_at is not None
    assert plan.cycles.count() == 1


def test_what_was_deleted_for_good_with_untracked_rows_stays_gone(cast, scope):
    survey = factories.survey()
    factories.response(survey, {})
    plan = survey.plan
    plan.pulse.delete()
    with act_of(cast.owner) as act:
        delete_plan(plan, by=cast.owner)
    with act_of(cast.owner), pytest.raises(CannotReturn, match="1 things without a history"):
        undo(act, by=cast.owner)


def test_a_metric_deleted_for_good_without_numbers_comes_back(cast, scope):
    metric = factories.metric(name="Seats")
    with act_of(cast.owner) as act:
        metrics.delete_metric(metric, by=cast.owner)
    with act_of(cast.owner):
        undo(act, by=cast.owner)
    assert Metric.objects.get(pk=metric.pk).name == "Seats"
    assert MetricVersion.objects.filter(metric_id=metric.pk).count() == 1


def test_a_redefinition_is_taken_back_with_its_version(cast, scope):
    metric = factories.metric(kind="csat")
    factories.goal(cycle=factories.cycle(plan=metric.plan), metric=metric)
    Pending(source="t", day=scope.today(), metric_id=metric.pk, bucket=1).save()
    with act_of(cast.owner) as act:
        metrics.redefine_metric(
            metric, by=cast.owner, from_day=scope.today() - timedelta(3), top_box_from=5
        )
    assert metric.versions.count() == 2
    with act_of(cast.owner):
        undo(act, by=cast.owner)
    metric.refresh_from_db()
    assert (metric.top_box_from, metric.definition_version) == (4, 1)
    assert [one.top_box_from for one in metric.versions.all()] == [4]


def test_a_definition_with_answers_since_is_not_put_back(cast, scope):
    metric = factories.metric(kind="csat")
    with act_of(cast.editor) as act:
        metrics.change_metric(metric, by=cast.editor, top_box_from=5)
    assert [one.top_box_from for one in metric.versions.all()] == [5]
    Pending(source="t", day=scope.today(), metric_id=metric.pk, bucket=1).save()
    with act_of(cast.editor), pytest.raises(metrics.DefinitionInUse):
        undo(act, by=cast.editor)


def test_touchpoints_return_to_their_order(cast, scope):
    plan = factories.plan()
    rows = [
        factories.touchpoint(plan=plan, name=name, position=at) for at, name in enumerate("abc")
    ]
    with act_of(cast.editor) as act:
        move_touchpoint(rows[2], position=0, by=cast.editor)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    assert [one.name for one in Touchpoint.objects.filter(plan=plan)] == ["a", "b", "c"]


def test_a_replaced_question_is_asked_again_and_its_follower_keeps_its_answers(cast, scope):
    survey = factories.survey()
    question = factories.question(survey=survey, kind="csat", text="How was it?")
    factories.response(survey, {question.pk: 4})
    with act_of(cast.editor) as act:
        follower = surveys.change_question(question, by=cast.editor, scale_max=7)
    assert follower.pk != question.pk
    factories.response(survey, {follower.pk: 6})
    design = Survey.objects.get(pk=survey.pk).design_version
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    asked = Question.objects.filter(survey=survey, archived_at=None)
    assert [one.pk for one in asked] == [question.pk]
    assert Question.objects.filter(pk=follower.pk).exists()
    assert Survey.objects.get(pk=survey.pk).design_version > design, "caches see a new design"


def test_a_survey_with_answers_is_not_hidden_as_a_draft_again(cast, scope):
    survey = factories.survey(status="draft")
    factories.question(survey=survey)
    with act_of(cast.editor) as act:
        surveys.open_survey(survey, by=cast.editor)
    factories.response(survey, {})
    with act_of(cast.editor), pytest.raises(Exception, match="Close it rather"):
        undo(act, by=cast.editor)


def test_acts_of_commands_and_tasks_are_told_by_their_names(cast, tree):
    with acting(command="carry_over"):
        goals.change_goal(tree[0], by=cast.editor, statement="By command")
    assert last_act(cast.editor) is not None, "a command in somebody's name is their act"
    assert versions_of(Goal).latest("pgh_id").pgh_context.metadata == {"command": "carry_over"}
