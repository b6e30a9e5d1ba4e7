"""What the team does about a step stands on its map, and begins there where something hurts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.strategy.maps.test_map_pages import IN_PAGE, at


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


@pytest.fixture
def browser(cast):
    return cast.client("editor")


@pytest.fixture
def step(plan):
    seat = factories.touchpoint(plan=plan, name="Seat")
    journey = factories.journey(plan=plan)
    return factories.journeystep(journey=journey, name="Flies", touchpoint=seat)


def answers(page: str, step: object) -> str:
    """Return the cell in which the answers to a step stand."""
    start = page.index(f'id="c{step.pk}-answers"')  # type: ignore[attr-defined]  # a step
    return page[start : page.index("</td>", start)]


def test_a_step_names_the_tactics_that_answer_it_each_once(browser, plan, step):
    card = factories.journeycard(step=step, lane="pains", text="No socket")
    cycle = factories.cycle(plan=plan)
    refit = factories.tactic(cycle=cycle, name="Refit seats", touchpoints=[step.touchpoint])
    factories.tacticreason(about=card.ref, tactic=refit)
    factories.tacticreason(about=step.ref, tactic=factories.tactic(cycle=cycle, name="Say so"))
    dropped = factories.tactic(cycle=cycle, name="Dropped idea", state="dropped")
    factories.tacticreason(about=card.ref, tactic=dropped)
    found = answers(browser.get(at("journey", step.journey)).content.decode(), step)
    assert found.count("Refit seats") == 1
    assert "Say so" in found
    assert "Dropped idea" not in found
    drawn = browser.get(at("journey-map-svg", step.journey)).content.decode()
    assert "Refit seats" in drawn


def test_what_hurts_and_nobody_answers_begins_a_tactic(cast, browser, step):
    url = at("journey", step.journey)
    assert "Plan a tactic" not in answers(browser.get(url).content.decode(), step)
    said = browser.post(
        at("journey-step-cards", step) + "?lane=pains", {"text": "No socket"}, **IN_PAGE
    ).content.decode()
    begins = answers(said, step)
    assert f"why=journeycard%3A{step.cards.get().pk}" in begins
    viewed = answers(cast.client("viewer").get(url).content.decode(), step)
    assert "Plan a tactic" not in viewed
    assert "nothing yet" in viewed


def test_answers_cost_as_many_queries_for_thirty_steps_as_for_three(browser, plan):
    cycle, counts = factories.cycle(plan=plan), []
    for size in (3, 30):
        journey = factories.journey(plan=plan)
        for place in range(size):
            step = factories.journeystep(journey=journey, position=place)
            card = factories.journeycard(step=step, lane="pains")
            factories.tacticreason(about=card.ref, tactic=factories.tactic(cycle=cycle))
        browser.get(at("journey", journey))
        with CaptureQueriesContext(connection) as asked:
            browser.get(at("journey", journey))
        counts.append(len(asked))
    assert counts[0] == counts[1]
