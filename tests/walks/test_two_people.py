"""Two people at one goal in two real browsers: they see each other, and no word is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from strategy.goals.models import Goal
from tests import factories
from tests.airline import Skylark

COOKIE = settings.SESSION_COOKIE_NAME
pytestmark = pytest.mark.django_db(transaction=True)
Found = TypeVar("Found")
expect.set_options(timeout=15_000)


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
    """Maren and Jonas, each in front of a browser of their own, and the goal they both write."""

    def __init__(self, address: str, browser, air: Skylark, sessions: list[str]) -> None:
        self.air, self.goal, self.address = air, air.rebook, f"{address}/w/skylark"
        self.edit = f"{self.address}/goals/{self.goal.pk}/edit/"
        self.maren, self.jonas = (self._window(browser, one, address) for one in sessions)

    def _window(self, browser, session: str, address: str) -> Page:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        context.add_cookies([{"name": COOKIE, "value": session, "url": address}])
        context.set_default_timeout(10_000)
        page: Page = context.new_page()
        return page

    def kept(self) -> Goal:
        def now() -> Goal:
            with workspace_scope(self.air.workspace.pk):
                return Goal.objects.get(pk=self.goal.pk)

        return elsewhere(now)


@pytest.fixture
def stage(live_server, chromium) -> Iterator[Stage]:
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    people = [
        factories.member(workspace, Role.EDITOR, name=name, email=f"{name[:5].lower()}@sky.example")
        for name in ("Maren Okafor", "Jonas Petraitis")
    ]
    people[0].user.set_password("above the clouds")
    people[0].user.save()
    email = people[0].user.email
    EmailAddress(user=people[0].user, email=email, verified=True, primary=True).save()
    with workspace_scope(workspace.pk):
        air = Skylark(workspace, by=people[0])
    sessions = [signed_in(one) for one in people]
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield Stage(live_server.url, browser, air, sessions)
        browser.close()


def signed_in(member: Membership) -> str:
    client = Client()
    client.force_login(member.user)
    return client.cookies[COOKIE].value


def is_open_to_everybody(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def kept_in(page: Page) -> list[str]:
    """Return the names of the drafts a browser keeps."""
    found: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('draft:'))"
    )
    return found


def sentence(page: Page):
    return page.get_by_label("What will be true")


def test_the_second_to_save_sees_both_versions_and_merges_them(stage):
    maren, jonas = stage.maren, stage.jonas
    for page in (maren, jonas):
        page.goto(stage.edit)
    expect(jonas.locator(".here")).to_contain_text("Maren Okafor is writing")
    maren.goto(f"{stage.address}/goals/{stage.goal.pk}/")
    expect(maren.locator(".here")).to_contain_text("Also here: JP Jonas Petraitis is writing")
    maren.goto(stage.edit)
    sentence(jonas).fill("Rebooking is easy by phone")
    jonas.get_by_label("Why it can be done").fill("The new desk opens in May.")
    jonas.get_by_label("Owner").fill("Ana Duarte")
    jonas.get_by_role("button", name="Keep changes").click()
    expect(jonas.locator("#toasts")).to_contain_text("by phone")

    sentence(maren).fill("Rebooking is easy and fast")
    maren.get_by_label("Owner").fill("Contact centre")
    maren.get_by_label("Weight").evaluate("field => field.closest('details').open = true")
    maren.get_by_label("Weight").fill("3")
    maren.get_by_role("button", name="Keep changes").click()
    merge = maren.locator("form[data-merge]")
    expect(merge).to_contain_text("Jonas Petraitis kept another version")
    for words in ("by phone", "and fast", "Ana Duarte", "Contact centre", "The new desk opens"):
        expect(merge).to_contain_text(words)
    is_open_to_everybody(maren)

    spoken = merge.get_by_role("group", name="What will be true, in one sentence")
    spoken.get_by_text("Something else").click()
    sentence(spoken).fill("Rebooking is easy and fast, also by phone")
    merge.get_by_role("group", name="Owner").get_by_text("Theirs").click()
    merge.get_by_role("button", name="Keep it this way").click()
    expect(maren.locator("#toasts")).to_contain_text("also by phone")
    kept = stage.kept()
    assert kept.statement == "Rebooking is easy and fast, also by phone"
    assert (kept.owner_name, kept.weight) == ("Ana Duarte", 3)
    assert kept.achievable == "The new desk opens in May."
    maren.goto(stage.edit)
    expect(maren.locator(".unsaved")).to_have_count(0)


def test_words_outlive_a_reload_and_an_ended_session(stage):
    page = stage.maren
    page.goto(stage.edit)
    sentence(page).press("End")
    sentence(page).press_sequentially(" in two taps")
    page.reload()
    expect(sentence(page)).to_have_value("Rebooking is easy")
    offer = page.locator(".unsaved")
    expect(offer).to_contain_text("You typed something here at")
    is_open_to_everybody(page)
    offer.get_by_role("button", name="Restore it").click()
    expect(sentence(page)).to_have_value("Rebooking is easy in two taps")

    page.context.clear_cookies(name=COOKIE)
    page.get_by_role("button", name="Keep changes").click()
    page.get_by_label("Email").fill("maren@sky.example")
    page.get_by_label("Password").fill("above the clouds")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(stage.edit)
    page.get_by_role("button", name="Restore it").click()
    page.get_by_role("button", name="Keep changes").click()
    expect(page.locator("#toasts")).to_contain_text("in two taps")
    assert stage.kept().statement == "Rebooking is easy in two taps"
    page.goto(stage.edit)
    expect(page.locator(".unsaved")).to_have_count(0)


def test_words_typed_in_place_are_offered_where_they_were_typed(stage):
    page, tree = stage.maren, f"{stage.address}/plans/{stage.air.plan.pk}/goals/"
    page.goto(tree)
    page.locator(f"#name-{stage.goal.pk}").click()
    sentence(page).fill("Rebooking is easy for groups")
    page.reload()
    page.locator(".unsaved").get_by_role("link", name="Open it").click()
    page.wait_for_url(stage.edit)
    page.locator(".unsaved").get_by_role("button", name="Restore it").click()
    expect(sentence(page)).to_have_value("Rebooking is easy for groups")
    page.goto(tree)
    page.locator(f"#name-{stage.goal.pk}").click()
    page.locator(".unsaved").get_by_role("button", name="Discard it").click()
    expect(sentence(page)).to_have_value("Rebooking is easy")
    assert kept_in(page) == []


def test_a_plain_form_waits_for_the_connection_and_signing_out_forgets(stage):
    page, plan = stage.maren, stage.air.plan
    page.goto(f"{stage.address}/plans/{plan.pk}/edit/")
    page.get_by_label("Name of the plan").fill("Skylark 2027")
    page.context.set_offline(True)
    page.get_by_role("button", name="Keep the changes").click()
    expect(page.locator(".lost")).to_contain_text("nothing was saved yet")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Skylark 2027")
    assert kept_in(page) == []

    page.goto(stage.edit)
    sentence(page).fill("Half a sentence")
    page.reload()
    assert len(kept_in(page)) == 1
    page.locator(".rail-end .me").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert kept_in(page) == []


def test_a_lost_connection_keeps_the_form_and_lets_it_be_sent_again(stage):
    page = stage.maren
    page.goto(stage.edit)
    sentence(page).fill("Rebooking is easy on a train")
    page.context.set_offline(True)
    page.get_by_role("button", name="Keep changes").click()
    lost = page.locator(".lost")
    expect(lost).to_contain_text("What you wrote is still here")
    expect(sentence(page)).to_have_value("Rebooking is easy on a train")
    page.context.set_offline(False)
    lost.get_by_role("button", name="Try again").click()
    expect(page.locator("#toasts")).to_contain_text("on a train")
    assert stage.kept().statement == "Rebooking is easy on a train"
