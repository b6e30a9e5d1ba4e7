"""A survey is built and opened in the browser, answered on a phone without a script, and heard."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories

PICTURES = os.environ.get("PICTURES")  # a folder, for whoever wants to look at the pages
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
SETTLED = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 250))"
WORDS = "The crew were lovely, but nobody told us why we waited."

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Desk:
    """An editor in front of a plan, beside a customer with a phone."""

    browser: Browser
    page: Page
    origin: str
    surveys: str


@pytest.fixture
def desk(live_server, chromium) -> Iterator[Desk]:
    workspace = factories.workspace(name="Skylark Air")
    editor = factories.member(workspace, Role.EDITOR, name="Tomás Lindqvist")
    with workspace_scope(workspace.pk):
        plan = factories.plan(name="CX plan", brand="Skylark Air", customers_are="passengers")
        factories.metric(plan=plan)
        factories.touchpoint(plan=plan, name="Cabin crew")
    surveys = reverse("surveys", args=[workspace.slug, plan.pk])
    client = Client()
    client.force_login(editor.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict is what it takes
        yield Desk(browser, context.new_page(), live_server.url, surveys)
        browser.close()


def look(page: Page, name: str) -> None:
    """Find no barrier on a page, by day and by night, and no sideways scroll."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SETTLED)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}, {scheme}: {found.generate_report()}"
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px"


def test_a_survey_is_built_answered_without_a_script_and_heard(desk: Desk):
    page = desk.page
    page.goto(desk.surveys)
    look(page, "surveys-empty")
    page.get_by_role("link", name="NPS and why").click()
    page.get_by_label("Name").fill("After the flight")
    look(page, "survey-new")
    page.get_by_role("button", name="Begin the survey").click()

    # The score stands with its metric; one more question is written in place.
    asked = page.locator(".ask")
    expect(asked).to_have_count(2)
    expect(asked.first).to_contain_text("Recommendation")
    page.get_by_role("link", name="Open words").click()
    page.get_by_role("textbox", name="Question").fill("What would you like to see more of?")
    look(page, "survey-question")
    page.get_by_role("button", name="Add the question").click()
    expect(asked).to_have_count(3)
    page.get_by_role("button", name="Move up: What would you like").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(asked.nth(1)).to_contain_text("What would you like")
    page.get_by_role("button", name="Ask no more: What would you like").click()
    expect(asked).to_have_count(2)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(asked).to_have_count(3)
    page.get_by_role("button", name="Open the survey").click()
    address = page.get_by_label("Its address").input_value()
    look(page, "survey-open")

    answered_on_a_phone(desk, address)

    page.goto(desk.surveys)
    look(page, "surveys")
    page.get_by_role("link", name="1 answer", exact=True).click()
    page.get_by_label("Find words").fill("why we WAITED")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="“why we WAITED”")).to_be_visible()
    look(page, "voices")
    page.locator(".voices").get_by_role("link", name=WORDS).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS)
    look(page, "voice")
    page.get_by_role("link", name="Delete…").click()
    dialog = page.get_by_role("dialog", name="Delete this answer?")
    expect(dialog).to_contain_text("1 answer leaves Recommendation.")
    dialog.get_by_role("button", name="Delete the answer").click()
    expect(page.get_by_text("Nobody has spoken yet")).to_be_visible()
    look(page, "voices-empty")


def answered_on_a_phone(desk: Desk, address: str) -> None:
    """Answer the survey where no script runs."""
    context = desk.browser.new_context(java_script_enabled=False, **PHONE)  # type: ignore[arg-type]  # its own options
    phone = context.new_page()
    phone.goto(address)
    phone.get_by_role("button", name="Send my answer").click()
    phone.locator("input[value='9']").check()
    if PICTURES:
        phone.screenshot(path=f"{PICTURES}/public.png", full_page=True)
    phone.get_by_label("main reason").fill(WORDS)
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    if PICTURES:
        phone.screenshot(path=f"{PICTURES}/public-thanks.png")
    context.close()
