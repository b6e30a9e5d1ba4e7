"""A journey map as one persona sees it, and whose way it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.strategy.maps.test_map_pages import at


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


@pytest.fixture
def browser(cast):
    return cast.client("editor")


def test_a_persona_sees_its_own_steps_cards_and_curve(browser, plan):
    elin, omar = factories.persona(plan=plan), factories.persona(plan=plan, name="Omar")
    journey = factories.journey(plan=plan, personas=[elin, omar])
    shared = factories.journeystep(journey=journey, name="Shared", emotion=1)
    only = factories.journeystep(journey=journey, name="Omars own")
    factories.steppersona(step=only, persona=omar, emotion=-2)
    factories.journeycard(step=shared, text="Of Omar", persona=omar)
    url = at("journey", journey)
    page = browser.get(f"{url}?persona={elin.pk}").content.decode()
    assert "Shared" in page
    assert "Omars own</a>" not in page
    assert "Of Omar" not in page
    page = browser.get(f"{url}?persona={omar.pk}").content.decode()
    assert '<b dir="ltr">−2</b>' in page
    assert "Of Omar" in page

    # What is written there is of that persona, too.
    cell = at("journey-step-cards", shared) + f"?lane=pains&persona={omar.pk}"
    browser.post(cell, {"text": "Nobody asks him"})
    assert shared.cards.get(lane="pains").persona == omar


def test_the_curve_of_one_persona_is_bent_for_that_one_alone(browser, plan):
    elin, omar = factories.persona(plan=plan), factories.persona(plan=plan)
    journey = factories.journey(plan=plan, personas=[elin, omar])
    step = factories.journeystep(journey=journey, emotion=1)
    url = at("journey-feel", journey) + f"?persona={omar.pk}"
    for felt in (0, -1):
        browser.post(url, {"down": step.pk})
        step.refresh_from_db()
        assert step.emotion == 1
        assert dict(step.persona_rows.values_list("persona", "emotion")) == {
            elin.pk: None,
            omar.pk: felt,
        }


def test_who_feels_otherwise_at_a_step_is_never_lost(browser, plan):
    elin, omar = factories.persona(plan=plan), factories.persona(plan=plan, name="Omar")
    journey = factories.journey(plan=plan, personas=[elin, omar])
    step = factories.journeystep(journey=journey)
    said = {"name": "Waits", "version": step.version, f"feels_{omar.pk}": "-2"}
    browser.post(at("journey-step", step), said)
    rows = step.persona_rows.values_list("persona", "emotion")
    assert dict(rows) == {elin.pk: None, omar.pk: -2}  # it is for everybody, as before

    refused = browser.post(at("journey-step", step), said | {f"for_{elin.pk}": "on"})
    assert refused.status_code == 422
    assert "Tick “Omar”, too." in refused.content.decode()


def test_whose_way_it_is_stands_in_short_below_the_map(browser, plan):
    elin, omar = (factories.persona(plan=plan, name=name) for name in ("Elin", "Omar"))
    factories.personastatement(persona=elin, text="A socket")
    factories.personastatement(persona=elin, kind="fear", text="A night at the gate")
    factories.personastatement(persona=omar, text="Four seats")
    url = at("journey", factories.journey(plan=plan, personas=[elin, omar]))
    page = browser.get(url).content.decode()
    assert all(text in page for text in ("A socket", "A night at the gate", "Four seats"))
    page = browser.get(f"{url}?persona={omar.pk}").content.decode()
    assert "Four seats" in page
    assert "A socket" not in page


def test_a_map_asks_as_much_of_the_database_for_ten_personas_as_for_two(browser, plan):
    counts = []
    for size in (2, 10):
        people = [factories.persona(plan=plan) for _ in range(size)]
        for one in people:
            factories.personastatement(persona=one)
        journey = factories.journey(plan=plan, personas=people)
        factories.journeystep(journey=journey)
        browser.get(at("journey", journey))
        with CaptureQueriesContext(connection) as asked:
            browser.get(at("journey", journey))
        counts.append(len(asked))
    assert counts[0] == counts[1]
