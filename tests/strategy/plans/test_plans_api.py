"""Plans and cycles over REST: made, changed, approved, archived, deleted for good."""

import pytest

from cxplanner.accounts.roles import Scope
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Event
from strategy.models import Plan, Pulse
from tests import factories
from tests.api import Api

NEW = {"name": "Air travel", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}


@pytest.fixture
def plan(api):
    return api.post("plans/", NEW).json()


def pulse(cast):
    with workspace_scope(cast.owner.workspace_id):
        return Pulse.objects.get().number


def test_a_new_plan_has_its_first_cycle_and_a_pulse(api, cast):
    created = api.post("plans/", NEW)
    assert created.status_code == 201
    assert created.json()["currency"] == cast.owner.workspace.currency
    assert created.headers["ETag"] == f'"plan-{created.json()["id"]}-1"'
    [cycle] = api.get(f"cycles/?plan={created.json()['id']}").json()["results"]
    assert (cycle["name"], cycle["starts_on"], cycle["ends_on"]) == (
        "2026",
        "2026-01-01",
        "2026-12-31",
    )
    assert pulse(cast) == 1


def test_a_plan_that_ends_before_it_starts_is_refused_and_nothing_is_left(api, cast):
    refused = api.post("plans/", {**NEW, "ends_on": "2025-12-31"})
    assert refused.status_code == 400
    with workspace_scope(cast.owner.workspace_id):
        assert not Plan.objects.exists()


def test_a_change_bumps_version_and_pulse_once_and_says_what_differed(api, cast, plan):
    before = pulse(cast)
    changed = api.patch(f"plans/{plan['id']}/", {"name": "Air", "brand": ""})
    assert changed.headers["ETag"].endswith('-2"')
    assert pulse(cast) == before + 1
    with workspace_scope(cast.owner.workspace_id):
        event = Event.objects.get(name="plan.changed")
    assert event.data == {"fields": {"name": {"before": "Air travel", "after": "Air"}}}
    assert event.by_id == cast.owner.pk


def test_a_change_to_what_it_is_already_is_no_edit(api, plan):
    same = api.patch(f"plans/{plan['id']}/", {"name": plan["name"]})
    assert same.headers["ETag"].endswith('-1"')


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_stale_etag_is_412_and_tells_the_version(api, plan, method):
    path = f"plans/{plan['id']}/"
    first = api.get(path).headers["ETag"]
    assert api.call(method, path, {"name": "One"}, If_Match=first).status_code == 200
    late = api.call(method, path, {"name": "Two"}, If_Match=first)
    assert late.status_code == 412
    assert late.json()["current_version"] == 2
    assert late.headers["ETag"].endswith('-2"')
    assert api.get(path).json()["name"] == "One"


@pytest.mark.parametrize("header", ['"goal-1-1"', "2", '"plan-0-1"', "²", '"plan-1-' + "9" * 5000])
def test_an_if_match_that_is_no_etag_of_the_row_is_412(api, plan, header):
    assert api.patch(f"plans/{plan['id']}/", {}, If_Match=header).status_code == 412


def test_segments_are_trimmed_and_each_value_kept_once(api, plan):
    body = {"segments": {" country ": ["LT", "LV ", "LT"]}}
    assert api.patch(f"plans/{plan['id']}/", body).json()["segments"] == {"country": ["LT", "LV"]}


@pytest.mark.parametrize(
    "segments",
    [
        {"a=b": ["x"]},
        {"a": []},
        {"": ["x"]},
        {"a": [" "]},
        {"a": [f"v{n}" for n in range(101)], "b": [f"v{n}" for n in range(100)]},
        ["a"],
    ],
)
def test_segments_that_cannot_be_told_apart_are_refused(api, plan, segments):
    refused = api.patch(f"plans/{plan['id']}/", {"segments": segments})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"].startswith("/segments")


def test_an_archived_plan_is_hidden_until_restored(api, plan):
    path = f"plans/{plan['id']}/"
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get("plans/").json()["results"] == []
    assert [row["id"] for row in api.get("plans/?archived=true").json()["results"]] == [plan["id"]]
    assert api.post(f"{path}restore/", {}).json()["archived_at"] is None
    assert api.get(path).status_code == 200


def test_a_reviewer_approves_what_an_editor_hands_in(api, cast, plan):
    path = f"plans/{plan['id']}/"
    editor, reviewer = (Api(factories.token(member)) for member in (cast.editor, cast.reviewer))
    assert editor.post(f"{path}approve/", {}).status_code == 403
    assert editor.post(f"{path}review/", {}).json()["status"] == "in_review"
    assert reviewer.post(f"{path}approve/", {}).json()["status"] == "approved"
    assert reviewer.post(f"{path}approve/", {}).status_code == 409
    assert reviewer.patch(path, {"name": "Mine"}).status_code == 403


def test_only_an_owner_with_an_admin_token_deletes_for_good(api, cast, plan):
    path = f"plans/{plan['id']}/delete-for-good/"
    for member, scopes in [(cast.editor, ()), (cast.owner, (Scope.READ, Scope.WRITE))]:
        assert Api(factories.token(member, *scopes)).post(path, {}).status_code == 403
    said = api.get(path).json()["gone"]
    assert said["plan"] == said["cycle"] == 1
    assert api.post(path, {}).json()["gone"] == said
    assert api.get(f"plans/{plan['id']}/?archived=true").status_code == 404


def test_deleting_a_plan_for_good_takes_goals_metrics_and_touchpoints(api, cast):
    with workspace_scope(cast.owner.workspace_id):
        metric = factories.metric()
        touchpoint = factories.touchpoint(plan=metric.plan)
        cycle = factories.cycle(plan=metric.plan)
        parent = factories.goal(cycle=cycle)
        factories.goal(cycle=cycle, parent=parent, metric=metric, touchpoint=touchpoint)
        factories.question(survey=factories.survey(plan=metric.plan), metric=metric)
    gone = api.post(f"plans/{metric.plan_id}/delete-for-good/", {}).json()["gone"]
    assert (gone["goal"], gone["metric"], gone["touchpoint"], gone["question"]) == (2, 1, 1, 1)
    with workspace_scope(cast.owner.workspace_id):
        assert not Plan.objects.exists()


def test_a_cycle_is_added_named_by_its_days_and_changed(api, plan):
    body = {"plan": plan["id"], "starts_on": "2027-01-01", "ends_on": "2027-06-30"}
    cycle = api.post("cycles/", body).json()
    assert cycle["name"] == "Jan 2027 – Jun 2027"
    body = {"plan": plan["id"], "starts_on": "2027-07-15", "ends_on": "2027-12-19"}
    assert api.post("cycles/", body).json()["name"] == "15 Jul 2027 – 19 Dec 2027"
    named = api.patch(f"cycles/{cycle['id']}/", {"name": "First half"})
    assert named.json()["name"] == "First half"
    assert api.delete(f"cycles/{cycle['id']}/").status_code == 405


def test_a_cycle_cannot_end_before_a_goal_of_it_is_due(api, cast):
    with workspace_scope(cast.owner.workspace_id):
        cycle = factories.goal().cycle
    refused = api.patch(f"cycles/{cycle.pk}/", {"ends_on": "2026-06-30"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/ends_on"
