"""Lists are narrowed by what a caller asks; what no list can answer is refused, never ignored."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy.touchpoints.models import Touchpoint
from tests import factories
from tests.api import Api
from tests.cxplanner.api.routes import routes

LISTS = sorted(
    {
        f"/{route.path}"
        for route in routes()
        if not route.names and "GET" in route.needs and hasattr(route.view, "filters")
    }
)


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        return factories.plan()


def names(api, query):
    return [row["name"] for row in api.get(f"touchpoints/?{query}").json()["results"]]


@pytest.mark.parametrize("path", LISTS)
def test_no_list_fails_over_a_nul_in_what_narrows_it(cast, path):
    api = Api(factories.token(cast.owner))
    for name in ("search", "about", "lane", "stage", "cursor", "name"):
        assert api.get(f"{path}?{name}=goal:%00").status_code == 400


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("touchpoints/?archived=maybe", "true, false or only"),
        ("evidence/?verified=maybe", "true or false"),
        ("notifications/?unread=maybe", "true or false"),
        ("touchpoints/?place=moon", "physical, online, other"),
        ("touchpoints/?outcome=x", "positive, neutral, negative"),
        ("persona-statements/?trust=x", "assumption, partly, validated"),
        ("tactics/?state=x", "planned, under_way"),
        ("surveys/?status=x", "draft, open, closed"),
        ("personas/?updated_since=yesterday", "a moment with its offset"),
        ("personas/?updated_since=0001-01-01T00:00:00%2B18:00", "a moment with its offset"),
    ],
)
def test_a_value_no_row_can_have_is_refused_with_those_it_can(api, query, words):
    refused = api.get(query)
    assert refused.status_code == 400
    assert words in refused.json()["detail"]


def test_archived_ones_stand_beside_the_others_or_alone(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        factories.touchpoint(plan=plan, name="Here")
        factories.touchpoint(plan=plan, name="Gone", archived_at=timezone.now())
    assert names(api, "") == names(api, "archived=false") == ["Here"]
    assert names(api, "archived=true") == ["Here", "Gone"]
    assert names(api, "archived=only") == ["Gone"]


def test_a_search_finds_every_word_anywhere_in_the_texts(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        factories.touchpoint(plan=plan, name="Check-in", pain_points="The queue is LONG")
        factories.touchpoint(plan=plan, name="Gate", pain_points="The queue is short")
    assert names(api, "search=queue") == ["Check-in", "Gate"]
    assert names(api, "search=long+check") == ["Check-in"]
    assert names(api, "search=%25") == []
    assert names(api, "search=") == ["Check-in", "Gate"]
    assert api.get("touchpoints/?search=" + "a+" * 101).status_code == 400


def test_a_caller_that_comes_back_asks_only_for_what_changed(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        old = factories.touchpoint(plan=plan, name="Old")
        factories.touchpoint(plan=plan, name="New")
        earlier = timezone.now() - timedelta(days=9)
        Touchpoint.objects.filter(pk=old.pk).update(updated_at=earlier)
    since = (earlier + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert names(api, f"updated_since={since}") == ["New"]
    assert names(api, "updated_since=2020-01-01T00:00:00-23:59") == ["Old", "New"]


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("0776-10-28T10:28:44-18:32", 200),
        ("0001-01-01T00:00:00%2B05:00", 400),
        ("9999-12-31T23:00:00-05:00", 400),
        ("2026-06-01T12:00:00", 400),
    ],
)
def test_a_moment_is_any_that_can_be_reckoned_with(api, plan, moment, status):
    assert api.get(f"touchpoints/?updated_since={moment}").status_code == status
    assert api.get(f"events/?since={moment}").status_code == status


def test_an_archived_survey_comes_back_in_one_act(api, cast, plan):
    with workspace_scope(cast.owner.workspace_id):
        survey = factories.survey(plan=plan)
    assert api.delete(f"surveys/{survey.pk}/").status_code == 204
    assert api.get(f"surveys/{survey.pk}/").status_code == 404
    restored = api.post(f"surveys/{survey.pk}/restore/", {})
    assert restored.status_code == 200
    assert restored.json()["archived_at"] is None
    assert api.get(f"surveys/{survey.pk}/").status_code == 200
