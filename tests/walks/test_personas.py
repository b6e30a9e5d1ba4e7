"""A team draws a persona in a real browser: by keys, with evidence, and sees what it answers."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Page, expect

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics.pending import Add
from strategy.personas.models import PersonaStatement
from surveys.design.selectors import survey_head
from surveys.design.services import create_survey
from surveys.responses.answers import Given
from surveys.responses.services import submit_many
from tests import factories
from tests.airline import take_in
from tests.walks.browser import opened

pytestmark = pytest.mark.django_db(transaction=True)

SEGMENTS = {"travel": ["Business", "Personal"], "customer": ["Loyal", "New"]}


def answer(plan) -> None:
    """Let 30 loyal business travellers be content and 30 others not."""
    metric = factories.metric(plan=plan, kind="csat", name="Seat comfort")
    questions = [{"kind": "csat", "text": "The seat?", "metric": metric}]
    survey = create_survey(plan, name="Flight", by=None, status="open", questions=questions)
    asked = survey.questions.get()
    yesterday = survey.created_at - timedelta(days=1)
    groups = [(5, {"travel": "Business", "customer": "Loyal"}), (2, {"travel": "Business"})]
    items = [
        Given(answers=[(asked.pk, score)], answered_at=yesterday, segments=segments)
        for score, segments in groups
        for _ in range(30)
    ]
    head = survey_head(survey.token)
    assert head is not None
    submit_many(head, list(enumerate(items)), via="rest")


@pytest.fixture
def editor() -> Membership:
    workspace = factories.workspace(name="Skylark Air", slug="skylark")
    return factories.member(workspace, Role.EDITOR, name="Maren Okafor")


@pytest.fixture
def page(live_server, chromium, editor) -> Iterator[Page]:
    """An editor in front of a plan without personas, to which 60 people answered."""
    with workspace_scope(editor.workspace_id):
        plan = factories.plan(name="CX plan", segments=SEGMENTS)
        answer(plan)
    path = f"plans/{plan.pk}/personas/"
    with opened(live_server.url, chromium, editor, path) as page:
        yield page


@pytest.fixture
def sheet(live_server, chromium, editor) -> Iterator[Page]:
    """A persona of whom much is said, three long sentences of each kind, with six scores."""
    with workspace_scope(editor.workspace_id):
        plan = factories.plan(name="CX plan", segments=SEGMENTS)
        answer(plan)
        persona = factories.persona(
            plan=plan,
            name="Ingrid, the weekly commuter",
            role="Flies Umeå to Stockholm and back each week, with hand luggage only",
            quote="I know your timetable better than your app does, and I tell everybody so.",
            segments=["travel=Business"],
        )
        for kind in PersonaStatement.Kind:
            for number in range(3):
                row = factories.personastatement(
                    persona=persona,
                    kind=kind,
                    text=f"{number}: to work an hour on board, which takes a socket and a table",
                    trust="validated",
                    checked_on=editor.workspace.today(),
                )
                factories.evidence(about=row.ref)
        metrics = [factories.metric(plan=plan, kind="csat") for _ in range(5)]
        day = editor.workspace.today() - timedelta(days=1)
        key = ("", "travel=Business")
        adds = [
            Add("survey:9", day, one.pk, None, key[1:] if which else (), 5, 90, 450, 2250)
            for one in metrics
            for which in key
        ]
        take_in(editor.workspace, adds)
    path = f"personas/{persona.pk}/"
    with opened(live_server.url, chromium, editor, path) as page:
        yield page


def count() -> None:
    """Take in what is pending, as the runner does; the browser keeps this thread's loop."""

    def run() -> None:
        intake.run_all(wait=True)
        connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(run).result()


def texts(page: Page, kind: str) -> list[str]:
    return page.locator(f"[data-quadrant={kind}] .swot-name").all_inner_texts()


def test_a_persona_is_drawn_proven_and_seen_to_differ(page):
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

    page.get_by_label("Name").fill("Ingrid")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingrid")

    # Statements by keys alone: typed one after the other, then moved with Alt and the arrows.
    needs = page.get_by_label("Add to “Needs”")
    for text in ("A socket", "Quiet"):
        needs.fill(text)
        needs.press("Enter")
        expect(page.locator(".swot-name", has_text=text)).to_be_visible()
        expect(needs).to_be_focused()
    assert texts(page, "need") == ["A socket", "Quiet"]
    quiet = page.locator(".swot-name", has_text="Quiet")
    quiet.press("Alt+ArrowUp")
    expect(page.locator(".swot-name").first).to_have_text("Quiet")
    expect(quiet).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("[data-quadrant=fear] .swot-name")).to_have_text("Quiet")

    # By pointer into another kind, and back by the toast.
    page.locator("[data-entry]", has_text="Quiet").locator("[data-grip]").hover()
    page.mouse.down()
    desires = page.locator("[data-quadrant=desire]")
    desires.hover()
    page.mouse.up()
    expect(desires.locator(".swot-name")).to_have_text("Quiet")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-quadrant=fear] .swot-name")).to_have_text("Quiet")

    # Validated, which asks how one knows; the evidence is given.
    page.get_by_label("Acts on “A socket”").click()
    page.get_by_role("button", name="Validated today", exact=True).click()
    expect(page.locator(".proof-words")).to_have_text("1 of 2 statements proven")
    page.get_by_role("link", name="no evidence hangs on it").click()
    page.get_by_text("Add evidence").click()
    evidence = page.locator("#evidence")
    evidence.get_by_label("What it says").fill("31 of 60 opened a laptop")
    evidence.get_by_role("button", name="Keep the evidence").click()
    expect(evidence).to_contain_text("31 of 60 opened a laptop")
    page.get_by_role("main").get_by_role("link", name="Ingrid").first.click()
    expect(page.locator(".swot-joints", has_text="1 piece of evidence")).to_be_visible()

    # Whose answers: counted before it is kept, then scores beside everybody's.
    page.get_by_role("link", name="Say whose answers are theirs").click()
    page.get_by_label("travel").select_option("Business")
    expect(page.locator("#matching")).to_have_text("60 answers match.")
    page.get_by_label("customer").select_option("New")
    expect(page.locator("#matching")).to_contain_text("Nobody matches")
    page.get_by_label("customer").select_option("Loyal")
    expect(page.locator("#matching")).to_have_text("30 answers match.")
    page.get_by_role("button", name="Keep the rule").click()
    expect(page.locator("#scores")).to_contain_text("being counted")
    count()
    page.reload()
    row = page.locator("#scores tbody tr", has_text="Seat comfort")
    expect(row.locator("td").nth(0)).to_contain_text("100")
    expect(row.locator("td").nth(0)).to_contain_text("n = 30")
    expect(row.locator("td").nth(1)).to_contain_text("n = 60")
    expect(row.locator("td").nth(2)).to_contain_text("+50")

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert faults == []


def test_a_persona_of_whom_much_is_said_prints_on_one_page(sheet):
    expect(sheet.locator("#scores tbody tr")).to_have_count(6)
    expect(sheet.locator(".trait-line")).to_have_count(21)
    paper = sheet.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
