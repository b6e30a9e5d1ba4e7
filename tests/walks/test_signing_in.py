"""Signing in, in a real browser: open to everybody, by day and night, on a phone, in Persian."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, Page, sync_playwright

from cxplanner.accounts import services
from cxplanner.accounts.roles import Role
from tests import factories

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
WAYS: dict[str, dict[str, Any]] = {
    "by day": {**DESK, "locale": "en", "color_scheme": "light"},
    "by night, without script": {
        **DESK,
        "locale": "en",
        "color_scheme": "dark",
        "java_script_enabled": False,
    },
    "on a phone": {**PHONE, "locale": "en", "color_scheme": "light"},
    "on a phone, in Persian": {**PHONE, "locale": "fa", "color_scheme": "dark"},
}
PAGES = ("login/", "login/code/", "signup/", "password/reset/", "link/spent/")


@pytest.fixture
def links(transactional_db) -> tuple[str, str]:
    """One link for a person, one for somebody who is to name themselves."""
    cache.clear()
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    person = {"name": "Maren Okafor", "email": "maren@skylark.example"}
    maren = factories.member(workspace, Role.EDITOR, **person)  # an owner would spend the second
    return services.create_sign_in_link(maren.user), services.create_sign_in_link(None)


@pytest.fixture
def browser(links, chromium) -> Iterator[Browser]:
    with sync_playwright() as tools:
        yield tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )


@pytest.mark.parametrize("way", WAYS)
def test_everybody_gets_in_by_a_code(live_server, links, browser, way):
    context = browser.new_context(reduced_motion="reduce", **WAYS[way])
    page, scripts = context.new_page(), WAYS[way].get("java_script_enabled", True)
    for path in (*PAGES, *(f"link/{secret}/" for secret in links)):
        page.goto(f"{live_server.url}/accounts/{path}")
        check(page, scripts=scripts)

    page.goto(f"{live_server.url}/w/skylark/settings/members/")  # and back there once signed in
    page.locator(".tabs--ways a").last.click()
    page.locator("[name=email]").fill("maren@skylark.example")
    page.locator("main .btn--main").click()
    page.wait_for_url("**/login/code/confirm/**")
    check(page, scripts=scripts)
    code = re.search(r"^[A-Z0-9]+-[A-Z0-9]+$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    page.locator("[name=code]").fill(code[0])
    page.locator("main .btn--main").click()
    page.wait_for_url("**/w/skylark/settings/members/")
    check(page, scripts=scripts)
    context.close()


def check(page: Page, *, scripts: bool) -> None:
    """Nobody is shut out, and nothing scrolls sideways. Looking inside needs the page's script."""
    assert page.locator("h1").count() == 1
    if not scripts:
        return
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
