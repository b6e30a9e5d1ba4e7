"""A real browser in which somebody has signed in, and what must be so of every page in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Locator, Page, expect, sync_playwright

from cxplanner.accounts.models import Membership


@contextmanager
def opened(
    address: str,
    chromium: str,
    member: Membership,
    path: str,
    *,
    width: int = 1280,
    has_touch: bool = False,
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
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            has_touch=has_touch,
            is_mobile=has_touch,
        )
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"{address}/w/{member.workspace.slug}/{path}")
        yield page
        browser.close()


class Finger:
    """A finger on a page that takes touches."""

    def __init__(self, page: Page) -> None:
        self.page, self.wire = page, page.context.new_cdp_session(page)

    def drag(self, thing: Locator, to: Locator, *, hold_ms: int = 500, below: float = 0.5) -> None:
        """Stay on a thing, go to another, `below` its upper edge by a share, and let go."""
        thing.scroll_into_view_if_needed()
        (x, y), (goal_x, goal_y) = _point(thing, 0.5), _point(to, below)
        self._tell("touchStart", x, y)
        self.page.wait_for_timeout(hold_ms)
        for part in range(1, 9):
            self._tell("touchMove", x + (goal_x - x) * part / 8, y + (goal_y - y) * part / 8)
        self.wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _tell(self, kind: str, x: float, y: float) -> None:
        said = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        self.wire.send("Input.dispatchTouchEvent", said)


def _point(thing: Locator, below: float) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * below


def settle(page: Page) -> None:
    """Wait until what was swapped in is bound: for some 20 ms its forms are plain forms."""
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)


def is_open_to_everybody(page: Page) -> None:
    """See that axe finds nothing."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
