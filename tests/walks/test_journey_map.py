"""A team draws a journey in a real browser by keyboard alone, drags a card, and takes it back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.walks.browser import is_open_to_everybody, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(live_server, chromium) -> Iterator[Page]:
    """An editor in front of a map of two steps."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        plan = factories.plan(name="CX plan")
        factories.touchpoint(plan=plan, name="Rebooking desk", channel="phone")
        journey = factories.journey(plan=plan, name="Home on Fridays")
        for place, name in enumerate(("Books", "Waits")):
            factories.journeystep(journey=journey, name=name, position=place, emotion=0)
    with opened(live_server.url, chromium, editor, f"journeys/{journey.pk}/") as page:
        yield page


def steps(page: Page) -> list[str]:
    """Return the ids of the steps, in the order of their columns."""
    found: list[str] = page.locator("[data-step]").evaluate_all(
        "all => all.map(one => one.dataset.step)"
    )
    return found


def texts(page: Page, cell: str) -> list[str]:
    return page.locator(f"#{cell} [data-card] a").all_inner_texts()


def test_a_journey_is_drawn_by_keyboard_alone(page):
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    books, waits = steps(page)
    keys = page.keyboard

    # From the name of the first step down to the first lane: Enter writes, Enter keeps.
    page.locator(f"#n{books}").focus()
    keys.press("ArrowDown")
    expect(page.locator(f"#add-{books}-doing")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".journey-edit textarea")).to_be_focused()
    keys.type("Compares two Fridays")
    keys.press("Enter")
    expect(page.locator(f"#c{books}-doing [data-card]")).to_have_text("Compares two Fridays")
    expect(page.locator(f"#add-{books}-doing")).to_be_focused()

    # Escape takes back what was typed; leaving keeps it.
    keys.press("ArrowUp")
    keys.press("Enter")
    field = page.locator(".journey-edit textarea")
    expect(field).to_be_focused()
    keys.type("Something else")
    keys.press("Escape")
    expect(field).to_have_count(0)
    assert texts(page, f"c{books}-doing") == ["Compares two Fridays"]
    keys.press("Enter")
    expect(field).to_be_focused()
    field.fill("Compares three Fridays")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")
    expect(page.locator(f"#c{books}-doing [data-card]")).to_have_text("Compares three Fridays")

    # Alt with an arrow moves the card to the step beside it, and the step itself.
    card = page.locator("[data-card] a", has_text="three Fridays")
    card.focus()
    keys.press("Alt+ArrowRight")
    expect(page.locator(f"#c{waits}-doing [data-card]")).to_have_text("Compares three Fridays")
    expect(card).to_be_focused()
    page.locator(f"#n{waits}").focus()
    keys.press("Alt+ArrowLeft")
    expect(page.locator(".journey-name").first).to_have_text("Waits")
    expect(page.locator(f"#n{waits}")).to_be_focused()

    # Minus bends the curve down at a step, Ctrl+Z takes it back.
    page.locator(f"#f{waits}-feeling").focus()
    keys.press("-")
    expect(page.locator(f"#f{waits}-feeling")).to_contain_text("−1")
    page.locator(f"#n{waits}").focus()
    keys.press("Control+z")
    expect(page.locator(f"#f{waits}-feeling")).to_contain_text("0")

    # The touchpoint is chosen in its cell.
    page.locator(f"#f{waits}-touchpoint").focus()
    keys.press("Enter")
    page.locator(".journey-edit select").select_option(label="Rebooking desk")
    page.locator(".journey-edit select").press("Enter")
    expect(page.locator(f"#f{waits}-touchpoint")).to_have_text("Rebooking desk")
    expect(page.locator(f"#c{waits}-score")).to_contain_text("No answers yet")

    is_open_to_everybody(page)
    assert faults == []


def test_a_card_is_dragged_into_another_cell_and_taken_back(page):
    books, waits = steps(page)
    page.locator(f"#c{books}-doing").hover()
    page.locator(f"#add-{books}-doing").click()
    page.locator(".journey-edit textarea").fill("Calls three times")
    page.locator(".journey-edit textarea").press("Enter")
    card = page.locator("[data-card]", has_text="Calls three times")
    expect(card).to_be_visible()
    card.hover()
    page.mouse.down()
    page.locator(f"#c{waits}-pains").hover()
    page.locator(f"#c{waits}-pains").hover(position={"x": 40, "y": 12})
    page.mouse.up()
    expect(page.locator(f"#c{waits}-pains [data-card]")).to_contain_text("Calls three times")
    assert texts(page, f"c{books}-doing") == []
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f"#c{books}-doing [data-card]")).to_contain_text("Calls three times")
