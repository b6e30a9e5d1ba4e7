"""A file of past answers is sent, its columns named, checked, brought in twice, and read."""

import csv
import gzip
import io
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect, sync_playwright

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Metric, Tally
from surveys.responses.models import Response
from tests import factories
from tests.walks.test_survey import PICTURES, SETTLED

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = ["Inflight wifi service", "Food and drink", "Seat comfort", "Cleanliness"]


@dataclass(frozen=True)
class Desk:
    """An editor in front of a plan, with a file of 300 passengers."""

    page: Page
    url: str
    file: Path
    rows: list[dict[str, str]]
    workspace_id: int


@pytest.fixture
def desk(live_server, tmp_path, chromium) -> Iterator[Desk]:
    workspace = factories.workspace(name="Skylark Air", time_zone="Europe/Vilnius")
    editor = factories.member(workspace, Role.EDITOR, name="Tomás Lindqvist")
    with workspace_scope(workspace.pk):
        plan = factories.plan(name="CX plan", brand="Skylark Air", customers_are="passengers")
    file, rows = passengers(tmp_path)
    client = Client()
    client.force_login(editor.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        url = reverse("surveys", args=[workspace.slug, plan.pk])
        yield Desk(page, url, file, rows, workspace.pk)
        browser.close()


def passengers(folder: Path) -> tuple[Path, list[dict[str, str]]]:
    chance = random.Random(3)
    rows = [
        {
            "id": str(9000 + number),
            "Class": chance.choice(["Eco", "Business"]),
            **{name: str(chance.choice([0, 1, 2, 3, 3, 4, 4, 5, 5])) for name in ASKED},
        }
        for number in range(300)
    ]
    text = io.StringIO()
    sheet = csv.DictWriter(text, list(rows[0]))
    sheet.writeheader()
    sheet.writerows(rows)
    path = folder / "passenger_survey.csv.gz"
    path.write_bytes(gzip.compress(text.getvalue().encode()))
    return path, rows


def looked_at(page: Page, name: str) -> None:
    """Let axe look at a page; keep pictures of it for whoever wants them."""
    page.evaluate(SETTLED)
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 360, "height": 780})
        page.evaluate(SETTLED)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.screenshot(path=f"{PICTURES}/{name}-phone.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 860})


def sent(desk: Desk) -> None:
    desk.page.goto(desk.url)
    desk.page.get_by_role("link", name="Bring in past answers").click()
    desk.page.get_by_label("File", exact=True).set_input_files(desk.file)
    desk.page.get_by_role("button", name="Send the file").click()


def test_past_answers_come_in_once(desk: Desk):
    page = desk.page
    sent(desk)
    expect(page.get_by_role("heading", level=1)).to_have_text("passenger_survey.csv.gz")
    looked_at(page, "import-columns")
    for name in ASKED:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Set it for the ticked ones").click()
    page.get_by_label("What “Class” is").select_option("segment")
    page.get_by_label("Name of the survey to make").fill("Passengers 2025")
    page.get_by_label("One date for rows without a time").fill("2025-06-30")
    page.get_by_role("button", name="Check the whole file").click()
    expect(page.get_by_text("Most of it is sound, not all")).to_be_visible()
    page.get_by_label("These values mean no answer").fill("0")
    page.get_by_role("button", name="Check the whole file").click()
    expect(page.get_by_text("Every row can be taken")).to_be_visible()
    looked_at(page, "import-checked")
    page.get_by_role("button", name="Bring in 300 answers").click()
    expect(page.get_by_text("It is done")).to_be_visible()
    looked_at(page, "import-done")
    as_counted(desk)
    sent(desk)
    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name="Bring them in").click()
    expect(page.get_by_text("It is done")).to_be_visible()
    as_counted(desk)
    page.get_by_role("link", name="Past answers").click()
    looked_at(page, "imports")


def as_counted(desk: Desk) -> None:
    """Compare every cell with a count of the file itself, beside the browser's own loop."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(_compared, desk).result()


def _compared(desk: Desk) -> None:
    with closing(connection), workspace_scope(desk.workspace_id):
        assert Response.objects.count() == 300
        for name in ASKED:
            metric = Metric.objects.get(name=name)
            cells = Tally.objects.filter(metric=metric, touchpoint=None, segment="")
            said = [row[name] for row in desk.rows]
            expected = {score: said.count(str(score)) for score in range(1, 6)}
            assert {cell.bucket: cell.n for cell in cells} == expected
