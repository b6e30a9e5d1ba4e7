"""Goals over REST: written, changed, moved, archived, and where they stand."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Event
from strategy.models import Goal, GoalState, ProgressPoint, Tally
from tests import factories
from tests.api import Api

DATES = {"starts_on": "2026-01-01", "due_on": "2026-12-31"}


@pytest.fixture
def metric(cast):
    with workspace_scope(cast.owner.workspace_id):
        metric = factories.metric()
        factories.cycle(plan=metric.plan)
        return metric


@pytest.fixture
def write(api, metric):
    """Post a goal and return its representation; the plan's metric is not set by itself."""

    def post(**over):
        body = {"plan": metric.plan_id, "statement": "Customers recommend us", **DATES, **over}
        response = api.post("goals/", body)
        assert response.status_code == 201, response.json()
        return response.json()

    return post


@pytest.fixture
def refuse(api, metric):
    """Post a goal that is refused and return where the first error points."""

    def post(**over):
        body = {"plan": metric.plan_id, "statement": "Customers recommend us", **DATES, **over}
        response = api.post("goals/", body)
        assert response.status_code == 400, response.json()
        return response.json()["errors"][0]["pointer"]

    return post


def events(cast, name):
    with workspace_scope(cast.owner.workspace_id):
        return [event.data for event in Event.objects.filter(name=name).order_by("id")]


def test_a_goal_without_a_cycle_joins_the_plans_running_one(write, metric):
    goal = write(metric=metric.pk, baseline=20, target="40")
    assert goal["cycle"] == metric.plan.cycles.model.unscoped.get().pk
    assert goal["plan"] == metric.plan_id
    assert (goal["baseline"], goal["target"]) == ("20.0000", "40.0000")
    assert goal["current"] is goal["last"] is goal["forecast"] is None
    assert goal["status"] == "no_data"


@pytest.mark.parametrize(
    ("baseline", "typed", "target"),
    [
        ("50", "−20 %", "40.0000"),
        ("-10", "+20%", "-8.0000"),
        ("20", "+5", "25.0000"),
        ("20", "-5 points", "15.0000"),
        ("20", "-5", "-5.0000"),
        ("20", 7.5, "7.5000"),
    ],
)
def test_a_relative_target_is_stored_absolute_beside_its_sentence(write, baseline, typed, target):
    goal = write(baseline=baseline, target=typed)
    assert goal["target"] == target
    relative = isinstance(typed, str) and typed != "-5"
    assert goal["target_sentence"] == (typed if relative else "")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"target": "+5"}, "/target"),
        ({"baseline": 0, "target": "+5 %"}, "/target"),
        ({"target": "soon"}, "/target"),
        ({"target": True}, "/target"),
        ({"target": "1" * 30}, "/target"),
        ({"baseline": "NaN"}, "/baseline"),
        ({"due_on": "2027-01-01"}, "/due_on"),
        ({"due_on": "2026-01-01"}, ""),
        ({"weight": -1}, ""),
        ({"floor": 5, "ceiling": 4}, "/floor"),
        ({"benefit": "fame"}, "/benefit"),
        ({"checkpoints": [{"on": "2025-01-01", "value": 3}]}, "/checkpoints"),
        ({"checkpoints": [{"on": "2026-05-01"}]}, "/checkpoints/0/value"),
        ({"statement": ""}, "/statement"),
        ({"colour": "red"}, "/colour"),
        ({"starts_on": "2026-02-30"}, "/starts_on"),
        ({"owner": 10**30}, "/owner"),
        ({"parent": 1.5}, "/parent"),
    ],
)
def test_a_goal_that_cannot_be_is_refused_with_a_pointer(refuse, fields, pointer):
    assert refuse(**fields) == pointer


def test_a_goal_takes_metric_and_touchpoint_of_its_own_plan_only(refuse, cast):
    with workspace_scope(cast.owner.workspace_id):
        metric, touchpoint = factories.metric(), factories.touchpoint()
    assert refuse(metric=metric.pk) == "/metric"
    assert refuse(touchpoint=touchpoint.pk) == "/touchpoint"


def test_an_owner_is_a_member_or_a_plain_name(write, refuse, api, cast):
    named = write(owner="Ana, agency")
    assert (named["owner"], named["owner_name"]) == (None, "Ana, agency")
    path = f"goals/{named['id']}/"
    owned = api.patch(path, {"owner": cast.editor.pk}).json()
    assert (owned["owner"], owned["owner_name"]) == (cast.editor.pk, "")
    assert refuse(owner=cast.stranger.pk) == "/owner"


def test_a_segment_is_one_the_plan_declares(api, write, refuse, metric):
    declared = {"segments": {"country": ["LT", "LV"]}}
    assert api.patch(f"plans/{metric.plan_id}/", declared).status_code == 200
    assert write(segment="LT")["segment"] == "country=LT"
    assert write(segment="country=LV")["segment"] == "country=LV"
    assert refuse(segment="EE") == "/segment"


def test_checkpoints_are_kept_by_day(write):
    given = [{"on": "2026-09-01", "value": 35}, {"on": "2026-05-01", "value": "30"}]
    kept = write(baseline=20, target=40, checkpoints=given)["checkpoints"]
    assert kept == [
        {"on": "2026-05-01", "value": "30.0000"},
        {"on": "2026-09-01", "value": "35.0000"},
    ]


def test_a_change_of_what_was_approved_asks_for_a_new_approval(api, write, metric, cast):
    goal = write(metric=metric.pk, baseline=20, target=40)
    plan = f"plans/{metric.plan_id}/"
    api.post(f"{plan}approve/", {})
    api.patch(f"goals/{goal['id']}/", {"achievable": "We did it before"})
    assert api.get(plan).json()["status"] == "approved"
    api.patch(f"goals/{goal['id']}/", {"target": 35})
    assert api.get(plan).json()["status"] == "in_review"
    *_, event = events(cast, "goal.changed")
    assert event["after_approval"]
    assert event["fields"]["target"] == {"before": "40.0000", "after": "35.0000"}


def test_another_metric_drops_the_old_ones_baseline(api, write, metric, cast):
    goal = write(metric=metric.pk, baseline=20, target=40)
    with workspace_scope(cast.owner.workspace_id):
        other = factories.metric(plan=metric.plan)
    assert api.patch(f"goals/{goal['id']}/", {"metric": other.pk}).json()["baseline"] is None


def test_a_goal_stays_in_its_cycle_and_plan(api, write, metric, cast):
    goal = write()
    with workspace_scope(cast.owner.workspace_id):
        other = factories.cycle(plan=metric.plan)
        elsewhere = factories.plan()
    for body in ({"cycle": other.pk}, {"plan": elsewhere.pk}):
        refused = api.patch(f"goals/{goal['id']}/", body)
        assert refused.json()["errors"][0]["pointer"] == "/cycle"


def test_a_closed_cycle_freezes_its_goals(api, write, metric, cast):
    goal = write()
    with workspace_scope(cast.owner.workspace_id):
        cycle = Goal.objects.get().cycle
        cycle.closed_at = cycle.created_at
        cycle.save()
    assert api.patch(f"goals/{goal['id']}/", {"statement": "Later"}).status_code == 409
    assert api.delete(f"goals/{goal['id']}/").status_code == 409


def test_a_goal_moves_among_its_siblings_and_under_another_parent(api, write):
    a, b, c = (write(statement=name)["id"] for name in "abc")
    assert api.post(f"goals/{c}/move/", {"parent": None, "position": 0}).json()["position"] == 0
    positions = {row["id"]: row["position"] for row in api.get("goals/").json()["results"]}
    assert positions == {c: 0, a: 1, b: 2}
    moved = api.post(f"goals/{b}/move/", {"parent": a, "position": 5}).json()
    assert (moved["parent"], moved["position"]) == (a, 0)


@pytest.mark.parametrize("way", ["move", "patch"])
def test_no_goal_hangs_below_itself(api, write, way):
    top = write()["id"]
    middle = write(parent=top)["id"]
    bottom = write(parent=middle)["id"]
    if way == "move":
        refused = api.post(f"goals/{top}/move/", {"parent": bottom, "position": 0})
    else:
        refused = api.patch(f"goals/{top}/", {"parent": bottom})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/parent"
    assert api.get(f"goals/{top}/").json()["parent"] is None


def test_a_tree_has_at_most_eight_levels(write, refuse):
    parent = None
    for _ in range(8):
        parent = write(parent=parent)["id"]
    assert refuse(parent=parent) == "/parent"


def test_archiving_hides_the_branch_and_restoring_brings_back_what_went_with_it(api, write):
    top = write()["id"]
    kept, gone_before = write(parent=top)["id"], write(parent=top)["id"]
    api.delete(f"goals/{gone_before}/")
    assert api.delete(f"goals/{top}/").status_code == 204
    assert api.get("goals/").json()["results"] == []
    assert api.post(f"goals/{kept}/restore/", {}).status_code == 409
    assert api.post(f"goals/{top}/restore/", {}).status_code == 200
    assert {row["id"] for row in api.get("goals/").json()["results"]} == {top, kept}


def test_a_reviewer_checks_in_and_a_viewer_only_reads(cast, write):
    goal = write()["id"]
    reviewer, viewer = (Api(factories.token(member)) for member in (cast.reviewer, cast.viewer))
    body = {"note": "Going well", "confidence": 4}
    said = reviewer.post(f"goals/{goal}/checkins/", body)
    assert said.status_code == 201
    assert said.json()["by"] == cast.reviewer.pk
    assert viewer.post(f"goals/{goal}/checkins/", body).status_code == 403
    assert viewer.get(f"goals/{goal}/checkins/").json()["results"] == [said.json()]
    refused = reviewer.post(f"goals/{goal}/checkins/", {"note": "x", "confidence": 6})
    assert refused.json()["errors"][0]["pointer"] == "/confidence"


def test_checkins_of_a_goal_elsewhere_are_not_found(api, cast):
    with workspace_scope(cast.stranger.workspace_id):
        theirs = factories.goal()
    for path in ("checkins/", "progress/"):
        assert api.get(f"goals/{theirs.pk}/{path}").status_code == 404
    assert api.post(f"goals/{theirs.pk}/checkins/", {"note": "x"}).status_code == 404


def test_the_etag_is_the_edit_version_and_no_answer_moves_it(api, write, cast, metric):
    goal = write(metric=metric.pk, baseline=20, target=40)
    path = f"goals/{goal['id']}/"
    etag = api.get(path).headers["ETag"]
    with workspace_scope(cast.owner.workspace_id):
        state = {"value": 30.0, "n": 300, "low": 26.0, "high": 34.0, "se": 2.0}
        GoalState.objects.update_or_create(
            goal_id=goal["id"], defaults={**state, "metric_version": 1}
        )
    moved = api.get(path)
    assert moved.headers["ETag"] == etag
    assert moved.json()["current"] == {"value": 30.0, "n": 300, "low": 26.0, "high": 34.0}
    assert moved.json()["progress"] == 0.5
    assert moved.json()["updated_at"] > goal["updated_at"]
    assert api.patch(path, {"relevant": "Loyalty"}, If_Match=etag).status_code == 200


def test_an_empty_window_shows_the_last_figure_as_stale(api, write, cast, metric):
    goal = write(metric=metric.pk, baseline=20, target=40)
    with workspace_scope(cast.owner.workspace_id):
        last = {"last_value": 31.0, "last_n": 12, "last_on": date(2026, 2, 1)}
        GoalState.objects.update_or_create(goal_id=goal["id"], defaults=last)
    shown = api.get(f"goals/{goal['id']}/").json()
    assert shown["current"] is None
    assert shown["last"] == {"value": 31.0, "n": 12, "at": "2026-02-01"}


def test_a_parent_shows_its_coverage(api, write, metric):
    parent = write()["id"]
    write(parent=parent, metric=metric.pk, baseline=20, target=40)
    assert api.get(f"goals/{parent}/").json()["coverage"] == {"with_data": 0, "of": 1}


def test_progress_lists_days_in_order(api, write, cast):
    goal = write()["id"]
    with workspace_scope(cast.owner.workspace_id):
        for day in (2, 1, 3):
            point = ProgressPoint(goal_id=goal, day=date(2026, 1, day), status="no_data")
            point.save()
    first = api.get(f"goals/{goal}/progress/?page_size=2").json()
    second = api.get(first["next"]).json()
    days = [row["day"] for page in (first, second) for row in page["results"]]
    assert days == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_a_list_takes_as_many_queries_for_thirty_goals_as_for_three(api, write, metric):
    counts = []
    for many in (3, 27):
        for _ in range(many):
            write(metric=metric.pk, baseline=20, target=40)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            listed = api.get("goals/?page_size=100").json()["results"]
        counts.append(len(queries))
    assert len(listed) == 30
    assert counts[0] == counts[1]
    assert counts[0] <= 6


def test_a_baseline_without_answers_is_refused(api, write, metric):
    for goal in (write(), write(metric=metric.pk)):
        assert api.post(f"goals/{goal['id']}/baseline/", {}).status_code == 409


def test_a_baseline_is_taken_from_the_answers_with_n_and_error(api, write, cast, metric):
    goal = write(metric=metric.pk)
    today = cast.owner.workspace.today()
    with workspace_scope(cast.owner.workspace_id):
        for bucket, n in ((10, 30), (0, 10)):
            cell = {"metric": metric, "source": "test", "day": today, "bucket": bucket, "n": n}
            Tally(**cell, total=bucket * n, squares=bucket**2 * n).save()
    taken = api.post(f"goals/{goal['id']}/baseline/", {"days": 30}).json()
    assert (taken["baseline"], taken["baseline_n"]) == ("50.0000", 40)
    assert taken["baseline_se"] > 0
    assert events(cast, "goal.baseline_taken") == [{"value": "50.0000", "n": 40, "version": 1}]


def test_a_new_goal_reads_the_answers_that_are_there(write, cast, metric):
    today = cast.owner.workspace.today()
    with workspace_scope(cast.owner.workspace_id):
        cell = {"metric": metric, "source": "test", "day": today, "bucket": 10, "n": 5}
        Tally(**cell, total=50, squares=500).save()
    assert write(metric=metric.pk, baseline=20, target=40)["current"]["value"] == 100.0
