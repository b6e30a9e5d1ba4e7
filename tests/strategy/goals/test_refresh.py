"""Goals are read again when numbers come and when days end; changed status is told once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Event
from strategy import intake
from strategy.goals.models import Goal, GoalState, ProgressPoint
from strategy.goals.selectors import standings
from strategy.metrics.observing import Observed, record_observation
from strategy.metrics.services import redefine_metric
from tests import factories

pytestmark = pytest.mark.django_db


def at(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def observe(metric, day, value, **over):
    observed = Observed(observed_at=min(at(day), timezone.now()), value=Decimal(value), **over)
    return record_observation(metric, observed, by=None)[0]


def running(scope, *, ago=20, ahead=60, **over):
    """A goal that began some days ago and is due some days ahead."""
    today = scope.today()
    days = {"starts_on": today - timedelta(ago), "ends_on": today + timedelta(ahead)}
    metric = over.pop("metric", None)
    cycle = over.pop("cycle", None) or factories.cycle(plan=metric and metric.plan, **days)
    return factories.goal(cycle=cycle, metric=metric, **over)


def told():
    return [
        (int(event.about_id), event.data["before"], event.data["after"])
        for event in Event.objects.filter(name="goal.status_changed").order_by("id")
    ]


def test_a_status_is_told_once_when_it_changes(scope):
    goal = running(scope, metric=factories.metric(), baseline=0, target=50)
    for value in (10, 10, 0, 0, 0):
        observe(goal.metric, scope.today(), value)
        intake.run(scope.pk)
    assert told() == [
        (goal.pk, "no_data", "on_track"),
        (goal.pk, "on_track", "at_risk"),
        (goal.pk, "at_risk", "off_track"),
    ]


def test_a_status_is_told_with_how_sure_it_is(scope):
    goal = running(scope, metric=factories.metric(), baseline=0, target=50)
    for value in (10, 10, 10, 0, 0):
        observe(goal.metric, scope.today(), value)
    intake.run(scope.pk)
    assert Event.objects.get(name="goal.status_changed").data["too_close_to_call"] is True


def test_a_parent_without_a_metric_follows_its_child(scope):
    metric = factories.metric()
    parent = running(scope, cycle=running(scope, metric=metric).cycle)
    child = running(scope, metric=metric, cycle=parent.cycle, parent=parent, baseline=0, target=50)
    observe(metric, scope.today(), 10)
    intake.run(scope.pk)
    assert {(goal, after) for goal, _before, after in told()} == {
        (parent.pk, "on_track"),
        (child.pk, "on_track"),
    }
    found = standings([parent.cycle_id], workspace=scope)
    assert found[parent.pk].children == [found[child.pk]]


def test_answers_outside_the_window_stand_beside_as_stale(scope):
    goal = running(scope, ago=80, metric=factories.metric(), baseline=0, target=50)
    old = scope.today() - timedelta(60)
    observe(goal.metric, old, 10)
    intake.run(scope.pk)
    state = GoalState.objects.get(goal=goal)
    assert (state.value, state.n) == (None, 0)
    assert (state.last_value, state.last_n, state.last_on) == (100.0, 1, old)
    one = standings([goal.cycle_id], workspace=scope)[goal.pk]
    assert one.standing.status == "no_data"
    assert one.last is not None
    assert one.last.value == 100


def test_a_value_takes_its_last_observation_however_old(scope):
    goal = running(scope, ago=80, metric=factories.metric(kind="value"), baseline=0, target=50)
    observe(goal.metric, scope.today() - timedelta(61), 10)
    observe(goal.metric, scope.today() - timedelta(60), 20)
    intake.run(scope.pk)
    state = GoalState.objects.get(goal=goal)
    assert (state.value, state.observed_on) == (20, scope.today() - timedelta(60))


def test_a_goal_reads_its_touchpoint_its_segment_or_both(scope):
    metric = factories.metric()
    desk, phone = (factories.touchpoint(plan=metric.plan) for _ in range(2))
    goals = {
        "all": running(scope, metric=metric),
        "desk": running(scope, metric=metric, touchpoint=desk),
        "a": running(scope, metric=metric, segment="a"),
        "desk a": running(scope, metric=metric, touchpoint=desk, segment="a"),
        "phone b": running(scope, metric=metric, touchpoint=phone, segment="b"),
    }
    today = scope.today()
    observe(metric, today, 10, touchpoint_id=desk.pk, segment="a")
    observe(metric, today, 10, touchpoint_id=desk.pk, segment="a")
    observe(metric, today, 0, touchpoint_id=desk.pk, segment="b")
    observe(metric, today, 0, touchpoint_id=phone.pk, segment="a")
    intake.run(scope.pk)
    read = {state.goal_id: (state.value, state.n) for state in GoalState.objects.all()}
    assert {name: read[goal.pk] for name, goal in goals.items()} == {
        "all": (0, 4),
        "desk": (pytest.approx(100 / 3), 3),
        "a": (pytest.approx(100 / 3), 3),
        "desk a": (100, 2),
        "phone b": (None, 0),
    }


def test_days_before_a_new_definition_are_not_pooled_and_the_goal_asks_for_a_baseline(scope, cast):
    metric = factories.metric(kind="csat")
    goal = running(scope, metric=metric, baseline=0, baseline_version=1, target=50)
    today = scope.today()
    observe(metric, today - timedelta(5), 4)
    observe(metric, today, 4)
    intake.run(scope.pk)
    redefine_metric(metric, by=cast.owner, from_day=today, top_box_from=5)
    intake.run(scope.pk)
    state = GoalState.objects.get(goal=goal)
    assert (state.value, state.n, state.metric_version) == (0, 1, 2)
    assert standings([goal.cycle_id], workspace=scope)[goal.pk].standing.status == "no_data"


def test_each_run_day_gets_its_point_once(scope):
    goal = running(scope, ago=3, metric=factories.metric(), baseline=0, target=50)
    observe(goal.metric, scope.today() - timedelta(2), 10)
    intake.run(scope.pk)
    assert intake.close_days() == 1
    assert intake.close_days() == 0
    points = ProgressPoint.objects.order_by("day").values_list("day", "value", "status")
    first = scope.today() - timedelta(3)
    assert list(points) == [
        (first, None, "no_data"),
        (first + timedelta(1), 100.0, "on_track"),
        (first + timedelta(2), 100.0, "on_track"),
    ]


def test_late_answers_have_the_points_of_their_days_reckoned_anew(scope):
    goal = running(scope, ago=4, metric=factories.metric(window_days=1), baseline=0, target=50)
    intake.close_days()
    kept = ProgressPoint.objects.get(day=scope.today() - timedelta(4)).pk
    observe(goal.metric, scope.today() - timedelta(2), 10)
    intake.run(scope.pk)
    assert intake.close_days() == 1
    points = ProgressPoint.objects.order_by("day").values_list("value", flat=True)
    assert list(points) == [None, None, 100.0, None]
    assert ProgressPoint.objects.get(day=scope.today() - timedelta(4)).pk == kept


def test_a_new_day_moves_windows_without_any_answer(scope):
    goal = running(scope, metric=factories.metric(window_days=1), baseline=0, target=50)
    observe(goal.metric, scope.today(), 10)
    intake.run(scope.pk)
    intake.close_days()
    # As if the last run had been yesterday's.
    GoalState.objects.update(window_ends=scope.today() - timedelta(1), value=1)
    assert intake.close_days() == 1
    state = GoalState.objects.get(goal=goal)
    assert (state.value, state.window_ends) == (100, scope.today())


def test_midnight_is_the_workspaces_own(db):
    east = factories.workspace(time_zone="Pacific/Kiritimati")
    west = factories.workspace(time_zone="Pacific/Pago_Pago")
    assert east.today() > west.today()
    for workspace in (east, west):
        with workspace_scope(workspace.pk):
            running(workspace, metric=factories.metric())
    intake.close_days()
    for workspace in (east, west):
        with workspace_scope(workspace.pk):
            assert GoalState.objects.get().window_ends == workspace.today()
            assert ProgressPoint.objects.latest("day").day == workspace.today() - timedelta(1)


def test_a_closed_cycle_is_frozen(scope):
    goal = running(scope, metric=factories.metric(), baseline=0, target=50)
    goal.cycle.closed_at = timezone.now()
    goal.cycle.save()
    observe(goal.metric, scope.today(), 10)
    intake.run(scope.pk)
    intake.close_days()
    assert not GoalState.objects.exists()
    assert not ProgressPoint.objects.exists()


def test_a_goal_past_due_is_read_to_its_last_day(scope):
    today = scope.today()
    days = {"starts_on": today - timedelta(60), "ends_on": today - timedelta(5)}
    metric = factories.metric()
    goal = factories.goal(
        cycle=factories.cycle(plan=metric.plan, **days), metric=metric, baseline=0, target=50
    )
    observe(metric, goal.due_on, 10)
    observe(metric, today, 0)
    intake.run(scope.pk)
    assert GoalState.objects.get().value == 100
    assert standings([goal.cycle_id], workspace=scope)[goal.pk].standing.status == "achieved"
    intake.close_days()
    assert ProgressPoint.objects.latest("day").day == goal.due_on


def test_a_run_takes_the_same_queries_for_one_goal_as_for_many(scope):
    def queries_of_a_run():
        for metric in {goal.metric for goal in Goal.objects.all()}:
            observe(metric, scope.today(), 10)
        with CaptureQueriesContext(connection) as captured:
            intake.run(scope.pk)
        return len([q for q in captured if 'INSERT INTO "events_event"' not in q["sql"]])

    first = running(scope, metric=factories.metric())
    one = queries_of_a_run()
    for _ in range(10):
        metric = factories.metric(plan=first.metric.plan)
        running(scope, metric=metric, cycle=first.cycle, parent=first)
    assert queries_of_a_run() == one


def test_a_goal_has_not_started_on_a_day_before_its_first(scope):
    goal = running(scope, metric=factories.metric(), baseline=0, target=50)
    found = standings([goal.cycle_id], workspace=scope, today=date(2020, 1, 1))
    assert found[goal.pk].standing.status == "not_started"
