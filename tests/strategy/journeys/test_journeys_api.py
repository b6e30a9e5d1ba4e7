"""Journeys over REST: what a script reads and moves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.airline import answered_at


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def test_a_step_carries_what_customers_say_of_its_touchpoint(api, plan):
    desk = factories.touchpoint(plan=plan)
    journey = factories.journey(plan=plan)
    factories.journeystep(journey=journey, touchpoint=desk)
    factories.journeystep(journey=journey, touchpoint=factories.touchpoint(plan=plan, name="Gate"))
    factories.journeystep(journey=journey)
    metric = factories.metric(plan=plan, kind="csat", scale_min=1, scale_max=5, top_box_from=4)
    answered_at(desk, metric, [(5, 3), (1, 1)])
    told = [step["measured"] for step in api.get(f"journeys/{journey.pk}/").json()["steps"]]
    assert told[0] == api.get(f"touchpoints/{desk.pk}/").json()["measured"]
    assert (told[0]["value"], told[0]["n"]) == (75, 4)
    assert told[1:] == [None, None]


def test_thirty_steps_ask_no_more_than_three(api, plan):
    def asked(count):
        journey = factories.journey(plan=plan)
        for number in range(count):
            place = factories.touchpoint(plan=plan, name=f"{count}-{number}")
            step = factories.journeystep(journey=journey, touchpoint=place)
            factories.journeycard(step=step)
        with CaptureQueriesContext(connection) as seen:
            assert api.get(f"journeys/{journey.pk}/").status_code == 200
        return len(seen)

    asked(1)  # what is asked once a process stays out of the count
    assert asked(3) == asked(30)


def test_a_finer_map_answers_whole_as_any_journey_read_alone(api, plan):
    step = factories.journeystep(journey=factories.journey(plan=plan))
    opened = api.post(f"journey-steps/{step.pk}/finer/", {}).json()
    assert opened == api.get(f"journeys/{opened['id']}/").json()
    assert opened["steps"] == []


@pytest.mark.parametrize("kind", ["journey", "touchpoint"])
def test_a_move_after_another_edit_is_refused_with_the_thing_as_it_is(api, plan, kind):
    path = f"{kind}s/{getattr(factories, kind)(plan=plan).pk}/"
    seen = api.get(path)["ETag"]
    api.patch(path, {"name": "Another"})
    late = api.post(f"{path}move/", {"position": 0}, If_Match=seen)
    assert late.status_code == 412
    assert late.json()["current"] == api.get(path).json()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("version=next", "current, future"),
        ("persona=Bea", "a whole number"),
        ("overlay=maybe", "true or false"),
    ],
)
def test_a_map_asked_for_in_words_nobody_knows_is_400_and_says_which_it_knows(
    api, plan, query, words
):
    refused = api.get(f"journeys/{factories.journey(plan=plan).pk}/map.svg?{query}")
    assert refused.status_code == 400
    assert words in refused.json()["detail"]


def test_a_map_without_its_future_is_drawn_where_no_overlay_is_asked_for(api, plan):
    journey = factories.journey(plan=plan)
    factories.journeystep(journey=journey)
    api.post(f"journeys/{journey.pk}/future/", {})
    plain, without, over = (
        api.get(f"journeys/{journey.pk}/map.svg{query}").content
        for query in ("", "?overlay=false", "?overlay=true")
    )
    assert plain == without != over


def test_a_lane_of_the_teams_own_needs_only_a_name(api, plan):
    path = f"journeys/{factories.journey(plan=plan).pk}/"
    lanes = [{"key": "doing"}, {"name": "Our notes"}, {"name": "Cost"}]
    told = api.patch(path, {"lanes": lanes}).json()["lanes"]
    assert [(one["key"], one["name"]) for one in told[:3]] == [
        ("doing", "Does"),
        ("own-1", "Our notes"),
        ("own-2", "Cost"),
    ]
    again = api.patch(path, {"lanes": [*told, {"name": "Risk"}]}).json()["lanes"]
    assert (again[-1]["key"], again[-1]["name"]) == ("own-3", "Risk")
    refused = api.patch(path, {"lanes": [{"shown": False}]})
    assert refused.json()["errors"][0]["pointer"] == "/lanes"


@pytest.mark.parametrize(
    ("path", "more", "by"),
    [
        ("touchpoints/", {"grade": "A"}, "audits/"),
        ("journeys/", {"steps": [{"name": "Finds"}]}, "journey-steps/"),
    ],
)
def test_what_another_resource_takes_is_not_lost_in_silence(api, plan, path, more, by):
    body = {"plan": plan.pk, "name": "Check-in"}
    refused = api.post(path, {**body, **more})
    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert fault["pointer"] == f"/{next(iter(more))}"
    assert by in fault["detail"]
    made = api.post(path, {**body, **dict.fromkeys(more)})
    assert made.status_code == 201
    assert api.patch(f"{path}{made.json()['id']}/", more).status_code == 400
    assert api.put(f"{path}{made.json()['id']}/", {**made.json(), **more}).status_code == 200
