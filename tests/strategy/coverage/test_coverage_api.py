"""The blind spots of a plan over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from tests import factories


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        return factories.plan()


def test_each_touchpoint_tells_what_it_has_and_lacks(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        owned = factories.touchpoint(plan=plan, name="Check-in", owner_name="Jane", stage="Use")
        factories.audit(touchpoint=owned)
        factories.touchpoint(plan=plan, name="Gate")
    told = api.get(f"plans/{plan.pk}/coverage/").json()
    first, second = told["results"]
    assert (first["touchpoint"], first["name"], first["stage"]) == (owned.pk, "Check-in", "Use")
    assert first["has"]["owner"] == 1
    assert second["has"]["owner"] == 0
    assert second["blanks"] == first["blanks"] + 2 == len(told["columns"])
    filled = {column["slug"]: column["filled"] for column in told["columns"]}
    assert set(filled) == set(first["has"])
    assert filled["owner"] == 1


def test_it_is_narrowed_to_a_stage_and_to_what_is_blank(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        factories.touchpoint(plan=plan, name="Check-in", owner_name="Jane", stage="Use")
        factories.touchpoint(plan=plan, name="Gate", stage="Use")
        factories.touchpoint(plan=plan, name="Search", stage="Find")

    def names(query):
        told = api.get(f"plans/{plan.pk}/coverage/?{query}").json()
        return [row["name"] for row in told["results"]]

    assert names("stage=Use") == ["Check-in", "Gate"]
    assert names("blank=owner") == ["Gate", "Search"]
    refused = api.get(f"plans/{plan.pk}/coverage/?blank=moon")
    assert refused.status_code == 400
    assert "owner" in refused.json()["detail"]


def test_thirty_touchpoints_ask_no_more_than_three(api, cast, plan):
    def asked(count):
        with workspace_scope(cast.owner.workspace_id):
            for number in range(count):
                factories.touchpoint(plan=plan, name=f"{count}-{number}")
        with CaptureQueriesContext(connection) as seen:
            assert api.get(f"plans/{plan.pk}/coverage/").status_code == 200
        return len(seen)

    asked(1)  # what is asked once a process stays out of the count
    assert asked(3) == asked(30)
