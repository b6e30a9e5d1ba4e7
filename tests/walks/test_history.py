"""A branch of goals is moved by keys, taken back by keys, and brought back from its history."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.airline import Skylark

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(live_server, chromium) -> Iterator[tuple[Skylark, Page, str]]:
    """An editor of the airline in front of a browser, and where its workspace begins."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        air = Skylark(workspace, by=editor)
    client = Client()
    client.force_login(editor.user)
    name = settings.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        yield air, context.new_page(), f"{live_server.url}/w/skylark"
        browser.close()


def is_open_to_everybody(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_moved_branch_is_undone_done_again_and_restored(stage):
    air, page, here = stage
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    top, branch = air.recommend, air.ground
    inside = page.locator(f"#goal-{top.pk} > .kids > #goal-{branch.pk}")
    outside = page.locator(f".tree > #goal-{branch.pk}")

    # By keys under the goal above: the branch goes as one, and the toast offers it back.
    page.goto(f"{here}/plans/{air.plan.pk}/goals/")
    page.locator(f"#name-{branch.pk}").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(inside).to_be_visible()
    expect(inside.locator(f"#goal-{air.belt.pk}")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("now serves")
    expect(page.locator("#toasts").get_by_role("button", name="Undo")).to_be_visible()

    # Half a sentence in another goal outlives the undo.
    page.locator(f"#name-{air.seats.pk}").click()
    half = page.locator(f"#edit-{air.seats.pk} textarea").first
    half.fill("Half a sentence")
    half.press("Control+z")
    expect(inside).to_be_visible()
    half.fill("Half a sentence")
    page.locator(f"#name-{branch.pk}").focus()
    page.keyboard.press("Control+z")
    expect(outside).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Taken back: “The ground feels looked after”")
    expect(half).to_have_value("Half a sentence")
    page.locator(f"#name-{branch.pk}").focus()
    page.keyboard.press("Control+Shift+z")
    expect(inside).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Done again")
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(outside).to_be_visible()

    # Its history tells the three acts, and any version comes back.
    page.goto(f"{here}/plans/{air.plan.pk}/goals/")
    outside.locator("summary").first.click()
    outside.get_by_role("link", name="History").first.click()
    expect(page.locator("h1")).to_have_text("What it was before")
    acts = page.locator(".history-act")
    expect(acts).to_have_count(5)
    expect(acts.nth(3)).to_contain_text("Maren Okafor moved it")
    expect(acts.nth(3)).to_contain_text("Passengers recommend us to a friend")
    is_open_to_everybody(page)
    acts.nth(3).get_by_role("button", name="Restore this version").click()
    expect(page.locator("#toasts")).to_contain_text("is as it was then")
    expect(acts).to_have_count(6)
    page.goto(f"{here}/plans/{air.plan.pk}/goals/")
    expect(inside).to_be_visible()
    assert faults == []
