"""A reader goes from a goal down to one customer's own words, and from there back up to it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.strategy.thread.conftest import Scene, airline
from tests.walks.browser import is_open_to_everybody, opened

WORDS = "No socket, and the old seat again."
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(live_server, chromium) -> Iterator[tuple[Scene, Page]]:
    """An editor in front of the goal that passengers sit well."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        scene = airline(workspace)
        scene.answer(scene.cabin, [5] * 20 + [1] * 20, days_ago=70)
        scene.answer(scene.cabin, [4] * 36 + [2] * 4, days_ago=2)
        scene.answer(scene.cabin, [1], words=WORDS)
    with opened(live_server.url, chromium, editor, f"goals/{scene.goal.pk}/", width=1360) as page:
        yield scene, page


def test_from_a_goal_down_to_a_customers_words_and_back_up(stage):
    _scene, page = stage
    panel = page.locator("#thread-panel")
    expect(panel.get_by_role("link", name="Passengers recommend us to a friend")).to_be_visible()

    # Down: the goal's metric, its touchpoint, and the one who sat there.
    panel.get_by_role("link", name="Seat comfort").click()
    panel.get_by_role("link", name="Cabin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cabin")
    panel.get_by_role("link", name=WORDS).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS)
    is_open_to_everybody(page)

    # The words become evidence on the goal, in one act.
    page.get_by_role("button", name="Take as evidence").click()
    expect(page.get_by_role("link", name="a customer’s answer")).to_be_visible()
    page.get_by_role("link", name="a customer’s answer").click()

    # Up again, from the words to the goal they move.
    page.locator(".thread").get_by_role("link", name="Passengers sit well").click()
    evidence = page.locator("#evidence")
    expect(evidence).to_contain_text(WORDS)
    evidence.get_by_role("button", name="Verify").click()
    expect(evidence).to_contain_text("Verified")
    evidence.get_by_text("Add evidence").click()
    evidence.get_by_label("What it says").fill("Crews tape the tray tables.")
    evidence.get_by_label("Link").fill("javascript:alert(1)")
    evidence.get_by_role("button", name="Keep the evidence").click()
    expect(evidence).to_contain_text("begins with https://")
    evidence.get_by_label("Link").fill("https://crew.example/trays")
    evidence.get_by_role("button", name="Keep the evidence").click()
    expect(evidence).to_contain_text("2 pieces")
    is_open_to_everybody(page)

    # Why it stands there: where the change lies, with the numbers behind it.
    page.get_by_role("link", name="Why it stands here").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Seat comfort rose by")
    page.get_by_text("All numbers, and what each part adds").first.click()
    expect(page.locator(".why-table").first).to_contain_text("share of answers")
    is_open_to_everybody(page)


def test_without_a_script_the_thread_is_a_page_of_its_own(stage, live_server):
    scene, page = stage
    plain = page.context.browser.new_context(java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    bare = plain.new_page()
    bare.goto(f"{live_server.url}/w/skylark/goals/{scene.goal.pk}/")
    bare.get_by_role("link", name="Follow it up to the goals").click()
    bare.get_by_role("link", name="Seat comfort").click()
    bare.get_by_role("link", name="See what is known about it").click()
    bare.get_by_text("Add evidence").click()
    bare.get_by_label("What it says").fill("The foam is old.")
    bare.get_by_role("button", name="Keep the evidence").click()
    expect(bare.locator(".piece-text")).to_have_text("The foam is old.")
