"""What customers say of each touchpoint stands in the table, beside the team's own grade."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.airline import answered_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan(customers_are="passengers")


@pytest.fixture
def shown(cast, plan):
    """Return a page of the table, and what its rows say, by the touchpoint's name."""

    def found(query="", who="viewer"):
        url = reverse("touchpoints", args=[plan.workspace.slug, plan.pk])
        page = cast.client(who).get(f"{url}?{query}")
        assert page.status_code == 200
        return page

    return found


def place(plan, name, grade, good, of=1000, ago=0):
    """Make a touchpoint that was graded, and of which some of so many are satisfied."""
    row = factories.touchpoint(plan=plan, name=name)
    if grade:
        today = plan.workspace.today()
        factories.audit(touchpoint=row, grade=grade, graded_on=today - timedelta(3))
    if of:
        metric = factories.metric(plan=plan, kind="csat", name=f"Satisfied with {name}")
        answered_at(row, metric, [(5, good), (1, of - good)], ago=ago)
    return row


def four(plan):
    for name, grade, good in (("Low", "A", 300), ("High", "D", 900), ("Same", "C", 600)):
        place(plan, name, grade, good)
    place(plan, "Near", "B", 7, of=10)
    place(plan, "Unasked", "B", 0, of=0)
    place(plan, "Ungraded", "", 500)


def names(page):
    return [row.touchpoint.name for row in page.context["rows"]]


def row_of(page, touchpoint):
    """Return the words of a touchpoint's cell, and where its link leads."""
    [row] = re.findall(rf'<tr id="place-{touchpoint.pk}".*?</tr>', page.text, re.DOTALL)
    [cell] = re.findall(r"<td data-shown>(.*?)</td>", row, re.DOTALL)
    link = re.search(r'href="([^"]+)"', cell)
    words = re.sub(r"<[^>]+>", " ", cell).replace("&nbsp;", " ")
    return " ".join(words.split()), link[1].replace("&amp;", "&") if link else ""


def test_value_margin_and_n_stand_behind_the_day_of_the_grade(plan, shown):
    seat = place(plan, "Seat", "B", 300)
    page = shown()
    words, link = row_of(page, seat)
    assert words == "30.0 % ±2.8 n = 1,000 Read the answers Passengers rate it lower"
    heads = re.findall(r'data-head="(\w+)"', page.text)
    assert heads[heads.index("graded_on") + 1] == "customers"
    assert f"touchpoint={seat.pk}" in link
    assert link.startswith(reverse("voices", args=[plan.workspace.slug, plan.pk]))


@pytest.mark.parametrize(
    ("grade", "good", "of", "words", "has_chip"),
    [
        ("A", 300, 1000, "Passengers rate it lower", True),
        ("D", 900, 1000, "Passengers rate it higher", True),
        ("C", 600, 1000, "Passengers agree", False),
        ("B", 7, 10, "Too close to call", False),
        ("", 500, 1000, "Read the answers", False),
        ("B", 0, 0, "no answers yet", False),
    ],
)
def test_only_a_disagreement_is_loud(plan, shown, grade, good, of, words, has_chip):
    seat = place(plan, "Seat", grade, good, of)
    page = shown()
    assert row_of(page, seat)[0].endswith(words)
    assert ('class="chip"' in page.text) == has_chip


def test_an_old_score_says_since_when_nobody_answered(plan, shown):
    seat = place(plan, "Seat", "B", 9, of=90, ago=60)
    assert "no answer since" in row_of(shown(), seat)[0]


def test_grading_anew_in_the_cell_changes_the_verdict_of_the_row(cast, plan):
    seat = place(plan, "Seat", "A", 600)
    url = reverse("touchpoint-cell", args=[plan.workspace.slug, seat.pk, "grade"])
    audit = seat.audits.get()
    sent = {"value": "C", "version": seat.version, "seen": f"{audit.pk}-{audit.version}"}
    reply = cast.client("editor").post(url, sent)
    assert row_of(reply, seat)[0].endswith("Passengers agree")
    sent["seen"] = re.findall(r'data-seen="([\d-]+)"', reply.text)[0]
    reply = cast.client("editor").post(url, sent | {"value": "E"})
    assert row_of(reply, seat)[0].endswith("Passengers rate it higher")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("apart", ["Low", "High"]),
        ("lower", ["Low"]),
        ("higher", ["High"]),
        ("too_close_to_call", ["Near"]),
        ("agrees", ["Same"]),
        ("-", ["Unasked"]),
        ("whatever", ["Low", "High", "Same", "Near", "Unasked", "Ungraded"]),
        ("apart&grade=D", ["High"]),
        ("apart&q=nothing", []),
    ],
)
def test_it_is_narrowed_to_what_customers_say_of_the_grades(plan, shown, asked, found):
    four(plan)
    page = shown(f"customers={asked}")
    assert names(page) == found
    if found and len(found) < 6:
        assert f"{len(found)} of 6 touchpoints" in page.text


def test_it_is_sorted_by_what_customers_say_whatever_the_scale(plan, shown):
    four(plan)
    net = factories.touchpoint(plan=plan, name="Net")  # −80 would be an F
    answered_at(net, factories.metric(plan=plan, kind="nps", name="NPS"), [(0, 90), (10, 10)])
    assert names(shown("sort=customers")) == [
        *("Net", "Low", "Ungraded", "Same", "Near", "High", "Unasked")
    ]
    assert names(shown("sort=-customers"))[0] == "High"
    assert names(shown("sort=-customers"))[-1] == "Unasked"
    assert names(shown("sort=-customers&customers=apart")) == ["High", "Low"]
    assert 'aria-sort="ascending"' in shown("sort=customers").text


def test_a_few_answers_are_shown_to_all_since_no_segment_narrows_them(plan, shown):
    """The rule of small groups is about segments; this column never asks for one."""
    factories.survey(plan=plan, is_anonymous=True)
    seat = place(plan, "Seat", "A", 1, of=3)
    for who in ("viewer", "reviewer", "owner"):
        words, link = row_of(shown(who=who), seat)
        assert "n = 3" in words
        assert "segment" not in link


@pytest.mark.parametrize("query", ["", "customers=apart", "sort=customers"])
def test_thirty_rows_with_answers_take_as_many_queries_as_three(cast, plan, shown, query):
    def queries(count, start):
        for number in range(start, start + count):
            place(plan, f"Place {number}", "A", 20, of=100)
        with CaptureQueriesContext(connection) as asked:
            assert len(names(shown(query, who="editor"))) == start + count
        return len(asked)

    shown(query, who="editor")
    assert queries(3, 0) == queries(27, 3)


def test_more_than_a_page_of_disagreements_is_paged(cast, plan, shown, monkeypatch):
    monkeypatch.setattr("strategy.touchpoints.showing.A_PAGE", 2)
    for number in range(3):
        place(plan, f"Place {number}", "A", 20, of=100)
    assert names(shown("customers=apart")) == ["Place 0", "Place 1"]
    assert names(shown("customers=apart&page=2")) == ["Place 2"]


def test_the_sheet_carries_it_behind_all_that_people_fill(cast, plan):
    place(plan, "Seat", "B", 300)
    place(plan, "Gate", "B", 0, of=0)
    url = reverse("touchpoints-sheet", args=[plan.workspace.slug, plan.pk])
    text = b"".join(cast.client("viewer").get(url).streaming_content).decode("utf-8-sig")
    head, seat, gate = csv.reader(io.StringIO(text))
    assert head[-5:] == [
        *("Customers say", "Margin (95 %)", "Answers", "Measured by", "Grade and customers")
    ]
    assert seat[-5:] == ["30.0", "2.8", "1000", "Satisfied with Seat", "Passengers rate it lower"]
    assert gate[-5:] == [""] * 5
