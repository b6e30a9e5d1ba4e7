"""Every component, in a real browser: no barrier, no sideways scroll, no lost word."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.gallery.stage import ALONE, PAGES, open_page

DESK = {"viewport": {"width": 1440, "height": 1000}}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "by day": ("en", {**DESK, "color_scheme": "light"}),
    "by night": ("en", {**DESK, "color_scheme": "dark"}),
    "on a phone, right to left": ("fa", {**PHONE, "color_scheme": "light"}),
}


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    context = browser.new_context(**DESK)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_open_to_everybody(browser, way):
    language, options = WAYS[way]
    context = browser.new_context(reduced_motion="reduce", **options)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in (*PAGES, *ALONE):
        open_page(page, name, language)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide} px"
    context.close()
    assert said == []


def test_a_finger_finds_every_button(browser):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    for name in ("goals", "edit", "parts", "survey"):
        open_page(page, name)
        small = page.evaluate(
            """[...document.querySelectorAll("button, .btn, .rail a, input:not([type=radio], "
               + "[type=checkbox], .hidden-words), .scale label, .picks label")]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
              .map((e) => e.outerHTML.slice(0, 90))"""
        )
        assert small == [], name
    context.close()


def test_a_chosen_theme_outlives_the_page(page):
    open_page(page, "goals")
    page.locator(".rail label[title=Dark]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    open_page(page, "metric")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator(".rail [value=dark]").is_checked()
    page.locator(".rail label[title='As this device']").click()
    open_page(page, "goals")
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_a_confirmation_opens_as_a_dialog_and_closes_without_asking(page):
    open_page(page, "parts")
    page.get_by_role("link", name="Close the survey…").click()
    dialog = page.get_by_role("dialog", name="Close “After the flight”?")
    assert dialog.is_visible()
    dialog.get_by_role("button", name="Cancel").click()
    assert not dialog.is_visible()


def test_a_toast_can_be_sent_away(page):
    open_page(page, "parts")
    page.locator("#toasts").evaluate(
        "(box) => box.append(document.getElementById('toast-lost').content.cloneNode(true))"
    )
    page.get_by_role("button", name="Dismiss").click()
    assert page.locator("#toasts .toast").count() == 0


LIVE = """() => {
  const box = document.createElement("div");
  box.id = "live";
  box.innerHTML = '<textarea id="words">mine</textarea>';
  box.setAttribute("data-live", "");
  box.setAttribute("hx-get", "/goals");
  box.setAttribute("hx-trigger", "poll, wake");
  document.getElementById("main").append(box);
  htmx.process(box);
}"""
ANSWERED = """() => new Promise((done) => {
  document.addEventListener("htmx:afterRequest", () => setTimeout(done, 100), { once: true });
  htmx.trigger("#live", "poll");
})"""


def test_what_somebody_types_is_never_swapped_away(page):
    open_page(page, "parts")
    page.evaluate(LIVE)
    page.locator("#words").fill("half a sentence")
    page.evaluate(ANSWERED)
    assert page.locator("#words").input_value() == "half a sentence"


def test_a_live_part_is_renewed_as_soon_as_nobody_types_in_it(page):
    open_page(page, "parts")
    page.evaluate(LIVE)
    page.evaluate(ANSWERED)
    assert page.locator("#words").count() == 0


def test_polling_rests_in_a_hidden_tab_and_wakes_with_it(page):
    open_page(page, "parts")
    page.evaluate(LIVE)
    asked: list[str] = []

    def note(request: Request) -> None:
        if not request.url.endswith("icon.svg"):  # the browser fetches its icon when it likes
            asked.append(request.url)

    page.on("request", note)
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { configurable: true, value: true });
          htmx.trigger("#live", "poll");
        }"""
    )
    page.wait_for_timeout(200)
    assert asked == []
    with page.expect_request("**/goals"):
        page.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", { configurable: true, value: false });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )


def test_every_page_says_its_words_without_a_script(browser):
    context = browser.new_context(java_script_enabled=False, **DESK)
    page = context.new_page()
    for name in (*PAGES, *ALONE):
        open_page(page, name)
        assert page.locator("h1").first.is_visible()
    context.close()
