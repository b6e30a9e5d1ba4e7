"""Whatever people write, no page of the audit scrolls sideways, and no blind spot is cut off."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, sync_playwright

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from strategy.touchpoints.models import Touchpoint
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(transactional_db: None) -> Membership:
    return factories.member(factories.workspace(slug="skylark"), Role.EDITOR)


@pytest.fixture
def desk(editor) -> Touchpoint:
    with workspace_scope(editor.workspace_id):
        word = "W" * 60
        desk = factories.touchpoint(
            name=word * 2, stage=word, channel=word, owner_name=word * 2, pain_points=word * 9
        )
        factories.audit(touchpoint=desk, note=word * 9)
        factories.swotentry(plan=desk.plan, touchpoint=desk, text=word * 4)
        return desk


@pytest.fixture
def session(editor) -> str:
    client = Client()
    client.force_login(editor.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as tools:
        launched = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.mark.parametrize(
    "kind",
    [
        {"viewport": {"width": 360, "height": 740}, "is_mobile": True},
        {"viewport": {"width": 1280, "height": 900}},
    ],
    ids=["phone", "desk"],
)
def test_no_page_of_the_audit_scrolls_sideways(live_server, desk, session, browser, kind):
    context = browser.new_context(**kind)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
    page = context.new_page()
    of_plan = ("touchpoints", "touchpoints-bring", "disagreements", "coverage", "swot")
    of_desk = ("touchpoint-change", "touchpoint-edit", "touchpoint-grade")
    asked = [(one, desk.plan_id) for one in (*of_plan, "plan-words")]
    asked += [(one, desk.pk) for one in of_desk]
    wide = {}
    for view, pk in asked:
        page.goto(live_server.url + reverse(view, args=["skylark", pk]))
        width = page.evaluate("Math.max(document.documentElement.scrollWidth, innerWidth)")
        if width > kind["viewport"]["width"]:
            wide[view] = width
        ends = page.evaluate(
            "Math.max(0, ...[...document.querySelectorAll('.matrix bdi, .matrix a')]"
            ".map((one) => one.getBoundingClientRect().right))"
        )
        if ends > kind["viewport"]["width"]:
            wide[f"{view}, a cell"] = ends
    assert wide == {}
