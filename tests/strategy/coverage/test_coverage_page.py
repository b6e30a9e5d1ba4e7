"""What each touchpoint has and lacks: blanks are said, counted, and one click from being filled."""

import csv
import io
from collections.abc import Iterable, Mapping

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.coverage.selectors import matrix_of
from strategy.plans.models import Plan
from strategy.sections import Completeness, Section, all_sections
from tests import factories
from tests.airline import answered_at


class Personas(Section):
    """A later step, which counts what it has of each touchpoint and says no more."""

    slug = "personas"
    step = 5
    title = "Meet your personas"
    help = "Who is served."
    page = "touchpoints"

    def completeness(self, plan: Plan) -> Completeness:
        return Completeness(0, 1, "")

    def coverage(self, touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
        return dict.fromkeys(list(touchpoint_ids)[:1], 2)


_FILLED = ("GoalsSection", "ExperienceSection", "SurveysSection", "MetricsSection")


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan(stages=["before", "use"])


@pytest.fixture(autouse=True)
def few_steps(settings):
    """Offer the steps whose columns these tests fill; a later one must not change what they say."""
    offered = settings.PLAN_SECTIONS
    settings.PLAN_SECTIONS = [path for path in offered if path.endswith(_FILLED)]
    all_sections.cache_clear()
    yield
    all_sections.cache_clear()


def page_of(plan, query="", name="coverage"):
    return reverse(name, args=[plan.workspace.slug, plan.pk]) + query


def complete(plan, **over):
    """Make a touchpoint that lacks nothing."""
    row = factories.touchpoint(plan=plan, owner_name="Gate staff", **over)
    factories.audit(touchpoint=row)
    metric = factories.metric(plan=plan, kind="csat")
    factories.question(survey=factories.survey(plan=plan), touchpoint=row, metric=metric)
    answered_at(row, metric, [(5, 3)])
    factories.journeystep(journey=factories.journey(plan=plan), touchpoint=row)
    return row


def cells(plan):
    """Return how many of each column touchpoints have, by their name."""
    matrix = matrix_of(plan, plan.workspace.slug)
    return {
        row.touchpoint.name: {cell.column.slug: cell.count for cell in row.cells}
        for row in matrix.rows
    }


def test_columns_come_from_the_steps_on_offer_and_count_what_they_hold(plan):
    complete(plan, name="Seat")
    bare = factories.touchpoint(plan=plan, name="Lounge")
    factories.audit(touchpoint=bare, archived_at="2026-01-01T00:00Z")
    gone = factories.survey(plan=plan, archived_at="2026-01-01T00:00Z")
    factories.question(survey=gone, touchpoint=bare)
    factories.touchpoint(plan=plan, name="Gone", archived_at="2026-01-01T00:00Z")
    found = cells(plan)
    assert found.keys() == {"Seat", "Lounge"}
    for slug in ("owner", "audit", "surveys", "metrics"):
        assert found["Seat"][slug] == 1
        assert found["Lounge"][slug] == 0


def test_a_survey_that_asks_twice_counts_once(plan):
    row = factories.touchpoint(plan=plan, name="Seat")
    survey = factories.survey(plan=plan)
    factories.question(survey=survey, touchpoint=row)
    factories.question(survey=survey, touchpoint=row)
    assert cells(plan)["Seat"]["surveys"] == 1


def test_a_later_step_that_counts_touchpoints_has_its_column_by_itself(cast, plan, settings):
    factories.touchpoint(plan=plan, name="Seat")
    factories.touchpoint(plan=plan, name="Lounge")
    here = f"{Personas.__module__}.{Personas.__qualname__}"
    settings.PLAN_SECTIONS = [here]
    all_sections.cache_clear()
    found = cells(plan)
    shown = cast.client("editor").get(page_of(plan)).text
    assert found == {
        "Seat": {"owner": 0, "personas": 2},
        "Lounge": {"owner": 0, "personas": 0},
    }
    assert "Meet your personas" in shown
    assert "1 of 2" in shown


def test_everybody_inside_reads_it_and_editors_begin_to_fill_blanks(cast, plan):
    row = factories.touchpoint(plan=plan, name="Seat")
    slug = plan.workspace.slug
    ways = [
        reverse("touchpoint-edit", args=[slug, row.pk]) + "#id_owner",
        reverse("touchpoint-grade", args=[slug, row.pk]),
        reverse("survey-new", args=[slug, plan.pk]) + f"?starter=csat&amp;touchpoint={row.pk}",
        reverse("metric-new", args=[slug, plan.pk]) + "?kind=csat&amp;name=Seat",
    ]
    for name in ("owner", "editor", "reviewer", "viewer"):
        shown = cast.client(name).get(page_of(plan))
        assert shown.status_code == 200
        for way in ways:
            assert (f'href="{way}"' in shown.text) == (name in ("owner", "editor"))
        assert shown.text.count('class="blank-mark"') >= 4
    assert "blank" in shown.text
    for name in ("coverage", "coverage-export"):
        assert cast.client("stranger").get(page_of(plan, name=name)).status_code == 404
        assert cast.client("owner").post(page_of(plan, name=name)).status_code == 405


def test_a_blank_leads_to_a_form_that_knows_the_touchpoint(cast, plan):
    row = factories.touchpoint(plan=plan, name="Seat & more")
    client = cast.client("editor")
    matrix = matrix_of(plan, plan.workspace.slug)
    ways = {cell.column.slug: cell.url for cell in matrix.rows[0].cells}
    assert f'value="{row.pk}" selected' in client.get(ways["surveys"]).text
    assert 'value="Seat &amp; more"' in client.get(ways["metrics"]).text
    for slug in ("owner", "audit"):
        assert client.get(ways[slug]).status_code == 200


def test_the_headline_counts_blind_spots_and_names_the_worst(cast, plan):
    client = cast.client("viewer")
    complete(plan, name="Seat")
    assert "Every touchpoint is seen from all sides" in client.get(page_of(plan)).text
    factories.touchpoint(plan=plan, name="Lounge")
    width = len(matrix_of(plan, plan.workspace.slug).columns)
    words = f"1 of 2 touchpoints has a blind spot; “Lounge” lacks {width} of {width}"
    assert words in client.get(page_of(plan)).text
    factories.touchpoint(plan=plan, name="Gate", owner_name="Gate staff")
    words = f"2 of 3 touchpoints have a blind spot; “Lounge” lacks the most, {width} of {width}"
    assert words in client.get(page_of(plan)).text


def test_the_most_blanks_stand_first_unless_asked_otherwise(cast, plan):
    complete(plan, name="Seat")
    factories.touchpoint(plan=plan, name="Gate", owner_name="Gate staff", position=1)
    factories.touchpoint(plan=plan, name="Lounge", position=2)

    def order(query):
        shown = cast.client("viewer").get(page_of(plan, query)).text
        return sorted(("Seat", "Gate", "Lounge"), key=lambda name: shown.index(f">{name}</a>"))

    assert order("") == ["Lounge", "Gate", "Seat"]
    assert order("?order=place") == ["Seat", "Gate", "Lounge"]
    assert order("?order=nonsense&blank=nothing") == ["Lounge", "Gate", "Seat"]


def test_it_is_narrowed_by_stage_and_by_the_blank_column(cast, plan):
    complete(plan, name="Seat", stage="use")
    factories.touchpoint(plan=plan, name="Lounge", stage="use", owner_name="Hosts")
    factories.touchpoint(plan=plan, name="Booking", stage="before")
    client = cast.client("viewer")

    def names(query):
        shown = client.get(page_of(plan, query)).text
        return {name for name in ("Seat", "Lounge", "Booking") if f">{name}</a>" in shown}

    assert names("?stage=use") == {"Seat", "Lounge"}
    assert names("?stage=use&blank=audit") == {"Lounge"}
    assert names("?blank=owner") == {"Booking"}
    assert "2 of 2" in client.get(page_of(plan, "?stage=use")).text
    nobody = client.get(page_of(plan, "?stage=use&blank=owner")).text
    assert "No touchpoint fits" in nobody


def test_no_touchpoint_teaches_where_to_begin(cast, plan):
    shown = cast.client("viewer").get(page_of(plan)).text
    assert "List the touchpoints" in shown
    assert "<table" not in shown


def test_the_sheet_holds_the_rows_of_the_address_and_no_formula(cast, plan):
    complete(plan, name="Seat", stage="use")
    factories.touchpoint(plan=plan, name="=1+1", stage="before")
    sent = cast.client("viewer").get(page_of(plan, name="coverage-export"))
    rows = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert [row["Touchpoint"] for row in rows] == ["'=1+1", "Seat"]
    assert (rows[1]["Owner"], rows[1]["Grade"], rows[0]["Grade"]) == ("Gate staff", "1", "")
    assert int(rows[0]["Blanks"]) == len(matrix_of(plan, plan.workspace.slug).columns)
    only = cast.client("viewer").get(page_of(plan, "?stage=use", name="coverage-export"))
    assert "1+1" not in only.content.decode()


def test_in_a_page_only_the_matrix_is_sent(cast, plan):
    factories.touchpoint(plan=plan, name="Seat")
    part = cast.client("viewer").get(page_of(plan), headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="matrix">')


def test_thirty_touchpoints_take_as_many_queries_as_three(cast, plan):
    client = cast.client("editor")

    def queries(count):
        for _ in range(count):
            row = factories.touchpoint(plan=plan, owner=cast.reviewer)
            factories.audit(touchpoint=row)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page_of(plan)).status_code == 200
        return len(asked)

    client.get(page_of(plan))
    assert queries(3) == queries(27)
