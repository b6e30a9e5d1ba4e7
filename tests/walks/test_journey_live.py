"""Two people at one journey map in two real browsers, and the map kept where one looks at it."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories

COOKIE = settings.SESSION_COOKIE_NAME
pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=15_000)


class Stage:
    """Maren and Jonas, each in front of the same map of nine steps."""

    def __init__(self, url: str, steps: list[int], pages: list[Page]) -> None:
        self.steps, (self.maren, self.jonas) = steps, pages
        for page in pages:
            page.goto(url)

    def write(self, page: Page, step: int, text: str) -> None:
        """Put a pain point on a step by keys."""
        page.locator(f"#add-{self.steps[step]}-pains").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".journey-edit textarea")).to_be_focused()
        page.keyboard.type(text)

    def order(self, page: Page) -> list[int]:
        found = page.locator("[data-step]").evaluate_all("all => all.map(one => one.dataset.step)")
        return [int(one) for one in found]


@pytest.fixture
def stage(live_server, chromium) -> Iterator[Stage]:
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    names = ("Maren Okafor", "Jonas Petraitis")
    people = [factories.member(workspace, Role.EDITOR, name=name) for name in names]
    with workspace_scope(workspace.pk):
        journey = factories.journey(plan=factories.plan(name="CX plan"), name="Home")
        steps = [
            factories.journeystep(journey=journey, name=f"Step {n}", position=n, emotion=0).pk
            for n in range(9)
        ]
    sessions = [signed_in(one) for one in people]
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        pages = [window(browser, one, live_server.url) for one in sessions]
        yield Stage(f"{live_server.url}/w/skylark/journeys/{journey.pk}/", steps, pages)
        browser.close()


def signed_in(member: Membership) -> str:
    client = Client()
    client.force_login(member.user)
    return client.cookies[COOKIE].value


def window(browser, session: str, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": COOKIE, "value": session, "url": address}])
    page: Page = context.new_page()
    return page


def lanes(page: Page) -> list[str]:
    return page.locator(".journey-lane-name").all_inner_texts()


def scrolled(page: Page) -> list[int]:
    found: list[int] = page.evaluate(
        "(() => { const box = document.querySelector('.journey-scroller');"
        " return [box.scrollLeft, box.scrollTop] })()"
    )
    return found


def test_what_a_colleague_changes_is_seen_and_what_one_types_stays(stage):
    maren, jonas = stage.maren, stage.jonas
    faults: list[str] = []
    maren.on("pageerror", lambda error: faults.append(str(error)))
    stage.write(maren, 1, "Queue forms ear")

    # A card in another cell, and the curve, stand on Maren's map while she writes on.
    stage.write(jonas, 2, "Rains in")
    jonas.keyboard.press("Enter")
    there = maren.locator(f"#c{stage.steps[2]}-pains")
    expect(there).to_contain_text("Rains in")
    marked = maren.locator("[data-renewed]")
    assert marked.evaluate_all("all => all.map(one => one.id)") == [
        f"c{stage.steps[2]}-{lane}" for lane in ("pains", "answers")
    ]
    jonas.locator(f"#f{stage.steps[0]}-feeling").press("-")
    expect(maren.locator(f"#f{stage.steps[0]}-feeling")).to_contain_text("−1")
    expect(maren.locator("#finding")).to_have_text("It hurts most at “Step 0”.")
    field = maren.locator(".journey-edit textarea")
    expect(field).to_be_focused()
    expect(field).to_have_value("Queue forms ear")

    # Columns wait until she is done, and what she wrote is kept in its place.
    jonas.locator(f"#n{stage.steps[4]}").press("Alt+ArrowLeft")
    expect(jonas.locator(".journey-name").nth(3)).to_have_text("Step 4")
    maren.wait_for_timeout(4_500)
    assert stage.order(maren) == stage.steps
    maren.keyboard.type("ly")
    maren.keyboard.press("Enter")
    expect(maren.locator(f"#c{stage.steps[1]}-pains")).to_contain_text("Queue forms early")
    expect(maren.locator(".journey-name").nth(3)).to_have_text("Step 4")
    expect(jonas.locator(f"#c{stage.steps[1]}-pains")).to_contain_text("Queue forms early")

    # Words for a step not sent yet stay when the focus is elsewhere.
    maren.get_by_label("What happens").fill("Half a step")
    maren.locator("h1").click()
    jonas.locator(f"#n{stage.steps[8]}").focus()
    jonas.locator(f"[data-step='{stage.steps[8]}'] summary").click()
    jonas.get_by_role("button", name="Take off the map").first.click()
    expect(maren.locator(".journey-name")).to_have_count(8)
    expect(maren.get_by_label("What happens")).to_have_value("Half a step")
    expect(maren.locator("#new-before option")).to_have_count(9)
    assert faults == []


def test_a_map_that_changes_is_looked_at_from_where_it_was(stage):
    page = stage.maren
    page.set_viewport_size({"width": 1280, "height": 500})
    last = page.locator(f"#n{stage.steps[8]}")
    last.focus()
    page.locator(".journey-scroller").evaluate("box => box.scrollTo(box.scrollWidth, 60)")
    before = scrolled(page)
    assert min(before) > 0
    last.press("Alt+ArrowLeft")
    expect(page.locator(".journey-name").nth(7)).to_have_text("Step 8")
    expect(last).to_be_focused()
    assert scrolled(page) == before
    assert last.evaluate(
        "one => { const own = one.getBoundingClientRect(),"
        " box = one.closest('.journey-scroller').getBoundingClientRect();"
        " return own.left >= box.left && own.right <= box.right }"
    )


def test_lanes_move_by_keys_and_by_pointer_and_are_taken_back(stage):
    page = stage.maren
    before = lanes(page)
    head = page.locator("#l-thinking")
    head.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".journey-lane-name").first).to_have_text("Thinks")
    expect(head).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator(".journey-lane-name").first).to_have_text("Does")

    expect(page.locator("#toasts")).to_contain_text("Taken back")
    expect(page.get_by_text("Jonas Petraitis")).to_be_visible()  # who is here stands by now
    head.hover()
    page.mouse.down()
    page.locator("#l-doing").hover(position={"x": 4, "y": 14})
    page.locator("#l-doing").hover(position={"x": 4, "y": 1})
    page.mouse.up()
    expect(page.locator(".journey-lane-name").first).to_have_text("Thinks")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".journey-lane-name").first).to_have_text("Does")
    assert lanes(page) == before


def test_the_map_fills_the_window_and_gives_it_back(stage):
    page = stage.maren
    box = page.locator(".journey-scroller")
    page.get_by_label("Fill the window").check()
    tall = box.bounding_box()
    assert tall is not None
    assert tall["width"] > 1200
    assert tall["height"] > 780 or tall["y"] < 80
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    stage.write(page, 0, "Nobody there")
    page.keyboard.press("Escape")
    expect(page.locator(".journey-edit")).to_have_count(0)
    expect(page.get_by_label("Fill the window")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Fill the window")).not_to_be_checked()
    expect(page.get_by_role("link", name="Dashboard").first).to_be_visible()
