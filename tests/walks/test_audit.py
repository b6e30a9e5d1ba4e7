"""An editor grades a touchpoint with the keyboard alone, and again later; the past stays."""

from collections.abc import Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route, expect, sync_playwright

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, live_server, chromium) -> Iterator[Page]:
    """An editor in front of the check-in desk, graded once; with and without JavaScript."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        desk = factories.touchpoint(name="Check-in desk", place="physical")
        factories.audit(touchpoint=desk, graded_on=date(2026, 1, 5), grade="D", by=editor)
    client = Client()
    client.force_login(editor.user)
    name = settings.SESSION_COOKIE_NAME
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(reduced_motion="reduce", java_script_enabled=request.param)
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/w/skylark/touchpoints/{desk.pk}/")
        yield page
        browser.close()


def test_a_desk_is_graded_again_with_the_keyboard_alone(page, request):
    page.get_by_role("link", name="Grade it again").press("Enter")
    page.get_by_role("radio", name="B Customers are content").press("Space")
    page.get_by_role("textbox", name="Pain points").press_sequentially("No sign at the door")
    smell = page.get_by_role("combobox", name="Smell")
    smell.press_sequentially("not fine")
    page.get_by_role("textbox", name="Note Smell").press_sequentially("Fresh paint")
    page.get_by_role("button", name="Keep the grade").press("Enter")
    expect(page.get_by_text("Customers are content and say so when asked.")).to_be_visible()
    expect(page.get_by_role("img", name="Grades from D on 5 Jan 2026 to B")).to_be_visible()
    expect(page.get_by_role("table", name="Grades so far").get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("listitem").filter(has_text="No sign at the door")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Fresh paint")).to_be_visible()
    if "with scripts" in request.node.name:
        assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with scripts"])
def test_a_second_click_while_a_form_is_on_its_way_sends_nothing(page):
    page.get_by_role("link", name="Touchpoints").click()
    page.get_by_role("link", name="Stages, channels, grades").click()
    held: list[Route] = []
    page.route("**/words/stages/", lambda route: held.append(route))
    page.get_by_label("One more").first.fill("dreaming")
    # In one go, as a page that is being left answers no further questions.
    page.get_by_role("button", name="Add it Stages").evaluate(
        "async (button) => { for (let click = 0; click < 2; click++) {"
        "  button.click(); await new Promise((done) => setTimeout(done, 200)); } }"
    )
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator(".toast")).to_be_visible()
