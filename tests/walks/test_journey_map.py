"""A team draws a journey in a real browser by keyboard alone, drags a card, and takes it back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.walks.browser import Finger, is_open_to_everybody, opened, settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start(live_server) -> tuple[Membership, str]:
    """An editor, and the path of a map of two steps; one card is planned for the first."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        plan = factories.plan(name="CX plan")
        factories.touchpoint(plan=plan, name="Rebooking desk", channel="phone")
        journey = factories.journey(plan=plan, name="Home on Fridays")
        for place, name in enumerate(("Books", "Waits")):
            factories.journeystep(journey=journey, name=name, position=place, emotion=0)
        later = factories.journey(plan=plan, future_of=journey)
        step = factories.journeystep(journey=later, origin=journey.steps.get(name="Books"))
        factories.journeycard(step=step, lane="doing", text="Asks her phone")
    return editor, f"journeys/{journey.pk}/"


@pytest.fixture
def page(live_server, chromium, start) -> Iterator[Page]:
    with opened(live_server.url, chromium, *start) as page:
        yield page


@pytest.fixture
def tablet(live_server, chromium, start) -> Iterator[Page]:
    with opened(live_server.url, chromium, *start, width=820, has_touch=True) as page:
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
    settle(page)
    page.locator(f"#n{waits}").focus()
    keys.press("Alt+ArrowLeft")
    expect(page.locator(".journey-name").first).to_have_text("Waits")
    expect(page.locator(f"#n{waits}")).to_be_focused()

    # Minus bends the curve down at a step, again and again; Ctrl+Z takes it back.
    mood = page.locator(f"#f{waits}-feeling")
    settle(page)
    mood.focus()
    for level in ("−1", "−2"):
        keys.press("-")
        expect(mood).to_contain_text(level)
        settle(page)
        expect(page.locator(f"#down-{waits}")).to_be_focused()
    keys.press("ArrowDown")
    expect(page.locator(f"#add-{waits}-feeling")).to_be_focused()
    keys.press("Control+z")
    expect(mood).to_contain_text("−1")

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


def test_what_is_written_in_a_cell_hides_nothing_and_what_is_refused_keeps_the_focus(page):
    books, _waits = steps(page)
    keys, cell = page.keyboard, page.locator(f"#c{books}-doing")
    add, field = page.locator(f"#add-{books}-doing"), page.locator(".journey-edit textarea")
    add.focus()
    untouched = cell.evaluate("one => one.outerHTML")
    add.press("Enter")
    expect(field).to_be_focused()
    keys.press("Escape")
    expect(add).to_be_focused()
    assert cell.evaluate("one => one.outerHTML") == untouched  # no trace others would have left

    # The cards that are there stay in sight. Space alone is nothing, too many words are refused.
    add.press("Enter")
    field.fill("Compares two Fridays")
    settle(page)
    keys.press("Enter")
    expect(cell.locator("[data-card]")).to_have_count(1)
    expect(add).to_be_focused()
    settle(page)
    keys.press("Enter")
    expect(field).to_be_focused()
    expect(cell.locator("[data-card]")).to_be_visible()
    settle(page)
    keys.type("   ")
    keys.press("Enter")
    expect(add).to_be_focused()
    settle(page)
    keys.press("Enter")
    field.fill("x" * 5_000)
    settle(page)
    keys.press("Enter")
    expect(cell).to_contain_text("at most 500 characters")
    settle(page)
    expect(field).to_be_focused()

    # What was typed and not kept is offered in that cell again, and in no other of the step.
    keys.press("Escape")
    page.locator(f"#add-{books}-pains").press("Enter")
    expect(field).to_be_focused()
    settle(page)
    expect(page.get_by_text("and did not save it")).to_have_count(0)
    keys.press("Escape")
    add.press("Enter")
    expect(cell.get_by_text("and did not save it")).to_be_visible()


def test_a_map_is_begun_and_filled_step_by_step_without_leaving_the_form(page):
    for name in page.locator(".journey-name").all_inner_texts():
        page.locator("summary", has_text="⋯").first.focus()
        page.get_by_label(f"Acts on “{name}”").press("Enter")
        page.get_by_role("button", name="Take off the map").locator("visible=true").click()
        expect(page.get_by_role("link", name=name, exact=True)).not_to_be_visible()
    fills, add = page.get_by_label("Fill the window"), page.get_by_role("link", name="Add a step")
    expect(fills).not_to_be_visible()
    expect(add.first).not_to_be_visible()
    named = page.get_by_label("What happens")
    for count, name in enumerate(("Wishes", "Orders", "Eats"), start=1):
        named.fill(name)
        named.press("Enter")
        expect(page.locator(".journey-name")).to_have_count(count)
        expect(named).to_be_focused()
    expect(fills).to_be_visible()
    expect(add.first).to_be_visible()

    # One goes before another from that one's menu, in the map that fills the window, too.
    fills.check()
    page.get_by_label("Acts on “Eats”").press("Enter")
    page.get_by_role("link", name="Add a step before it").locator("visible=true").click()
    expect(named).to_be_focused()
    page.keyboard.type("Waits")
    page.keyboard.press("Enter")
    expect(page.locator(".journey-name")).to_have_text(["Wishes", "Orders", "Waits", "Eats"])
    is_open_to_everybody(page)


def test_a_finger_carries_cards_steps_and_lanes_and_a_swipe_scrolls(tablet):
    finger, (books, waits) = Finger(tablet), steps(tablet)
    tablet.locator(f"#add-{books}-doing").tap()
    tablet.locator(".journey-edit textarea").fill("Calls three times")
    tablet.locator(".journey-edit textarea").press("Enter")
    card = tablet.locator("[data-card]", has_text="Calls three times")
    expect(card).to_be_visible()
    finger.drag(card, tablet.locator(f"#c{books}-thinking"), hold_ms=0)
    tablet.wait_for_timeout(600)
    assert texts(tablet, f"c{books}-doing") == ["Calls three times"]  # that was a swipe
    finger.drag(card, tablet.locator(f"#c{waits}-thinking"))
    expect(tablet.locator(f"#c{waits}-thinking [data-card]")).to_contain_text("Calls three times")
    expect(tablet.locator(".journey-edit")).to_have_count(0)
    finger.drag(tablet.locator("#row-thinking > th"), tablet.locator("#row-doing > th"), below=0.1)
    expect(tablet.locator(".journey-lane-name").first).to_have_text("Thinks")
    finger.drag(tablet.locator(f"#n{waits}"), tablet.locator(f"#n{books}"))
    expect(tablet.locator(".journey-name").first).to_have_text("Waits")


def test_what_is_planned_leads_from_the_map_of_today_to_its_own_page(page):
    page.get_by_role("link", name="Show the future beside it").click()
    planned = page.get_by_role("link", name="Asks her phone")
    for key in ("Alt+ArrowDown", "Delete", "Enter"):
        planned.press(key)
    expect(page.get_by_role("heading", name="Asks her phone")).to_be_visible()
