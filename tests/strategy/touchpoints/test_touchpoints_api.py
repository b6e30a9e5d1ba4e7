"""Touchpoints over REST."""

import pytest

from cxplanner.base.tenancy import workspace_scope
from tests import factories


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        return factories.plan()


def names(api, plan):
    rows = api.get(f"touchpoints/?plan={plan.pk}").json()["results"]
    return [row["name"] for row in sorted(rows, key=lambda row: row["position"])]


def test_a_touchpoint_needs_only_plan_and_name(api, plan):
    created = api.post("touchpoints/", {"plan": plan.pk, "name": "Check-in"})
    assert created.status_code == 201
    assert created.json()["stage"] == created.json()["channel"] == ""


def test_a_name_is_taken_once_a_plan(api, plan):
    body = {"plan": plan.pk, "name": "Check-in"}
    api.post("touchpoints/", body)
    again = api.post("touchpoints/", body)
    assert again.status_code == 400
    [fault] = again.json()["errors"]
    assert "of that name already" in fault["detail"]
    assert fault["pointer"] == "/name"


def test_a_moved_touchpoint_takes_its_place_and_the_others_close_up(api, plan):
    ids = [api.post("touchpoints/", {"plan": plan.pk, "name": name}).json()["id"] for name in "abc"]
    assert api.post(f"touchpoints/{ids[2]}/move/", {"position": 0}).json()["position"] == 0
    assert names(api, plan) == ["c", "a", "b"]
    assert api.post(f"touchpoints/{ids[2]}/move/", {"position": 99}).json()["position"] == 2
    assert names(api, plan) == ["a", "b", "c"]


def test_a_touchpoint_stays_in_its_plan(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        other = factories.plan()
    touchpoint = api.post("touchpoints/", {"plan": plan.pk, "name": "Check-in"}).json()
    refused = api.patch(f"touchpoints/{touchpoint['id']}/", {"plan": other.pk})
    assert refused.json()["errors"][0]["pointer"] == "/plan"


def test_an_archived_touchpoint_comes_back_in_one_act(api, plan):
    touchpoint = api.post("touchpoints/", {"plan": plan.pk, "name": "Check-in"}).json()
    path = f"touchpoints/{touchpoint['id']}/"
    assert api.delete(path).status_code == 204
    assert names(api, plan) == []
    assert api.post(f"{path}restore/", {}).status_code == 200
    assert names(api, plan) == ["Check-in"]


def test_the_list_is_narrowed_by_stage_channel_and_newest_grade(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        desk = factories.touchpoint(plan=plan, name="Desk", stage="use", channel="app")
        factories.touchpoint(plan=plan, name="Gate", stage="use")
        for day, grade in ((1, "B"), (2, "D")):
            factories.audit(touchpoint=desk, grade=grade, graded_on=f"2026-06-0{day}")

    def found(query):
        rows = api.get(f"touchpoints/?plan={plan.pk}&{query}").json()["results"]
        return [row["name"] for row in rows]

    assert found("stage=use") == ["Desk", "Gate"]
    assert found("stage=use&channel=app") == ["Desk"]
    assert found("channel=") == ["Gate"]
    assert (found("grade=D"), found("grade=B"), found("grade=none")) == (["Desk"], [], ["Gate"])
    assert api.get("touchpoints/?grade=G").status_code == 400
