"""A real browser in which somebody has signed in, and what must be so of every page in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.models import Membership


@contextmanager
def opened(
    address: str, chromium: str, member: Membership, path: str, *, width: int = 1280
) -> Iterator[Page]:
    """Put a member in front of a page of the workspace, in a window of 900 pixels' height."""
    client = Client()
    client.force_login(member.user)
    name = settings.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    cookie: SetCookieParam = {"name": name, "value": session, "url": address}
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"{address}/w/{member.workspace.slug}/{path}")
        yield page
        browser.close()


def settle(page: Page) -> None:
    """Wait until what was swapped in is bound: for some 20 ms its forms are plain forms."""
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)


def is_open_to_everybody(page: Page) -> None:
    """See that axe finds nothing."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
