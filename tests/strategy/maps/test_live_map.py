"""A map that is open hears what others change, and lanes move where they stand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.journeys import cards, services, steps
from strategy.journeys.lanes import lanes_of
from strategy.plans.models import Pulse
from tests import factories

IN_PAGE = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def journey(cast):
    with workspace_scope(cast.owner.workspace_id):
        journey = factories.journey(plan=factories.plan())
        factories.journeystep(journey=journey, name="Waits", emotion=-1)
        yield journey


def at(name: str, row) -> str:
    return reverse(name, args=[row.workspace.slug, row.pk])


def seen_of(journey) -> int:
    return Pulse.objects.get(plan=journey.plan).number


def shown(journey) -> list[str]:
    journey.refresh_from_db()
    return [one.key for one in lanes_of(journey.lanes) if one.is_shown]


# --- what others change -------------------------------------------------------------------------


def test_nothing_new_is_answered_with_nothing_after_one_read_of_the_plan(cast, journey):
    browser = cast.client("viewer")
    ask = {"seen": seen_of(journey)}
    browser.get(at("journey", journey), ask, **IN_PAGE)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(at("journey", journey), ask, **IN_PAGE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert sum("journey" in one["sql"] for one in asked) == 1


def test_a_change_brings_the_map_anew_with_the_version_it_shows(cast, journey):
    browser, before = cast.client("viewer"), seen_of(journey)
    page = browser.get(at("journey", journey)).content.decode()
    assert f'name="seen" value="{before}"' in page
    cards.add_card(step=journey.steps.get(), lane="pains", text="Rains in", by=cast.editor)
    answer = browser.get(at("journey", journey), {"seen": before}, **IN_PAGE).content.decode()
    assert "<template>" in answer
    assert "Rains in" in answer
    assert 'id="finding" hx-swap-oob="true"' in answer
    assert f'name="seen" value="{seen_of(journey)}"' in answer
    assert "<html" not in answer


def test_what_is_new_is_looked_at_as_the_map_was(cast, journey):
    elin, omar = factories.persona(plan=journey.plan), factories.persona(plan=journey.plan)
    services.change_journey(journey, personas=[elin, omar], by=cast.editor)
    step = journey.steps.get()
    cards.add_card(step=step, lane="pains", text="Of Omar", persona=omar, by=cast.editor)
    ask = {"seen": "", "persona": str(elin.pk)}
    answer = cast.client("viewer").get(at("journey", journey), ask, **IN_PAGE).content.decode()
    assert "Waits" in answer
    assert "Of Omar" not in answer
    assert f"?persona={elin.pk}" in answer.partition("<template>")[0]


def test_a_map_of_others_is_not_told_of(cast, journey):
    ask = {"seen": "0"}
    assert cast.client("stranger").get(at("journey", journey), ask, **IN_PAGE).status_code == 404
    whole = cast.client("viewer").get(at("journey", journey), {"seen": seen_of(journey)})
    assert "<html" in whole.content.decode()


def test_words_for_a_step_somebody_took_off_are_kept_and_the_map_comes_anew(cast, journey):
    step = journey.steps.get()
    steps.archive_step(step, by=cast.owner)
    url = at("journey-step-cards", step)
    answer = cast.client("editor").post(url, {"lane": "pains", "text": "Late words"}, **IN_PAGE)
    shown = answer.content.decode()
    assert answer["HX-Retarget"] == "#map"
    assert "Its place is no longer on the map." in shown
    assert step.cards.get().text == "Late words"


def test_words_in_a_lane_somebody_hid_are_kept_and_the_map_comes_anew(cast, journey):
    services.arrange_lane(journey, key="pains", act="hide", by=cast.owner)
    step = journey.steps.get()
    url = at("journey-step-cards", step)
    answer = cast.client("editor").post(url, {"lane": "pains", "text": "Late words"}, **IN_PAGE)
    assert answer["HX-Retarget"] == "#map"
    assert step.cards.get().text == "Late words"


def test_a_lane_that_was_always_hidden_is_not_missed(cast, journey):
    services.arrange_lane(journey, key="score", act="hide", by=cast.owner)
    body = {"up": journey.steps.get().pk}
    answer = cast.client("editor").post(at("journey-feel", journey), body, **IN_PAGE)
    assert "no longer on the map" not in answer.content.decode()
    assert 'id="curve"' in answer.content.decode()


def test_who_writes_on_a_card_that_was_taken_off_is_told(cast, journey):
    card = factories.journeycard(step=journey.steps.get(), lane="pains", text="Rains in")
    seen = card.version
    cards.archive_card(card, by=cast.owner)
    body = {"text": "Rains in at row 3", "version": seen}
    answer = cast.client("editor").post(at("journey-card", card), body, **IN_PAGE)
    assert "off the map: somebody took it off" in answer.content.decode()
    card.refresh_from_db()
    assert card.text == "Rains in at row 3"


# --- lanes in their place -----------------------------------------------------------------------


def test_a_lane_goes_up_down_and_before_another(cast, journey):
    browser, url = cast.client("editor"), at("journey-lane-move", journey)
    before = shown(journey)
    browser.post(url, {"key": before[1], "to": "up"}, **IN_PAGE)
    assert shown(journey) == [before[1], before[0], *before[2:]]
    browser.post(url, {"key": before[1], "to": "down"}, **IN_PAGE)
    assert shown(journey) == before
    answer = browser.post(url, {"key": "backstage", "before": "thinking"}, **IN_PAGE)
    assert shown(journey)[:3] == ["doing", "backstage", "thinking"]
    assert 'id="l-backstage"' in answer.content.decode()
    assert "Undo" in answer.content.decode()
    browser.post(url, {"key": "doing", "before": ""}, **IN_PAGE)
    assert shown(journey)[-1] == "doing"


def test_a_lane_goes_past_those_that_are_hidden(cast, journey):
    browser, url = cast.client("editor"), at("journey-lane-move", journey)
    hidden = browser.post(url, {"key": "thinking", "to": "away"}, **IN_PAGE).content.decode()
    assert "is hidden" in hidden
    browser.post(url, {"key": "feeling", "to": "up"}, **IN_PAGE)
    assert shown(journey)[:2] == ["feeling", "doing"]


def test_a_lane_at_the_edge_stays_and_one_that_is_gone_is_told(cast, journey):
    browser, url = cast.client("editor"), at("journey-lane-move", journey)
    before, seen = shown(journey), seen_of(journey)
    for body in (
        {"key": before[0], "to": "up"},
        {"key": before[-1], "to": "down"},
        {"key": "own-9", "to": "up"},
        {"key": before[0], "before": "own-9"},
        {"key": "own-9", "to": "away"},
        {},
    ):
        answer = browser.post(url, body, **IN_PAGE)
        assert answer.status_code == 200
        assert "Undo" not in answer.content.decode()
    assert (shown(journey), seen_of(journey)) == (before, seen)


def test_lanes_move_without_script_too(cast, journey):
    url = at("journey-lane-move", journey)
    answer = cast.client("editor").post(url, {"key": "thinking", "to": "up"})
    assert answer.url == at("journey", journey)
    assert shown(journey)[0] == "thinking"


def test_a_step_for_all_personas_of_its_journey_names_none(cast, journey):
    elin, omar = (factories.persona(plan=journey.plan, name=name) for name in ("Elin", "Omar"))
    services.change_journey(journey, personas=[elin, omar], by=cast.editor)
    step = journey.steps.get()
    factories.steppersona(step=step, persona=elin)
    viewer = cast.client("viewer")
    assert "journey-whose" in viewer.get(at("journey", journey)).content.decode()
    factories.steppersona(step=step, persona=omar)
    assert "journey-whose" not in viewer.get(at("journey", journey)).content.decode()
