"""An answer reaches the leaders within two seconds and disturbs nobody who is typing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.airline import Skylark, answers, take_in

SECONDS = 2.0
Found = TypeVar("Found")

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(act: Callable[[], Found]) -> Found:
    """Do something on a thread of its own, as the browser's loop runs on this one."""

    def alone() -> Found:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result()


class Stage:
    """A leader in front of the page, and a customer who answers."""

    def __init__(self, leader: Membership, skylark: Skylark, page: Page) -> None:
        self.leader, self.skylark, self.page = leader, skylark, page

    @property
    def lounge(self):
        return self.page.locator(f"#n-{self.skylark.wait.pk}")

    def passengers_answer(self, count: int) -> float:
        """Record answers about the lounge and count them, as the runner does; return the moment."""

        def answer() -> None:
            with workspace_scope(self.leader.workspace_id):
                scores = [(5, count)]
                take_in(
                    self.skylark.workspace,
                    answers(self.skylark.lounge, self.skylark.today, scores),
                )

        moment = monotonic()
        elsewhere(answer)
        return moment


@pytest.fixture
def stage(live_server, chromium) -> Iterator[Stage]:
    workspace = factories.workspace(name="Skylark Air")
    leader = factories.member(workspace, Role.REVIEWER, name="Hanne Berg")
    with workspace_scope(workspace.pk):
        skylark = Skylark(workspace)
    client = Client()
    client.force_login(leader.user)
    where = reverse("dashboard", args=[workspace.slug, skylark.plan.pk])
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + where)
        yield Stage(leader, skylark, page)
        browser.close()


def test_an_answer_is_seen_in_two_seconds_while_a_check_in_is_typed(stage):
    page = stage.page
    page.locator(f"#check-in-{stage.skylark.rebook.pk}").click()
    note = page.get_by_label("How does it stand?")
    expect(note).to_be_focused()
    note.press_sequentially("Half a sen")

    asked = stage.passengers_answer(50)
    expect(stage.lounge).to_have_text("n = 50", timeout=SECONDS * 1000)
    assert monotonic() - asked < SECONDS
    expect(page.locator("#finding")).to_have_text("3 of 6 goals are on track; 1 needs a look.")

    expect(note).to_be_focused()
    note.press_sequentially("tence")
    expect(note).to_have_value("Half a sentence")
    page.get_by_role("button", name="Keep the check-in").click()
    expect(page.locator("#toasts")).to_contain_text("Rebooking is easy")
    expect(page.locator("#rows")).to_contain_text("Half a sentence")
    expect(page.locator(".drawer")).to_have_count(0)


def test_searching_narrows_the_rows_and_stays_narrow_when_answers_arrive(stage):
    page = stage.page
    search = page.get_by_label("Find a goal")
    search.press_sequentially("lounge")
    expect(page.locator("#rows")).not_to_contain_text("Rebooking is easy")
    stage.passengers_answer(50)
    expect(stage.lounge).to_have_text("n = 50", timeout=SECONDS * 1000)
    expect(page.locator("#rows")).not_to_contain_text("Rebooking is easy")
    expect(search).to_be_focused()
    expect(search).to_have_value("lounge")


def test_a_link_somebody_reached_by_keyboard_keeps_the_focus_when_its_row_is_renewed(stage):
    link = stage.page.locator(f"#check-in-{stage.skylark.wait.pk}")
    link.focus()
    stage.passengers_answer(50)
    expect(stage.lounge).to_have_text("n = 50", timeout=SECONDS * 1000)
    expect(link).to_be_focused()
