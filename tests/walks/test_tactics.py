"""A blind spot becomes a tactic in a real browser: planned, moved, ticked off, taken back."""

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
    """An editor in front of the blind spots of a plan with one goal and one touchpoint."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        plan = factories.plan(name="CX plan")
        cycle = factories.cycle(plan=plan)
        factories.goal(cycle=cycle, statement="Passengers sit well")
        seat = factories.touchpoint(plan=plan, name="Seat")
        factories.swotentry(plan=plan, quadrant="weaknesses", text="Old cushions", touchpoint=seat)
    with opened(live_server.url, chromium, editor, f"plans/{plan.pk}/coverage/") as page:
        yield page


def test_a_blind_spot_becomes_a_tactic_that_is_moved_ticked_off_and_taken_back(page):
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

    # One click begins to fill the blank, with its touchpoint ticked.
    page.get_by_role("link", name="Plan a tactic").click()
    expect(page.get_by_label("Seat")).to_be_checked()
    page.get_by_label("What you do").fill("Refit the seats")
    page.get_by_label("Passengers sit well").check()
    page.get_by_text("From the SWOT and your customers").click()
    page.get_by_label("Old cushions").check()
    is_open_to_everybody(page)
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", name="Refit the seats")).to_be_visible()
    expect(page.locator(".aside")).to_contain_text("Passengers sit well")
    page.wait_for_load_state()

    # Its steps, typed one after the other; the first is ticked off, the second moved.
    for text in ("Order cushions", "Book the hangar"):
        page.get_by_label("The next step").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator(".tactic-step", has_text=text)).to_be_visible()
        expect(page.get_by_label("The next step")).to_be_focused()
        settle(page)
    page.get_by_role("button", name="“Order cushions” is done").click()
    expect(page.locator("#steps")).to_contain_text("1 of 2 done")
    settle(page)
    hangar = page.locator(".tactic-step .swot-name", has_text="Book the hangar")
    hangar.press("Alt+ArrowUp")
    expect(page.locator(".tactic-step .swot-name").first).to_have_text("Book the hangar")
    expect(hangar).to_be_focused()
    is_open_to_everybody(page)

    # On the board it goes on by keys and by pointer, and back by the toast.
    page.get_by_role("link", name="Tactics", exact=True).click()
    card = page.locator(".tactic-name", has_text="Refit the seats")
    expect(card).to_be_visible()
    page.wait_for_load_state()
    card.press("Alt+ArrowRight")
    expect(page.locator("[data-quadrant=under_way] .tactic-name")).to_have_text("Refit the seats")
    expect(card).to_be_focused()
    settle(page)
    page.locator("[data-entry]", has_text="Refit").locator("[data-grip]").hover()
    page.mouse.down()
    page.locator("[data-quadrant=done]").hover()
    page.mouse.up()
    expect(page.locator("[data-quadrant=done] .tactic-name")).to_have_text("Refit the seats")
    settle(page)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-quadrant=under_way] .tactic-name")).to_have_text("Refit the seats")
    settle(page)
    page.get_by_label("What you do").fill("Ask about lumbar support")
    page.keyboard.press("Enter")
    expect(page.locator("[data-quadrant=planned] .tactic-name")).to_have_text(
        "Ask about lumbar support"
    )
    expect(page.get_by_label("What you do")).to_be_focused()
    is_open_to_everybody(page)

    # The blank is filled.
    page.goto(page.url.replace("/tactics/", "/coverage/"))
    expect(page.get_by_role("link", name="Plan a tactic")).to_have_count(0)
    assert faults == []


def test_the_board_fits_a_phone_and_reads_from_right_to_left(page):
    page.set_viewport_size({"width": 360, "height": 780})
    here = page.url.replace("/coverage/", "/tactics/")
    page.context.add_cookies([{"name": "django_language", "value": "fa", "url": here}])
    page.goto(here)
    page.locator("#quick-name").fill("Call back")
    page.keyboard.press("Enter")
    expect(page.locator("[data-quadrant=planned] .tactic-name")).to_have_text("Call back")
    settle(page)
    page.locator(".tactic-name").press("Alt+ArrowLeft")
    expect(page.locator("[data-quadrant=under_way] .tactic-name")).to_have_text("Call back")
    for address in (here, page.locator(".tactic-name").get_attribute("href")):
        page.goto(page.url.split("/w/")[0] + str(address) if str(address)[0] == "/" else here)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        is_open_to_everybody(page)
