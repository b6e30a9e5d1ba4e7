"""A team fills its SWOT in a real browser: in place, by keys and by pointer, and takes it back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.walks.browser import is_open_to_everybody, opened, settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(live_server, chromium) -> Iterator[Page]:
    """An editor in front of an empty SWOT."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        plan = factories.plan(name="CX plan")
        factories.touchpoint(
            plan=plan, name="Rebooking", pain_points="Nobody answers at night\nThree calls"
        )
    with opened(live_server.url, chromium, editor, f"plans/{plan.pk}/swot/") as page:
        yield page


def texts(page: Page, quadrant: str) -> list[str]:
    return page.locator(f"[data-quadrant={quadrant}] .swot-name").all_inner_texts()


def test_a_swot_is_filled_moved_and_taken_back(page):
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

    # Two entries, added in their place by keyboard: after one, the field waits for the next.
    strengths = page.locator("[data-quadrant=strengths]")
    strengths.get_by_text("Add an entry").press("Enter")
    strengths.get_by_label("In one sentence").focus()
    for text in ("Crew praised by name", "Bags in 20 minutes"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(strengths.locator(".swot-name", has_text=text)).to_be_visible()
        settle(page)
        expect(strengths.get_by_label("In one sentence")).to_be_focused()
        expect(strengths.get_by_label("In one sentence")).to_have_value("")
    assert texts(page, "strengths") == ["Crew praised by name", "Bags in 20 minutes"]

    # What is half typed in another quadrant stays there.
    weaknesses = page.locator("[data-quadrant=weaknesses]")
    weaknesses.get_by_text("Add an entry").press("Enter")
    weaknesses.get_by_label("In one sentence").fill("Nobody answers at")
    strengths.get_by_label("In one sentence").fill("Warm bread")
    strengths.get_by_label("In one sentence").press("Enter")
    expect(strengths.locator(".swot-name", has_text="Warm bread")).to_be_visible()
    expect(weaknesses.get_by_label("In one sentence")).to_have_value("Nobody answers at")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(strengths.locator(".swot-name", has_text="Warm bread")).to_have_count(0)
    weaknesses.get_by_label("In one sentence").fill("")

    # The one in focus moves with Alt and the arrows, and keeps the focus.
    bags = page.locator(".swot-name", has_text="Bags")
    bags.press("Alt+ArrowUp")
    expect(page.locator(".swot-name").first).to_have_text("Bags in 20 minutes")
    expect(bags).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#said")).to_contain_text("cannot go further")
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("[data-quadrant=weaknesses] .swot-name")).to_have_text("Bags in 20 minutes")
    settle(page)
    expect(bags).to_be_focused()

    # What is half typed in one form outlives an act elsewhere.
    page.locator(".swot-name", has_text="Crew").click()
    half = page.locator(".slot textarea")
    half.fill("Crew praised by name, and")

    # By pointer into another quadrant, and back by the toast.
    grip = page.locator("[data-entry]", has_text="Bags").locator("[data-grip]")
    threats = page.locator("[data-quadrant=threats]")
    grip.hover()
    page.mouse.down()
    threats.hover()
    page.mouse.up()
    expect(threats.locator(".swot-name")).to_have_text("Bags in 20 minutes")
    assert half.input_value() == "Crew praised by name, and"
    half.fill("Crew praised by name, every day")
    page.locator(".slot select[name=weight]").select_option("5")
    page.get_by_role("button", name="Keep changes").click()
    expect(strengths.locator(".swot-name")).to_have_text("Crew praised by name, every day")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(strengths.locator(".swot-name")).to_have_text("Crew praised by name")

    is_open_to_everybody(page)
    assert faults == []


def test_a_pain_point_becomes_a_weakness_without_leaving_its_page(page):
    board = page.url
    page.get_by_role("link", name="Touchpoints").click()
    page.get_by_role("link", name="Open Rebooking").click()
    point = page.locator(".found-points li", has_text="Nobody answers at night")
    point.get_by_role("button", name="Into the SWOT").click()
    expect(point.get_by_role("link", name="Stands in the SWOT")).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("stands in the SWOT")
    page.goto(board)
    expect(page.locator("[data-quadrant=weaknesses] .swot-name")).to_have_text(
        "Nobody answers at night"
    )
    expect(page.locator("[data-quadrant=weaknesses] .swot-joints")).to_contain_text("Rebooking")


def test_what_is_held_at_the_edge_of_the_window_moves_the_page(page):
    page.locator("[data-quadrant=strengths]").get_by_text("Add an entry").press("Enter")
    page.locator("[data-quadrant=strengths]").get_by_label("In one sentence").fill("Crew praised")
    page.keyboard.press("Enter")
    expect(page.locator("[data-grip]")).to_have_count(1)
    settle(page)
    page.set_viewport_size({"width": 1280, "height": 480})
    grip = page.locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    grip.hover()
    page.mouse.down()
    page.mouse.move(600, 470, steps=3)
    page.wait_for_function("before => scrollY > before + 20", arg=before)
    page.mouse.up()
    after = page.evaluate("scrollY")
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") <= after + 20
