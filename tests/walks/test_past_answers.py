"""A file of past answers is sent, its columns named, checked, brought in twice, and read.

With a script and without one; each page as an eye, a phone and a reader from right to left see it.
"""

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tables import column_letter
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Metric, Tally
from strategy.plans.models import Plan
from surveys.imports.models import AnswerImport, ImportFault
from surveys.responses.models import Response
from tests import factories
from tests.walks.test_survey import PICTURES, SCHEMES, SETTLED

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = ["Inflight wifi service", "Food and drink", "Seat comfort", "Cleanliness"]
# What makes a page scroll sideways, outside boxes that scroll by themselves.
TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = (one) => {
    const box = one.getBoundingClientRect();
    return box.right > root.clientWidth + 1 || box.left < -1;
  };
  const wide = [...document.querySelectorAll("main *")].filter(
    (one) => out(one) && !one.closest(".scroller"));
  return [`${root.scrollWidth} px`, ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 120))];
}"""
WRONG = "A whole number from 1 to 5, please."


@dataclass(frozen=True)
class Desk:
    """An editor in front of a plan, with a file of 300 passengers."""

    browser: Browser
    page: Page
    cookies: list[SetCookieParam]
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
        name = settings.SESSION_COOKIE_NAME
        cookies: list[SetCookieParam] = [{"name": name, "value": session, "url": live_server.url}]
        context.add_cookies(cookies)
        url = live_server.url + reverse("surveys", args=[workspace.slug, plan.pk])
        yield Desk(browser, context.new_page(), cookies, url, file, rows, workspace.pk)
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
    for scheme in SCHEMES if PICTURES else ():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 780})
    page.evaluate(SETTLED)
    assert page.evaluate(TOO_WIDE) == [], name
    if PICTURES:
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
    page.get_by_role("link", name="Read the answers it brought").click()
    expect(page.get_by_role("region", name="300 answers")).to_be_visible()
    sent(desk)
    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name="Bring them in").click()
    expect(page.get_by_text("Nothing new: the survey knew every answer")).to_be_visible()
    as_counted(desk)
    page.get_by_role("link", name="Past answers").click()
    looked_at(page, "imports")


def as_counted(desk: Desk) -> None:
    """Compare every cell with a count of the file itself."""

    def compared() -> None:
        assert Response.objects.count() == 300
        for name in ASKED:
            metric = Metric.objects.get(name=name)
            cells = Tally.objects.filter(metric=metric, touchpoint=None, segment="")
            said = [row[name] for row in desk.rows]
            expected = {score: said.count(str(score)) for score in range(1, 6)}
            assert {cell.bucket: cell.n for cell in cells} == expected

    beside(desk, compared)


def test_without_a_script_a_file_comes_in_all_the_same(desk: Desk, tmp_path: Path):
    context = desk.browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 780}, accept_downloads=True
    )
    context.add_cookies(desk.cookies)
    page = context.new_page()
    page.goto(desk.url)
    page.get_by_role("link", name="Bring in past answers").click()
    page.get_by_label("File", exact=True).set_input_files(desk.file)
    page.get_by_role("button", name="Send the file").click()
    for name in ASKED:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Set it for the ticked ones").click()
    assert page.url.endswith("#columns-head")
    page.get_by_label("Name of the survey to make").fill("Passengers 2025")
    page.get_by_label("One date for rows without a time").fill("2025-06-30")
    page.get_by_role("button", name="Check the whole file").click()
    expect(page.get_by_text("Most of it is sound, not all")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="All faults as a sheet").click()
    with download.value.path().open(newline="", encoding="utf-8-sig") as file:
        faults = list(csv.reader(file))[1:]
    zeros = [cell for row in desk.rows for name, cell in row.items() if name in ASKED]
    assert len(faults) == zeros.count("0")
    assert {fault[2] for fault in faults} == {"0"}

    # While it works, the page looks again by itself, and says how to look at once.
    beside(desk, at_work)
    page.reload()
    expect(page.get_by_text("41 % · 120 rows read")).to_be_visible()
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "3"
    beside(desk, over)
    page.get_by_role("link", name="See how far it is now").click()
    expect(page.get_by_text("Most of it is sound, not all")).to_be_visible()

    page.get_by_label("These values mean no answer").fill("0")
    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name="Bring in 300 answers").click()
    expect(page.get_by_text("It is done")).to_be_visible()
    as_counted(desk)
    page.get_by_role("link", name="Read the answers it brought").click()
    expect(page.get_by_role("region", name="300 answers")).to_be_visible()
    context.close()


def at_work() -> None:
    totals = {"rows": 120, "taken": 110, "flawed": 10, "cells": 10}
    AnswerImport.objects.update(status="checking", progress=0.41, totals=totals)


def over() -> None:
    AnswerImport.objects.update(status="checked")


def beside(desk: Desk, act: Callable[[], None]) -> None:
    """Do something in the workspace, beside the browser's own loop."""

    def go() -> None:
        with closing(connection), workspace_scope(desk.workspace_id):
            act()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(go).result()


def staged() -> None:
    """Keep one file in each state it can be in, one of them with 300 columns."""
    survey = factories.survey(plan=Plan.objects.get(), name="Passengers 2025", status="open")
    columns: list[dict[str, Any]] = [
        {
            "name": f"How content were you with part {n} of the journey?" if n % 7 else "Wlan",
            "letter": column_letter(n),
            "distinct": 5,
            "values": [[str(score), 10 * score] for score in range(1, 6)],
        }
        for n in range(300)
    ]
    common: dict[str, Any] = {
        "survey": survey,
        "by": Membership.objects.get(),
        "dialect": {"kind": "csv"},
        "columns": columns[:6],
        "sample": [["5", "4", "1", "2", "5", "so-so, to be honest"]] * 8,
    }
    counted = {"rows": 1_250_000, "taken": 1_224_688, "flawed": 25_312, "cells": 25_312}
    for status in AnswerImport.Status.values:
        more: dict[str, Any] = {"status": status, "file_name": f"{status}.csv"}
        if status in ("checking", "running", "checked", "refused"):
            more |= {"totals": counted, "progress": 0.41}
        if status == "done":
            days = {"first_day": date(2025, 1, 31), "last_day": date(2025, 6, 30)}
            more |= {"totals": {"rows": 300, "taken": 300}, **days}
        if status == "failed":
            more["trouble"] = "After row 12 stands a byte that is no text in utf-8."
        row = factories.answerimport(**{**common, **more})
        faults = [
            ImportFault(of=row, row=n + 2, column=columns[n]["name"], value=value, reason=WRONG)
            for n, value in enumerate(["0", "very good", "=SUM(A1:A9)", "x" * 200] * 6)
        ]
        if row.totals.get("flawed"):
            ImportFault.objects.bulk_create(faults)
    factories.answerimport(
        **{**common, "columns": columns, "sample": [["5"] * 300] * 8, "file_name": "wide.csv"}
    )
    factories.answerimport(**common, file_name="gone.csv", file_gone_at=timezone.now())


def test_each_page_is_read_by_eye_by_ear_on_a_phone_and_from_right_to_left(desk: Desk):
    beside(desk, staged)
    page = desk.page
    page.goto(desk.url)
    page.get_by_role("link", name="Bring in past answers").click()
    looked_at(page, "imports-list")
    listed = page.url
    pages = {
        link.inner_text(): str(link.get_attribute("href"))
        for link in page.locator(".survey-name a").all()
    }
    assert len(pages) == 10
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("Choose a file first.")).to_be_visible()
    looked_at(page, "imports-refused")
    for name, url in pages.items():
        page.goto(url)
        looked_at(page, f"import-{name.removesuffix('.csv')}")

    reader = desk.browser.new_context(
        base_url=desk.page.url, locale="fa", viewport={"width": 360, "height": 780}
    )
    reader.add_cookies(desk.cookies)
    page = reader.new_page()
    for name, url in {"imports": listed, **pages}.items():
        page.goto(url)
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert page.evaluate(TOO_WIDE) == [], name
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name.removesuffix('.csv')}-fa.png", full_page=True)
    reader.close()
