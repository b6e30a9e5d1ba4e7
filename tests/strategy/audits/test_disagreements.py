"""Where grades and customers part: the widest gap first, said honestly, with one act each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.airline import answered_at


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan(customers_are="passengers")


def page_of(plan):
    return reverse("disagreements", args=[plan.workspace.slug, plan.pk])


def place(plan, name, grade, good, of=100, **over):
    """Make a touchpoint that was graded, and of which some of so many are satisfied."""
    row = factories.touchpoint(plan=plan, name=name, **over)
    if grade:
        today = plan.workspace.today()
        factories.audit(touchpoint=row, grade=grade, graded_on=today - timedelta(3))
    if of:
        metric = factories.metric(plan=plan, kind="csat", name=f"Satisfied with {name}")
        answered_at(row, metric, [(5, good), (1, of - good)])
    return row


def test_everybody_inside_reads_it_and_editors_grade_from_it(cast, plan):
    place(plan, "Seat", "A", 20)
    for name in ("owner", "editor", "reviewer", "viewer"):
        shown = cast.client(name).get(page_of(plan))
        assert shown.status_code == 200
        assert ("Grade it again" in shown.text) == (name in ("owner", "editor"))
        assert "Read the answers" in shown.text
        assert "20" in shown.text
    assert cast.client("stranger").get(page_of(plan)).status_code == 404
    assert cast.client("owner").post(page_of(plan)).status_code == 405


def test_the_widest_gap_stands_first_and_the_headline_names_it(cast, plan):
    place(plan, "Booking", "B", 78, of=1000)  # 7.8 %, far below
    place(plan, "Boarding", "D", 60)
    place(plan, "Seat", "C", 600, of=1000)
    place(plan, "Crew", "A", 88)
    place(plan, "Lounge", "B", 0, of=0)
    place(plan, "Bags", "", 90)
    shown = cast.client("viewer").get(page_of(plan)).text
    order = [shown.index(f">{name}</a>") for name in ("Booking", "Boarding", "Crew", "Seat")]
    assert order == sorted(order)
    assert "2 of 4 grades are not what passengers say. “Booking” is furthest apart." in shown
    assert "Passengers rate it lower" in shown
    assert "Passengers rate it higher" in shown
    assert "Too close to call" in shown
    assert "Passengers agree" in shown
    assert "1 touchpoint has no grade" in shown
    assert "1 has no score from customers" in shown
    assert ">Lounge</a>" not in shown
    assert ">Bags</a>" not in shown


def test_each_row_says_grade_sentence_day_score_margin_n_and_metric(cast, plan):
    place(plan, "Seat", "B", 300, of=1000)
    shown = cast.client("viewer").get(page_of(plan)).text
    assert "Customers are content and say so when asked." in shown
    assert "±2.8" in shown
    assert "n&nbsp;=&nbsp;1,000" in shown
    assert "Satisfied with Seat" in shown
    assert "At least 37.1 points worse than B stands for: passengers would give it D." in shown
    assert 'class="band band--own"' in shown


def test_an_old_score_says_since_when_nobody_answered(cast, plan):
    row = factories.touchpoint(plan=plan, name="Gate")
    factories.audit(touchpoint=row, grade="A")
    metric = factories.metric(plan=plan, kind="csat")
    answered_at(row, metric, [(1, 50)], ago=60)
    assert "no answer since" in cast.client("viewer").get(page_of(plan)).text
    touchpoint = reverse("touchpoint-change", args=[plan.workspace.slug, row.pk])
    assert "no answer since" in cast.client("viewer").get(touchpoint).text


@pytest.mark.parametrize(
    ("places", "headline"),
    [
        ([], "Do passengers agree with your grades?"),
        ([("Seat", "C", 600, 1000)], "Your grades are what passengers say"),
        (
            [("Seat", "C", 600, 1000), ("Gate", "C", 6, 10)],
            "No grade is certain to differ from what passengers say",
        ),
        (
            [("Seat", "A", 600, 1000)],
            "The one grade with answers, of “Seat”, is not what passengers say.",
        ),
    ],
)
def test_the_headline_is_the_finding(cast, plan, places, headline):
    for name, grade, good, of in places:
        place(plan, name, grade, good, of)
    assert headline in cast.client("viewer").get(page_of(plan)).text


def test_nothing_to_compare_teaches_what_is_missing(cast, plan):
    place(plan, "Seat", "C", 0, of=0)
    shown = cast.client("viewer").get(page_of(plan)).text
    assert "Nothing to compare yet" in shown
    assert reverse("coverage", args=[plan.workspace.slug, plan.pk]) in shown


def test_the_touchpoints_own_page_shows_the_same_pair(cast, plan):
    graded, bare = place(plan, "Seat", "A", 200, of=1000), place(plan, "Bags", "", 900, of=1000)
    for row, words in (
        (graded, "Passengers rate it lower"),
        (bare, "What passengers say would earn it a grade of A."),
    ):
        url = reverse("touchpoint-change", args=[plan.workspace.slug, row.pk])
        assert words in cast.client("viewer").get(url).text


def test_names_typed_by_people_are_shown_as_text(cast, plan):
    place(plan, "<b>Seat</b>", "A", 20)
    shown = cast.client("viewer").get(page_of(plan)).text
    assert "<b>Seat</b>" not in shown
    assert "&lt;b&gt;Seat&lt;/b&gt;" in shown


def test_a_few_answers_at_a_touchpoint_are_shown_to_all_since_no_segment_narrows_them(cast, plan):
    """The rule of small groups is about segments; this page never asks for one."""
    factories.survey(plan=plan, is_anonymous=True)
    place(plan, "Seat", "A", 1, of=3)
    for name in ("viewer", "reviewer", "owner"):
        shown = cast.client(name).get(page_of(plan)).text
        assert "n&nbsp;=&nbsp;3" in shown
        assert "segment=" not in shown


def test_thirty_touchpoints_take_as_many_queries_as_three(cast, plan):
    client = cast.client("editor")

    def queries(count, start):
        for number in range(start, start + count):
            place(plan, f"Place {number}", "A", 20)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page_of(plan)).status_code == 200
        return len(asked)

    client.get(page_of(plan))
    assert queries(3, 0) == queries(27, 3)


def test_the_table_says_first_where_customers_see_it_otherwise(cast, plan):
    table = reverse("touchpoints", args=[plan.workspace.slug, plan.pk])
    viewer = cast.client("viewer")
    desk = place(plan, "Desk", "A", 20)
    assert "“Desk”, is not what" in viewer.get(table).text
    assert "is not what" not in viewer.get(f"{table}?q=Desk").text
    factories.audit(touchpoint=desk, grade="E", graded_on=plan.workspace.today())
    assert "is not what" not in viewer.get(table).text
