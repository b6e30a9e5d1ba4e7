"""Journeys over REST, on the thread, in the path of steps and in their history."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.services import undo
from strategy.journeys import cards, services, steps
from strategy.journeys.joints import shown
from strategy.journeys.models import Journey, JourneyCard, JourneyPersona, JourneyStep
from strategy.journeys.section import PeopleSection, own_journeys
from strategy.journeys.starters import STARTERS
from strategy.plans.models import Plan
from strategy.thread.selectors import thread_of
from strategy.vocabulary.services import InUse, remove_name, rename
from tests import factories
from tests.acting import act_of


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan(stages=["dream", "buy", "use"])


def test_rest_draws_a_journey_with_steps_and_cards_and_reads_it_whole(api, plan):
    elin, desk = factories.persona(plan=plan), factories.touchpoint(plan=plan, stage="buy")
    made = api.post("journeys/", {"plan": plan.pk, "name": "Fridays", "personas": [elin.pk]})
    assert made.status_code == 201, made.json()
    journey = made.json()
    body = {"journey": journey["id"], "name": "Books", "touchpoint": desk.pk, "emotion": -1}
    step = api.post("journey-steps/", body | {"personas": [{"persona": elin.pk, "emotion": -2}]})
    assert step.status_code == 201, step.json()
    assert step.json()["stage"] == "buy"  # which the touchpoint brought along
    card = {"step": step.json()["id"], "lane": "pains", "text": "Price shown last"}
    assert api.post("journey-cards/", card).status_code == 201
    whole = api.get(f"journeys/{journey['id']}/").json()
    [column] = whole["steps"]
    assert column["personas"] == [{"persona": elin.pk, "emotion": -2}]
    assert [one["text"] for one in column["cards"]] == ["Price shown last"]
    assert len(whole["lanes"]) == 12


def test_rest_changes_moves_archives_and_filters(api, plan):
    journey = factories.journey(plan=plan)
    first, last = (factories.journeystep(journey=journey, position=n) for n in range(2))
    card = factories.journeycard(step=first)
    path = f"journey-steps/{last.pk}/"
    seen = api.get(path)["ETag"]
    assert api.patch(path, {"emotion": 2}, If_Match=seen).json()["emotion"] == 2
    assert api.patch(path, {"emotion": 1}, If_Match=seen).status_code == 412
    moved = api.post(f"{path}move/", {"position": 0, "stage": "use"}).json()
    assert (moved["position"], moved["stage"]) == (0, "use")
    body = {"step": last.pk, "lane": "thinking", "position": 0}
    moved = api.post(f"journey-cards/{card.pk}/move/", body).json()
    assert (moved["step"], moved["lane"]) == (last.pk, "thinking")
    for query, count in {
        f"journey-cards/?journey={journey.pk}&lane=thinking": 1,
        "journey-cards/?lane=doing": 0,
        f"journey-steps/?journey={journey.pk}": 2,
        f"journeys/?plan={plan.pk}": 1,
    }.items():
        assert len(api.get(query).json()["results"]) == count
    assert api.delete(path).status_code == 204
    assert [one["id"] for one in api.get(f"journeys/{journey.pk}/").json()["steps"]] == [first.pk]
    assert api.post(f"{path}restore/", {}).json()["archived_at"] is None


@pytest.mark.parametrize(
    ("path", "over", "pointer"),
    [
        ("journeys", {"name": ""}, "/name"),
        ("journeys", {"starter": "moon"}, "/starter"),
        ("journeys", {"lanes": [{"key": "luck"}]}, "/lanes"),
        ("journey-steps", {"emotion": 3}, "/emotion"),
        ("journey-steps", {"name": ""}, "/name"),
        ("journey-cards", {"lane": "score"}, "/lane"),
        ("journey-cards", {"lane": "luck"}, "/lane"),
        ("journey-cards", {"text": ""}, "/text"),
        ("journey-cards", {"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_kept_is_pointed_at(api, plan, path, over, pointer):
    step = factories.journeystep(journey=factories.journey(plan=plan))
    whole = {
        "journeys": {"plan": plan.pk, "name": "A day"},
        "journey-steps": {"journey": step.journey_id, "name": "Waits"},
        "journey-cards": {"step": step.pk, "lane": "doing", "text": "Waits"},
    }
    refused = api.post(f"{path}/", whole[path] | over)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)


def test_nothing_of_another_plan_gets_onto_a_journey(api, plan):
    journey, other = factories.journey(plan=plan), factories.plan()
    step = factories.journeystep(journey=journey)
    stranger, far = factories.persona(plan=other), factories.touchpoint(plan=other)
    cases: list[tuple[str, dict[str, Any]]] = [
        (f"journeys/{journey.pk}/", {"personas": [stranger.pk]}),
        (f"journeys/{journey.pk}/", {"plan": other.pk}),
        (f"journey-steps/{step.pk}/", {"touchpoint": far.pk}),
        (f"journey-steps/{step.pk}/", {"personas": [{"persona": stranger.pk}]}),
        (f"journey-cards/{factories.journeycard(step=step).pk}/", {"persona": stranger.pk}),
    ]
    for path, body in cases:
        refused = api.patch(path, body)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"].startswith(f"/{next(iter(body))}")


@pytest.mark.parametrize("key", list(STARTERS))
def test_a_starter_lays_out_its_steps_in_the_plans_own_stages(cast, plan, key):
    journey = services.create_journey(plan=plan, by=cast.editor, starter=key)
    drawn = list(journey.steps.all())
    assert [step.name for step in drawn] == [str(one.name) for one in STARTERS[key].steps]
    assert [step.stage for step in drawn] == sorted((s.stage for s in drawn), key=plan.stages.index)
    assert {step.stage for step in drawn} == set(plan.stages)
    assert JourneyCard.objects.filter(step__journey=journey).count() > len(drawn)


def test_a_starter_lends_its_name_over_rest_and_without_one_a_name_is_asked_for(api, plan):
    made = api.post("journeys/", {"plan": plan.pk, "starter": "hotel"})
    assert made.status_code == 201
    assert made.json()["name"] == str(STARTERS["hotel"].name)
    assert len(made.json()["steps"]) == len(STARTERS["hotel"].steps)
    refused = api.post("journeys/", {"plan": plan.pk})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/name"


def test_a_stage_that_is_renamed_is_renamed_on_maps_too(cast, plan):
    step = factories.journeystep(journey=factories.journey(plan=plan), stage="buy")
    rename(plan, "stages", name="buy", to="pay", by=cast.editor)
    step.refresh_from_db()
    assert (step.stage, step.version) == ("pay", 2)


def test_a_stage_in_use_on_a_map_asks_where_its_steps_go(cast, plan):
    step = factories.journeystep(journey=factories.journey(plan=plan), stage="buy")
    with pytest.raises(InUse):
        remove_name(plan, "stages", name="buy", by=cast.editor)
    remove_name(plan, "stages", name="buy", by=cast.editor, to="use")
    step.refresh_from_db()
    assert step.stage == "use"


def test_the_step_is_done_when_a_journey_goes_through_every_stage(cast, plan):
    assert own_journeys(plan).acts[0].words == "Draw the first journey"
    journey = factories.journey(plan=plan)
    assert own_journeys(plan).acts[0].page == "journey"
    for stage in ("dream", "use"):
        factories.journeystep(journey=journey, stage=stage)
    assert "leaves out one stage: buy" in own_journeys(plan).words
    buys = factories.journeystep(journey=journey, stage="buy")
    assert own_journeys(plan).is_done
    steps.archive_step(buys, by=cast.editor)
    assert not own_journeys(plan).is_done


def test_a_touchpoint_is_covered_by_the_personas_whose_journeys_meet_it(cast, plan):
    desk, lounge = (factories.touchpoint(plan=plan) for _ in range(2))
    elin, omar = (factories.persona(plan=plan) for _ in range(2))
    of_both = factories.journey(plan=plan, personas=[elin, omar])
    factories.journeystep(journey=of_both, touchpoint=desk)
    alone = factories.journeystep(journey=of_both, touchpoint=lounge)
    factories.steppersona(step=alone, persona=omar)
    assert PeopleSection().coverage([desk.pk, lounge.pk]) == {desk.pk: 2, lounge.pk: 1}


def test_the_thread_leads_from_touchpoint_over_step_and_journey_to_persona(cast, plan):
    elin, desk = factories.persona(plan=plan), factories.touchpoint(plan=plan)
    journey = factories.journey(plan=plan, personas=[elin])
    step = factories.journeystep(journey=journey, touchpoint=desk)
    card = factories.journeycard(step=step)
    thread = thread_of(card.ref, member=cast.viewer, most=5)
    up = {one.ref for group in thread.up for one in group.stitches}
    assert {step.ref, journey.ref, elin.ref, desk.ref, plan.ref} <= up
    below = thread_of(desk.ref, member=cast.viewer, most=5).down
    assert step.ref in {one.ref for group in below for one in group.stitches}
    below = thread_of(elin.ref, member=cast.viewer, most=5).down
    assert journey.ref in {one.ref for group in below for one in group.stitches}


def test_what_is_dumped_loads_the_same_again(cast, plan):
    elin = factories.persona(plan=plan, name="Elin")
    desk = factories.touchpoint(plan=plan, name="Desk")
    journey = services.create_journey(plan=plan, by=cast.editor, starter="hotel", personas=[elin])
    first = journey.steps.order_by("position")[0]
    whose = [{"persona": elin, "emotion": -2}]
    steps.change_step(first, by=cast.editor, touchpoint=desk, personas=whose)
    cards.add_card(step=first, lane="pains", by=cast.editor, text="Waits", persona=elin)
    services.plan_future(journey, by=cast.editor)
    services.open_step(first, by=cast.editor)
    said = PeopleSection().dump(plan)
    other = factories.plan(stages=plan.stages)
    factories.touchpoint(plan=other, name="Desk")
    PeopleSection().load(other, said)
    assert PeopleSection().dump(other) == said


def test_undoing_a_drawn_starter_takes_everything_away(cast, plan):
    with act_of(cast.editor) as act:
        elin = factories.persona(plan=plan)
        services.create_journey(plan=plan, by=cast.editor, starter="bank", personas=[elin])
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    left = [m.objects.count() for m in (Journey, JourneyPersona, JourneyStep, JourneyCard)]
    assert left == [0, 0, 0, 0]


def test_undo_brings_back_an_archived_step_and_moved_cards(cast, plan):
    one, two = (factories.journeystep(journey=factories.journey(plan=plan)) for _ in range(2))
    card = factories.journeycard(step=one)
    with act_of(cast.editor) as act:
        steps.archive_step(one, by=cast.editor)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    one.refresh_from_db()
    assert one.archived_at is None
    assert two.archived_at is None
    with act_of(cast.editor) as act:
        cards.move_card(card, step=one, lane="pains", position=0, by=cast.editor)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    card.refresh_from_db()
    assert card.lane == "doing"


def test_a_future_begins_as_the_present_and_there_is_one(cast, plan):
    step = factories.journeystep(journey=factories.journey(plan=plan), emotion=-1)
    factories.journeycard(step=step, text="Waits")
    future = services.plan_future(step.journey, by=cast.editor)
    [twin] = future.steps.all()
    assert (twin.origin, twin.emotion, twin.cards.get().text) == (step, -1, "Waits")
    assert services.plan_future(step.journey, by=cast.editor) == future
    assert Plan.objects.get(pk=plan.pk).journeys.count() == 2


def test_the_thread_tells_a_journey_from_how_it_shall_be(cast, plan):
    journey = factories.journey(plan=plan, name="Home", summary="On Fridays.")
    future = services.plan_future(journey, by=cast.editor)
    found = shown([journey.ref, future.ref], slug="skylark")
    assert found[journey.ref].words == "On Fridays."
    assert found[future.ref].words == "how it shall be · On Fridays."


def test_a_lane_with_cards_is_not_removed_but_may_be_hidden(api, cast, plan):
    journey = factories.journey(plan=plan)
    services.add_lane(journey, name="Systems", by=cast.editor)
    card = factories.journeycard(step=factories.journeystep(journey=journey), lane="own-1")
    journey.refresh_from_db()
    with pytest.raises(ValidationError):
        services.arrange_lane(journey, key="own-1", act="remove", by=cast.editor)
    hidden = services.arrange_lane(journey, key="own-1", act="hide", by=cast.editor)
    assert [one["shown"] for one in hidden.lanes if one["key"] == "own-1"] == [False]
    cards.archive_card(card, by=cast.editor)
    gone = services.arrange_lane(hidden, key="own-1", act="remove", by=cast.editor)
    assert "own-1" not in [one["key"] for one in gone.lanes]
