"""The table is searched, narrowed and sorted by its address, and paged where it is long."""

from datetime import date

import pytest
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.touchpoints.columns import COLUMNS
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        plan = factories.plan()
        plan.stages, plan.channels = ["purchase", "use"], ["web", "app"]
        plan.save()
        desk = factories.touchpoint(plan=plan, name="desk", stage="use", channel="web", position=0)
        factories.touchpoint(
            plan=plan, name="Gate", stage="purchase", pain_points="Loud music", position=1
        )
        factories.touchpoint(plan=plan, name="App", channel="app", owner=cast.reviewer, position=2)
        factories.touchpoint(plan=plan, name="Bus", owner_name="Night shift", position=3)
        factories.audit(touchpoint=desk, grade="B", graded_on=date(2026, 1, 1))
        factories.audit(touchpoint=desk, grade="D", graded_on=date(2026, 2, 1))
        yield plan


@pytest.fixture
def names(cast, plan):
    def found(query="", **headers):
        url = reverse("touchpoints", args=[plan.workspace.slug, plan.pk])
        page = cast.client("editor").get(f"{url}?{query}", headers=headers)
        return [row.touchpoint.name for row in page.context["rows"]]

    return found


def test_it_stands_in_its_own_order(names):
    assert names() == ["desk", "Gate", "App", "Bus"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=LOUD", ["Gate"]),
        ("q=night", ["Bus"]),
        ("q=%00", ["desk", "Gate", "App", "Bus"]),
        ("stage=use", ["desk"]),
        ("stage=-", ["App", "Bus"]),
        ("stage=unheard", ["desk", "Gate", "App", "Bus"]),
        ("channel=app", ["App"]),
        ("grade=D", ["desk"]),
        ("grade=B", []),
        ("grade=-", ["Gate", "App", "Bus"]),
        ("owner=nNight+shift", ["Bus"]),
        ("owner=-", ["desk", "Gate"]),
        ("owner=m999999", ["desk", "Gate", "App", "Bus"]),
        ("stage=use&grade=-", []),
    ],
)
def test_the_address_narrows_it(names, query, found):
    assert names(query) == found


def test_it_is_narrowed_to_what_a_member_answers_for(names, cast):
    assert names(f"owner=m{cast.reviewer.pk}") == ["App"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("name", ["App", "Bus", "desk", "Gate"]),
        ("-name", ["Gate", "desk", "Bus", "App"]),
        ("stage", ["Gate", "desk", "App", "Bus"]),  # as the plan lists them; without one last
        ("-stage", ["desk", "Gate", "App", "Bus"]),
        ("channel", ["desk", "App", "Gate", "Bus"]),
        ("grade", ["desk", "Gate", "App", "Bus"]),
        ("owner", ["Bus", "App", "desk", "Gate"]),
        ("position", ["desk", "Gate", "App", "Bus"]),
    ],
)
def test_the_address_sorts_it(names, order, found):
    assert names(f"sort={order}") == found


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_every_column_sorts_either_way(names, column):
    assert len(names(f"sort={column.key}")) == len(names(f"sort=-{column.key}")) == 4


def test_a_heading_sorts_and_keeps_the_rest_of_the_address(cast, plan):
    url = reverse("touchpoints", args=[plan.workspace.slug, plan.pk])
    page = cast.client("viewer").get(f"{url}?stage=use&sort=name&page=2").text
    assert 'aria-sort="ascending"' in page
    assert 'href="?stage=use&amp;sort=-name"' in page
    assert 'href="?stage=use&amp;sort=grade"' in page


def test_more_than_two_hundred_are_paged(cast, plan):
    for _ in range(200):
        factories.touchpoint(plan=plan, position=9)
    url = reverse("touchpoints", args=[plan.workspace.slug, plan.pk])
    client = cast.client("viewer")
    assert "1 to 200 of 204" in client.get(url).text
    assert len(client.get(f"{url}?page=2").context["rows"]) == 4


def test_archiving_keeps_how_the_table_is_looked_at(cast, plan):
    editor = cast.client("editor")
    url = reverse("touchpoints", args=[plan.workspace.slug, plan.pk])
    shown = editor.get(f"{url}?stage=use&sort=-name")
    assert 'name="look" value="stage=use&amp;sort=-name"' in shown.text
    [row] = shown.context["rows"]
    archive = reverse("touchpoint-archive", args=[plan.workspace.slug, row.touchpoint.pk])
    assert (
        editor.post(archive, {"look": "stage=use&sort=-name"}).url == f"{url}?stage=use&sort=-name"
    )
    assert editor.post(archive, {"look": "a\r\nSet-Cookie: b"}).status_code == 302
    assert editor.post(archive).url == url
