"""Somebody is invited, comes in, changes role and leaves; nothing they held is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from strategy.goals.models import Goal
from tests import factories
from tests.airline import Skylark

Found = TypeVar("Found")
PASSWORD = "three long words"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(session, chromium) -> Iterator[Browser]:
    with sync_playwright() as tools:
        yield tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )


@pytest.fixture
def owner() -> Membership:
    cache.clear()
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    maren = factories.member(workspace, Role.OWNER, name="Maren Okafor")
    factories.member(workspace, Role.EDITOR, name="Tomás Lindqvist")
    with workspace_scope(workspace.pk):
        Skylark(workspace, by=maren)
    return maren


@pytest.fixture
def session(owner) -> str:
    client = Client()
    client.force_login(owner.user)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def elsewhere(act: Callable[[], Found]) -> Found:
    """Do something on a thread of its own, as the browser's loop runs on this one."""

    def alone() -> Found:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result()


def window(browser: Browser, address: str, session: str = "") -> Page:
    """Open a browser of its own; with a session somebody has signed in there."""
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    if session:
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session, "url": address}])
    return context.new_page()


def is_open_to_everybody(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_guest_comes_by_link_changes_role_and_hands_over_when_leaving(
    live_server, session: str, browser: Browser, owner: Membership
):
    maren = window(browser, live_server.url, session)
    maren.goto("/w/skylark/settings/members/")
    is_open_to_everybody(maren)
    maren.get_by_role("link", name="Invite somebody").first.click()
    maren.get_by_label("Reviewer").check()
    is_open_to_everybody(maren)
    maren.get_by_role("button", name="Make the invitation").click()
    is_open_to_everybody(maren)
    link = maren.get_by_role("textbox", name="The link").input_value()

    ines = window(browser, live_server.url)
    ines.goto(link)
    expect(ines.get_by_role("heading")).to_have_text("Join Skylark Air")
    is_open_to_everybody(ines)
    ines.get_by_role("link", name="Make an account").click()
    ines.get_by_label("Your name").fill("Ines Duarte")
    ines.get_by_label("Email").fill("ines@skylark.example")
    ines.get_by_label("Password").fill(PASSWORD)
    ines.get_by_role("button", name="Make my account").click()
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if is_code(line))
    ines.get_by_label("Code").fill(code)
    ines.get_by_role("button").first.click()
    ines.get_by_role("button", name="Join Skylark Air").click()
    expect(ines.get_by_text("Welcome to Skylark Air")).to_be_visible()

    maren.goto("/w/skylark/settings/members/")
    row = maren.get_by_role("listitem").filter(has_text="ines@skylark.example")
    row.get_by_role("combobox").select_option("editor")
    with maren.expect_response(lambda reply: "/role/" in reply.url) as changed:
        row.get_by_role("button", name="Change role").click()
    assert "Ines Duarte is editor now." in changed.value.text()
    maren.reload()
    expect(row.get_by_role("combobox")).to_have_value("editor")

    goals = elsewhere(lambda: give_two_goals(owner, "ines@skylark.example"))

    ines.goto("/w/skylark/settings/profile/")
    ines.get_by_role("link", name="Leave Skylark Air").click()
    is_open_to_everybody(ines)
    ines.get_by_label("Hand everything to").fill("Tomás Lindqvist")
    ines.get_by_label(f"Hand “{goals[0].statement}” to").fill("Agency Nord")
    ines.get_by_role("button", name="Leave the workspace").click()
    expect(ines.get_by_text("You have left Skylark Air.")).to_be_visible()
    gone = ines.goto("/w/skylark/settings/")
    assert gone
    assert gone.status == 404

    maren.goto(reverse("work", args=["skylark"]))
    is_open_to_everybody(maren)
    group = maren.locator("section", has_text="Agency Nord").last
    group.get_by_label("Hand to").fill("Maren Okafor")
    group.get_by_role("button", name="Hand over").click()
    expect(maren.get_by_text("Maren Okafor answers for 1 more thing now.")).to_be_visible()
    assert elsewhere(lambda: owners_of(owner, goals)) == ["Maren Okafor", "Tomás Lindqvist"]


def give_two_goals(owner: Membership, email: str) -> list[Goal]:
    member = Membership.objects.get(user__email=email)
    assert member.role == Role.EDITOR
    with workspace_scope(owner.workspace_id):
        goals = list(Goal.objects.order_by("pk")[:2])
        Goal.objects.filter(pk__in=[goal.pk for goal in goals]).update(owner=member)
    return goals


def owners_of(owner: Membership, goals: list[Goal]) -> list[str]:
    with workspace_scope(owner.workspace_id):
        return [str(Goal.objects.get(pk=goal.pk).owner) for goal in goals]


def is_code(line: str) -> bool:
    bare = line.strip().replace("-", "")
    return len(bare) >= 6 and bare.isalnum() and bare.upper() == bare
