"""Numbers enter by one door: pending rows become cells, cells become what goals read."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.goals.models import GoalState
from strategy.goals.selectors import standings
from strategy.metrics import recording
from strategy.metrics.models import Pending, Tally
from strategy.metrics.pending import Add, append_adds, ask_recount, ask_refresh, summed
from strategy.models import Pulse
from tests import factories

pytestmark = pytest.mark.django_db


def add(metric, bucket, *, day, touchpoint_id=None, segments=(), n=1):
    return Add(
        "survey:1", day, metric.pk, touchpoint_id, segments, bucket, n, bucket * n, bucket**2 * n
    )


def cells():
    return {
        (cell.touchpoint_id, cell.segment, cell.bucket): (cell.n, cell.total)
        for cell in Tally.objects.all()
    }


def test_an_answer_counts_in_the_total_its_touchpoint_and_each_segment_but_not_their_product(scope):
    metric = factories.metric()
    desk = factories.touchpoint(plan=metric.plan)
    append_adds(
        [add(metric, 9, day=scope.today(), touchpoint_id=desk.pk, segments=("class:b", "age:60"))]
    )
    intake.run(scope.pk)
    assert cells() == {
        (None, "", 9): (1, 9),
        (desk.pk, "", 9): (1, 9),
        (None, "class:b", 9): (1, 9),
        (None, "age:60", 9): (1, 9),
    }
    assert not Pending.objects.exists()


def test_adds_pile_up_in_one_cell(scope):
    metric = factories.metric()
    today = scope.today()
    for _ in range(2):
        append_adds(summed(add(metric, score, day=today) for score in (9, 9, 3)))
        intake.run(scope.pk)
    assert cells() == {(None, "", 9): (4, 36), (None, "", 3): (2, 6)}


def test_a_run_without_pending_rows_does_nothing(scope):
    assert intake.run(scope.pk) == 0


def test_a_recount_whose_time_has_not_come_waits_while_adds_of_its_slice_go_on(scope):
    metric = factories.metric()
    today = scope.today()
    ask_recount("survey:1", [today], not_before=timezone.now() + timedelta(minutes=1))
    append_adds([add(metric, 9, day=today)])
    intake.run(scope.pk)
    assert cells() == {(None, "", 9): (1, 9)}
    assert Pending.objects.count() == 1
    assert recording.workspaces_waiting() == []


def test_a_recount_takes_cells_without_raw_rows_away(scope):
    metric = factories.metric()
    today = scope.today()
    append_adds([add(metric, 9, day=today)])
    intake.run(scope.pk)
    ask_recount("observations", [today])
    ask_recount("survey:1", [today])
    assert intake.run(scope.pk) == 1
    assert cells() == {}


def test_an_answer_moves_its_goal_and_wakes_the_plan(scope):
    metric = factories.metric()
    today = scope.today()
    cycle = factories.cycle(
        plan=metric.plan, starts_on=today - timedelta(30), ends_on=today + timedelta(60)
    )
    goal = factories.goal(cycle=cycle, metric=metric, baseline=0, target=50)
    append_adds([add(metric, 10, day=today, n=9), add(metric, 0, day=today)])
    intake.run(scope.pk)
    state = GoalState.objects.get(goal=goal)
    assert (state.value, state.n, state.window_ends) == (80.0, 10, today)
    assert Pulse.objects.get(plan=metric.plan).number == 1
    found = standings([cycle.pk], workspace=scope)[goal.pk]
    assert found.standing.progress == pytest.approx(1.6)


def test_a_workspace_is_run_from_outside_of_any_workspace(db):
    workspace = factories.workspace()
    with workspace_scope(workspace.pk):
        append_adds([add(factories.metric(), 9, day=date(2026, 6, 1))])
    assert intake.run_all() == 1
    assert intake.run_all() == 0


def test_a_goal_is_read_again_on_request_without_any_answer(scope):
    metric = factories.metric()
    goal = factories.goal(metric=metric)
    ask_refresh([metric.pk])
    assert intake.run(scope.pk) == 1
    state = GoalState.objects.get(goal=goal)
    assert state.value is None
    assert not Tally.objects.exists()
