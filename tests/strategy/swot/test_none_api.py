"""A quadrant that stays empty, over REST."""

import pytest

from cxplanner.base.tenancy import workspace_scope
from tests import factories


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        return factories.plan()


def test_a_quadrant_is_marked_as_empty_with_why_and_opened_again(api, plan):
    body = {"plan": plan.pk, "quadrant": "threats", "reason": "We looked for a year"}
    made = api.post("swot/none/", body)
    assert made.status_code == 201
    assert made.json()["about"] == f"plan:{plan.pk}"
    assert api.post("swot/none/", {**body, "reason": "And again"}).json()["id"] == made.json()["id"]
    [one] = api.get(f"swot/none/?plan={plan.pk}").json()["results"]
    assert (one["quadrant"], one["reason"]) == ("threats", "And again")
    assert api.delete(f"swot/none/{one['id']}/").status_code == 204
    assert api.get(f"swot/none/?plan={plan.pk}").json()["results"] == []


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"reason": ""}, "/reason"),
        ({"reason": "x" * 501}, "/reason"),
        ({"quadrant": "moon"}, "/quadrant"),
        ({"about": "goal:1"}, "/about"),
    ],
)
def test_what_is_wrong_is_pointed_at(api, plan, over, pointer):
    body = {"plan": plan.pk, "quadrant": "threats", "reason": "We looked", **over}
    refused = api.post("swot/none/", body)
    assert refused.status_code == 400
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]


def test_a_quadrant_with_entries_is_not_empty(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        factories.swotentry(plan=plan, quadrant="threats")
    refused = api.post("swot/none/", {"plan": plan.pk, "quadrant": "threats", "reason": "None"})
    assert refused.json()["errors"][0]["pointer"] == "/reason"
