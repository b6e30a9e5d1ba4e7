"""A team fills its touchpoints in a real browser: by keyboard, from a spreadsheet, together."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.models import Workspace
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.services import change_touchpoint
from tests import factories
from tests.acting import act_of
from tests.airline import answered_at

pytestmark = pytest.mark.django_db(transaction=True)
Opens = Callable[..., Page]
Result = TypeVar("Result")


@pytest.fixture
def workspace(db: None) -> Workspace:
    return factories.workspace(name="Skylark Air", slug="skylark")


@pytest.fixture
def plan(workspace: Workspace) -> Plan:
    with workspace_scope(workspace.pk):
        return factories.plan(name="CX plan")


@pytest.fixture
def opens(live_server, chromium, workspace, plan) -> Iterator[Opens]:
    """Open the table as an editor, in a window of some kind."""
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    client = Client()
    client.force_login(editor.user)
    name = settings.SESSION_COOKIE_NAME
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )

        def opened(**kind) -> Page:
            size = {"width": 1280, "height": 900}
            context = browser.new_context(
                **({"viewport": size, "reduced_motion": "reduce"} | kind),
                permissions=["clipboard-read", "clipboard-write"],
            )
            value = client.cookies[name].value
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
            page = context.new_page()
            page.goto(f"{live_server.url}/w/skylark/plans/{plan.pk}/touchpoints/")
            return page

        yield opened
        browser.close()


def cell(page: Page, name: str, key: str):
    row = page.locator("tr", has=page.locator("[data-cell=name] bdi", has_text=name))
    return row.locator(f"[data-cell={key}]")


def saved(page: Page) -> None:
    expect(page.locator("[data-saving]")).to_have_count(0)


def aside(workspace: Workspace, act: Callable[[], Result]) -> Result:
    """Do something in the workspace beside the browser, whose loop holds this thread."""

    def done() -> Result:
        try:
            with workspace_scope(workspace.pk):
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


def stored(workspace: Workspace) -> list[tuple[str, str, str]]:
    rows = Touchpoint.objects.values_list("name", "stage", "pain_points")
    return aside(workspace, lambda: list(rows.all()))


def test_three_touchpoints_are_filled_by_keyboard_alone_and_taken_back(opens, workspace):
    page = opens()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    keys = page.keyboard

    # Typing a name and Enter makes a row and goes on to the next.
    page.get_by_placeholder("Add a touchpoint").focus()
    for name in ("Booking", "Check-in", "Boarding"):
        keys.type(name)
        keys.press("Enter")
        expect(cell(page, name, "name")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Customers meet you at 3 touchpoints")

    # Arrows reach a cell; a letter begins to edit and offers what the plan has.
    for _ in range(3):
        keys.press("ArrowUp")
    keys.press("ArrowRight")
    expect(cell(page, "Booking", "stage")).to_be_focused()
    keys.type("purch")
    expect(page.get_by_role("option", name="purchase")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(cell(page, "Booking", "stage")).to_have_text("purchase")
    expect(cell(page, "Check-in", "stage")).to_be_focused()

    # Enter opens the field, arrows choose, Tab keeps and goes on.
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press("Tab")
    expect(cell(page, "Check-in", "channel")).to_be_focused()
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.type("d")
    keys.press("Enter")
    expect(cell(page, "Check-in", "grade").locator(".grade")).to_have_text("D")
    expect(cell(page, "Boarding", "grade")).to_be_focused()

    # Several lines in one cell; Escape takes back what was typed.
    cell(page, "Boarding", "pain_points").focus()
    keys.type("Queues")
    keys.press("Shift+Enter")
    keys.type("No seats")
    keys.press("Enter")
    cell(page, "Booking", "pain_points").focus()
    keys.type("Nobody")
    keys.press("Escape")
    expect(cell(page, "Booking", "pain_points")).to_be_focused()
    saved(page)
    assert stored(workspace) == [
        ("Booking", "purchase", ""),
        ("Check-in", "expectation", ""),
        ("Boarding", "", "Queues\nNo seats"),
    ]

    # A name that is taken is refused where it was typed, and not lost.
    cell(page, "Boarding", "name").focus()
    keys.type("Booking")
    keys.press("Enter")
    expect(page.locator(".is-wrong .wrong")).to_contain_text("of that name already")
    page.locator(".is-wrong").focus()
    keys.press("Escape")
    expect(cell(page, "Boarding", "name")).to_be_visible()

    # Taken back by keyboard; the focus stays where it was.
    cell(page, "Boarding", "channel").focus()
    keys.press("Control+z")
    expect(cell(page, "Boarding", "pain_points")).to_have_text("")
    expect(cell(page, "Boarding", "channel")).to_be_focused()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert faults == []


def test_tab_goes_through_the_fields_of_a_new_row(opens):
    page = opens()
    keys = page.keyboard
    page.get_by_placeholder("Add a touchpoint").focus()
    keys.type("Lounge")
    keys.press("Tab")
    expect(page.get_by_role("combobox", name="Stage of a new touchpoint")).to_be_focused()
    keys.type("us")
    keys.press("Tab")
    keys.type("web")
    keys.press("Shift+Tab")
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Add it")).to_be_focused()
    keys.press("Enter")
    expect(cell(page, "Lounge", "stage")).to_have_text("use")
    expect(cell(page, "Lounge", "channel")).to_have_text("web")
    expect(page.get_by_placeholder("Add a touchpoint")).to_be_focused()

    # From the empty field, too, the last act is taken back.
    keys.press("Control+z")
    expect(cell(page, "Lounge", "name")).to_have_count(0)


def test_a_new_grade_shows_at_once_whether_customers_agree(opens, workspace, plan):
    def asked() -> None:
        desk = factories.touchpoint(plan=plan, name="Desk")
        factories.touchpoint(plan=plan, name="Lounge")
        answered_at(desk, factories.metric(plan=plan, kind="csat"), [(5, 600), (1, 400)])

    aside(workspace, asked)
    page = opens()
    keys = page.keyboard
    said = page.locator("[data-shown]").first
    expect(said).to_contain_text("60.0 % ±3.0 n = 1,000")
    cell(page, "Desk", "grade").focus()
    keys.type("A")
    keys.press("Enter")
    expect(said.locator(".chip")).to_have_text("Customers rate it lower")

    # What the page says of all grades is said anew, and goes once one of them is another.
    page.reload()
    notice = page.get_by_text("The one grade with answers, of “Desk”, is not what customers say.")
    expect(notice).to_be_visible()

    # Arrows pass over what is only read, its link has the focus; Tab from a field leaves it out.
    cell(page, "Desk", "graded_on").focus()
    keys.press("ArrowRight")
    expect(said.get_by_role("link")).to_be_focused()
    keys.press("ArrowRight")
    expect(cell(page, "Desk", "outcome")).to_be_focused()
    keys.press("ArrowLeft")
    keys.press("ArrowDown")
    expect(page.locator("[data-shown]").last).to_be_focused()
    cell(page, "Desk", "graded_on").focus()
    keys.press("Enter")
    keys.press("Tab")
    expect(cell(page, "Desk", "outcome")).to_be_focused()

    # The answer of the server comes while one stands on the link: the focus stays there.
    cell(page, "Desk", "grade").focus()
    keys.type("C")
    keys.press("Tab")
    keys.press("ArrowRight")
    expect(said).to_contain_text("Customers agree")
    expect(notice).to_have_count(0)
    expect(said.get_by_role("link")).to_be_focused()
    assert page.locator("table [tabindex='0']").count() == 1
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    keys.press("Enter")
    page.wait_for_url("**/voices/?touchpoint=*")


def test_on_a_phone_the_page_does_not_scroll_sideways(opens, workspace, plan):
    def asked() -> None:
        desk = factories.touchpoint(plan=plan, name="Desk")
        answered_at(desk, factories.metric(plan=plan, kind="csat"), [(5, 600), (1, 400)])

    aside(workspace, asked)
    page = opens(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    expect(page.locator("[data-shown]").first).to_contain_text("60.0 %")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_spreadsheet_is_pasted_looked_at_kept_and_taken_back(opens, workspace, plan):
    aside(workspace, lambda: factories.touchpoint(plan=plan, name="Boarding", stage="use"))
    page = opens()
    rows = [
        "Touchpoint\tStage\tGrade\tPain points",
        'boarding\tdelivery\tC\t"Queues\nNo seats"',
        "Lounge\tDreaming\tB\t",
    ]
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(rows))
    page.keyboard.press("Control+v")  # nothing has the focus: the page takes it, too
    expect(page.locator("h1")).to_have_text("1 touchpoint would be added, 1 changed")
    expect(page.get_by_role("checkbox", name="Dreaming")).to_be_checked()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert stored(workspace) == [("Boarding", "use", "")]
    page.get_by_role("button", name="Keep all 2 rows").press("Enter")
    expect(page.locator(".toast")).to_contain_text("1 touchpoint is added. 1 is changed.")
    assert stored(workspace) == [
        ("Boarding", "delivery", "Queues\nNo seats"),
        ("Lounge", "Dreaming", ""),
    ]
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(cell(page, "Boarding", "stage")).to_have_text("use")
    assert stored(workspace) == [("Boarding", "use", "")]


def test_a_column_of_values_goes_to_the_touchpoints_it_is_pasted_beside(opens, workspace, plan):
    names = ("Boarding", "Seat", "Lounge")
    aside(workspace, lambda: [factories.touchpoint(plan=plan, name=name) for name in names])
    page = opens()
    cell(page, "Seat", "stage").focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", "use\r\ndelivery\r\n")
    page.keyboard.press("Control+v")
    expect(page.locator("h1")).to_have_text("2 touchpoints would change")
    page.get_by_role("button", name="Keep all 2 rows").click()
    expect(page.locator(".toast")).to_contain_text("2 are changed.")
    assert stored(workspace) == [
        ("Boarding", "", ""),
        ("Seat", "use", ""),
        ("Lounge", "delivery", ""),
    ]


def test_two_in_one_cell_see_both_and_nothing_is_lost(opens, workspace, plan):
    desk = aside(
        workspace, lambda: factories.touchpoint(plan=plan, name="Desk", pain_points="Slow")
    )
    page = opens()

    def change() -> None:
        other = factories.member(workspace, Role.EDITOR, name="Amara Singh")
        with act_of(other):
            change_touchpoint(desk, by=other, pain_points="Slow at night")

    aside(workspace, change)
    cell(page, "Desk", "pain_points").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Slow on Mondays")
    page.keyboard.press("Tab")
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("Amara Singh")
    expect(box).to_contain_text("Nothing is lost")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    box.get_by_label("Or both, in your words").fill("Slow at night and on Mondays")
    box.get_by_role("button", name="Keep this one").click()
    expect(cell(page, "Desk", "pain_points")).to_have_text("Slow at night and on Mondays")
    saved(page)
    assert stored(workspace)[0][2] == "Slow at night and on Mondays"


def test_what_cannot_be_sent_stays_and_is_sent_again(opens, workspace, plan):
    aside(workspace, lambda: factories.touchpoint(plan=plan, name="Desk"))
    page = opens()
    page.context.set_offline(True)
    cell(page, "Desk", "goes_well").click()
    page.keyboard.type("Kind people")
    page.keyboard.press("Tab")
    expect(cell(page, "Desk", "goes_well")).to_contain_text("we could not reach the server")
    page.context.set_offline(False)
    cell(page, "Desk", "goes_well").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    saved(page)
    expect(cell(page, "Desk", "goes_well")).to_have_text("Kind people")


def test_arrows_follow_the_reading_direction(opens, workspace, plan):
    aside(workspace, lambda: factories.touchpoint(plan=plan, name="میز پذیرش"))
    page = opens(locale="fa")
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.locator("[data-cell=name]").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-cell=stage]")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-cell=name]")).to_be_focused()


def test_without_scripts_a_row_is_added_and_all_of_it_changed(opens, workspace, plan):
    page = opens(java_script_enabled=False)
    page.get_by_placeholder("Add a touchpoint").fill("Desk")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Change all of Desk").click()
    page.get_by_label("Pain points").fill("Slow")
    page.get_by_role("button", name="Keep changes").click()
    page.get_by_role("link", name="Touchpoints").first.click()
    page.get_by_role("link", name="From a spreadsheet").click()
    page.get_by_label("Rows, copied").fill("Desk\tuse\nGate\tuse")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Keep all 2 rows").click()
    expect(page.locator("tbody")).to_contain_text("Gate")
    assert stored(workspace) == [("Desk", "use", "Slow"), ("Gate", "use", "")]
