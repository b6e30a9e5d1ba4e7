"""Two people talk about a goal: a mention in one's comment is read in the other's inbox."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cxplanner.accounts.models import Membership, Workspace
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def goal_page(live_server) -> str:
    """The address of a goal that an editor and an owner see."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    with workspace_scope(workspace.pk):
        goal = factories.goal(statement="Passengers recommend us")
    return f"{live_server.url}/w/skylark/goals/{goal.pk}/"


@pytest.fixture
def pages(live_server, goal_page, chromium) -> Iterator[tuple[Page, Page, list[str]]]:
    """A browser of Ana, an editor, one of Maren, an owner, and what goes wrong in them."""
    workspace = Workspace.objects.get()
    ana = factories.member(workspace, Role.EDITOR, name="Ana Duarte")
    maren = factories.member(workspace, Role.OWNER, name="Maren Okafor")
    cookies = [cookie_of(one, live_server.url) for one in (ana, maren)]
    faults: list[str] = []
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        first, second = (signed_in(browser, cookie, faults) for cookie in cookies)
        yield first, second, faults
        browser.close()


def cookie_of(member: Membership, server: str) -> SetCookieParam:
    client = Client()
    client.force_login(member.user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": server}


def signed_in(browser: Browser, cookie: SetCookieParam, faults: list[str]) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies([cookie])
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page


def is_open_to_everybody(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_mention_is_read_in_the_others_inbox(live_server, goal_page, pages):
    hers, his, faults = pages

    # The other has the inbox open; nothing is new.
    his.goto(f"{live_server.url}/w/skylark/inbox/")
    expect(his.locator("h1")).to_contain_text("You have read everything")
    expect(his.locator("#inbox-count b")).to_have_count(0)

    # A name is chosen by keyboard from the list that opens behind the @.
    hers.goto(goal_page)
    words = hers.locator("#comments .talk-write textarea").first
    words.press_sequentially("Why did it fall in May, @mar")
    expect(hers.locator(".people-like button")).to_have_count(1)
    is_open_to_everybody(hers)
    hers.keyboard.press("ArrowDown")
    expect(hers.locator(".people-like button")).to_be_focused()
    hers.keyboard.press("Enter")
    expect(words).to_have_value("Why did it fall in May, @Maren Okafor ")
    words.press_sequentially("<b>?</b>")
    hers.get_by_role("button", name="Comment", exact=True).click()
    expect(hers.locator(".mention")).to_have_text("@Maren Okafor")
    expect(hers.locator(".words")).to_contain_text("<b>?</b>")
    is_open_to_everybody(hers)

    # Somebody who is not here is refused, and the words stay.
    words.fill("Ask @zoe.stranger too")
    hers.get_by_role("button", name="Comment", exact=True).click()
    expect(hers.locator(".wrong")).to_contain_text("names nobody with access")
    expect(words).to_have_value("Ask @zoe.stranger too")

    # The count in the other's rail moves by itself; the row leads to the goal and is then read.
    expect(his.locator("#inbox-count b")).to_have_text("1", timeout=20_000)
    his.reload()
    row = his.locator(".told--new")
    expect(row).to_contain_text("Ana Duarte mentioned you")
    expect(row).to_contain_text("Why did it fall in May")
    is_open_to_everybody(his)
    row.get_by_role("link", name="Passengers recommend us").click()
    expect(his.locator("#comments .words")).to_contain_text("Why did it fall in May")
    his.locator(".said-acts summary", has_text="Answer").click()
    answer = his.locator(".said-acts .talk-write").first
    answer.locator("textarea").fill("Two crews were ill.")
    answer.get_by_role("button", name="Answer").click()
    expect(his.locator(".answers-to .words")).to_have_text("Two crews were ill.")
    his.get_by_role("button", name="Settled").click()
    expect(his.locator(".settled > summary")).to_contain_text("Settled by Maren Okafor")
    is_open_to_everybody(his)

    # The first hears of the answer without a reload; half-typed words stay where they are.
    expect(hers.locator(".talk-news a")).to_be_visible(timeout=15_000)
    expect(words).to_have_value("Ask @zoe.stranger too")
    expect(hers.locator("#inbox-count b")).to_have_text("2", timeout=20_000)
    his.goto(f"{live_server.url}/w/skylark/inbox/")
    expect(his.locator("h1")).to_contain_text("You have read everything")
    # The refused comment answers 422, which the browser notes as an error of its own.
    assert [fault for fault in faults if "422" not in fault] == []
