"""An editor finds a grade that customers disagree with, and fills a blind spot by keyboard."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.airline import answered_at

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("WALK_PICTURES", "")


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, live_server, chromium) -> Iterator[Page]:
    """An editor in front of the audit, with three touchpoints; with and without JavaScript."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        plan = factories.plan(customers_are="passengers")
        seat, desk, _lounge = (
            factories.touchpoint(plan=plan, name=name, stage="use", owner_name=owner)
            for name, owner in (("Seat", "Cabin"), ("Check-in desk", "Gate staff"), ("Lounge", ""))
        )
        factories.audit(touchpoint=seat, grade="A", by=editor)
        metric = factories.metric(plan=plan, kind="csat", name="Seat comfort")
        answered_at(seat, metric, [(5, 30), (1, 170)])
        factories.question(survey=factories.survey(plan=plan), touchpoint=desk)
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
        page.goto(f"{live_server.url}/w/skylark/plans/{plan.pk}/touchpoints/")
        yield page
        browser.close()


def looked_at(page: Page, name: str) -> None:
    """Let axe look at a page, and see that a phone need not scroll sideways."""
    assert Axe().run(page).response["violations"] == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-phone.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 860})


def test_a_blind_spot_is_found_and_filled_with_the_keyboard(page, request):
    has_scripts = "with scripts" in request.node.name
    audit = page.get_by_role("navigation", name="The audit")
    audit.get_by_role("link", name="Where customers disagree").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("“Seat”")
    expect(page.get_by_text("Passengers rate it lower")).to_be_visible()
    expect(page.get_by_role("img", name="Seat: At least")).to_be_visible()
    if has_scripts:
        looked_at(page, "disagreements")
    audit.get_by_role("link", name="Blind spots").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 of 3 touchpoints")
    blind_spots, table = page.url, page.get_by_role("table")
    lounge = table.get_by_role("row").filter(has_text="Lounge")
    if has_scripts:
        looked_at(page, "coverage")
        lounge.get_by_role("link", name="Lounge", exact=True).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
    else:
        lounge.get_by_role("link", name="Grade it").press("Enter")
    page.get_by_role("radio", name="B Customers are content").press("Space")
    page.get_by_role("button", name="Keep the grade").press("Enter")
    expect(page.get_by_role("link", name="Grade it again")).to_be_visible()
    page.goto(blind_spots)
    lounge = page.get_by_role("table").get_by_role("row").filter(has_text="Lounge")
    expect(lounge.get_by_role("link", name="Grade it")).to_have_count(0)
