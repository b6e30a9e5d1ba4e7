"""A plan's stages, channels and the meaning of its grades over REST."""

import pytest

from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.api import Api


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        return factories.plan(stages=["Find", "Buy", "Use"], channels=["web"])


@pytest.fixture
def path(plan):
    return f"plans/{plan.pk}/stages/"


def names(reply):
    return [one["name"] for one in reply.json()["results"]]


def test_a_plan_shows_its_stages_and_channels(api, plan):
    told = api.get(f"plans/{plan.pk}/").json()
    assert told["stages"] == ["Find", "Buy", "Use"]
    assert told["channels"] == ["web"]


def test_a_list_tells_how_many_things_stand_under_each_name(api, cast, plan, path):
    with workspace_scope(cast.owner.workspace_id):
        factories.touchpoint(plan=plan, stage="Buy")
    used = {one["name"]: one["used"] for one in api.get(path).json()["results"]}
    assert used == {"Find": 0, "Buy": 1, "Use": 0}


def test_a_name_joins_the_list_behind_the_others_or_where_it_is_put(api, path):
    added = api.post(path, {"name": "Keep"})
    assert added.status_code == 201
    assert names(added) == ["Find", "Buy", "Use", "Keep"]
    assert names(api.post(path, {"name": " Win   back ", "position": 0}))[0] == "Win back"


def test_a_renamed_stage_takes_its_touchpoints_along(api, cast, plan, path):
    with workspace_scope(cast.owner.workspace_id):
        place = factories.touchpoint(plan=plan, stage="Buy")
    changed = api.patch(path, {"name": "Buy", "to": "Purchase", "position": 0})
    assert names(changed) == ["Purchase", "Find", "Use"]
    assert api.get(f"touchpoints/{place.pk}/").json()["stage"] == "Purchase"


def test_a_name_is_put_elsewhere_under_its_own_words(api, path):
    assert names(api.patch(path, {"name": "Use", "position": 0})) == ["Use", "Find", "Buy"]


def test_a_name_in_use_goes_only_once_it_is_said_where_its_things_go(api, cast, plan, path):
    with workspace_scope(cast.owner.workspace_id):
        place = factories.touchpoint(plan=plan, stage="Buy")
    refused = api.delete(f"{path}?name=Buy")
    assert refused.status_code == 409
    assert "Say where they go" in refused.json()["detail"]
    assert api.delete(f"{path}?name=Buy&to=Use").status_code == 204
    assert names(api.get(path)) == ["Find", "Use"]
    assert api.get(f"touchpoints/{place.pk}/").json()["stage"] == "Use"


@pytest.mark.parametrize(
    ("method", "body", "pointer"),
    [
        ("POST", {"name": "find"}, "/name"),
        ("POST", {"name": "x" * 61}, "/name"),
        ("POST", {"name": ["Find"]}, "/name"),
        ("POST", {}, "/name"),
        ("PATCH", {"name": "Nowhere", "position": 0}, "/name"),
        ("PATCH", {"name": "Find", "to": "Buy"}, "/to"),
        ("PATCH", {"name": "Find", "position": -1}, "/position"),
        ("PATCH", {"name": "Find", "place": 1}, "/place"),
    ],
)
def test_a_fault_points_at_what_was_said(api, path, method, body, pointer):
    refused = api.call(method, path, body)
    assert refused.status_code == 400
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    assert names(api.get(path)) == ["Find", "Buy", "Use"]


def test_a_list_changed_since_it_was_read_is_left_alone(api, path):
    seen = api.get(path)["ETag"]
    api.post(path, {"name": "Keep"})
    for late in (
        api.patch(path, {"name": "Find", "to": "Seek"}, If_Match=seen),
        api.delete(f"{path}?name=Find", If_Match=seen),
    ):
        assert late.status_code == 412
        assert late.json()["current"] == api.get(path).json()
    assert names(api.get(path)) == ["Find", "Buy", "Use", "Keep"]


def test_a_grade_gets_its_own_sentence_and_the_others_keep_theirs(api, plan):
    path = f"plans/{plan.pk}/grades/"
    api.patch(path, {"F": "They walk away."})
    told = api.patch(path, {"A": "They tell their friends."}).json()
    assert told["A"] == "They tell their friends."
    assert told["F"] == "They walk away."
    assert told["B"] == "Customers are content and say so when asked."
    assert api.patch(path, {"A": ""}).json()["A"] == "Customers praise it unasked."
    assert api.patch(path, {"G": "?"}).json()["errors"][0]["pointer"] == "/G"


def test_who_only_reads_changes_no_words(cast, path):
    viewer = Api(factories.token(cast.viewer))
    assert viewer.get(path).status_code == 200
    assert viewer.post(path, {"name": "Keep"}).status_code == 403
