"""A team builds its tree of goals in a real browser, by keyboard, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.airline import Skylark
from tests.walks.browser import opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(live_server, chromium) -> Iterator[tuple[Skylark, Page]]:
    """An editor in front of the airline's tree of goals."""
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    editor = factories.member(workspace, Role.EDITOR, name="Maren Okafor")
    with workspace_scope(workspace.pk):
        air = Skylark(workspace, by=editor)
    with opened(live_server.url, chromium, editor, f"plans/{air.plan.pk}/goals/") as page:
        yield air, page


def names(page: Page, under: str) -> list[str]:
    return page.locator(f"{under} > li > .goal-row .goal-name a").all_inner_texts()


def test_a_tree_of_three_levels_is_built_and_moved_by_keyboard(live_server, stage):
    air, page = stage
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    rebook = air.rebook

    # A third level, written in place; the SMART check follows the typing.
    row = page.locator(f"#goal-{rebook.pk}")
    row.locator("summary").first.click()
    row.get_by_role("link", name="Add a goal below").click()
    form = page.locator(f"#new-{rebook.pk} form")
    expect(form.get_by_label("What will be true")).to_be_focused()
    form.get_by_label("What will be true").fill("Passengers rebook themselves in the app")
    expect(form.locator(".smart")).to_contain_text("Name who answers for it")
    form.get_by_label("Owner").fill("Ana Duarte, agency")
    expect(form.locator(".smart")).to_contain_text("Ana Duarte, agency answers for it")
    assert form.get_by_label("What will be true").input_value().startswith("Passengers rebook")
    form.get_by_role("button", name="Add this goal").click()
    new = row.locator(".kids .goal-name a")
    expect(new).to_have_text("Passengers rebook themselves in the app")
    expect(new).to_be_focused()

    # Half a sentence in one goal outlives the moves of another.
    seats = air.seats
    page.locator(f"#name-{seats.pk}").click()
    half = page.locator(f"#edit-{seats.pk} textarea").first
    half.fill("Half a sentence")
    name = page.locator(f"#name-{rebook.pk}")
    name.focus()
    page.keyboard.press("Alt+ArrowUp")
    top = air.recommend
    kids = f"#goal-{top.pk} > .kids"
    expect(page.locator(f"{kids} > li").first).to_have_id(f"goal-{rebook.pk}")
    expect(name).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("moved")
    assert half.input_value() == "Half a sentence"
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator(f".tree > #goal-{rebook.pk}")).to_be_visible()
    expect(name).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(f"{kids} > #goal-{rebook.pk}")).to_be_visible()
