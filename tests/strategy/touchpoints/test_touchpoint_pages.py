"""The quick table of touchpoints: add, rename, archive, and nothing typed is lost."""

from datetime import date

import pytest
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.services import archive_touchpoint
from tests import factories

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def list_of(plan):
    return reverse("touchpoints", args=[plan.workspace.slug, plan.pk])


def act(name, touchpoint):
    return reverse(f"touchpoint-{name}", args=[touchpoint.workspace.slug, touchpoint.pk])


@pytest.mark.parametrize(
    ("who", "opens", "adds"),
    [
        ("owner", 200, 302),
        ("editor", 200, 302),
        ("reviewer", 200, 403),
        ("viewer", 200, 403),
        ("stranger", 404, 404),
    ],
)
def test_everybody_reads_and_editors_add(cast, plan, who, opens, adds):
    client = cast.client(who)
    assert client.get(list_of(plan)).status_code == opens
    assert client.post(list_of(plan), {"name": "Check-in"}).status_code == adds
    assert Touchpoint.objects.count() == (adds == 302)


def test_a_taken_name_stays_as_typed_and_is_explained(cast, plan):
    factories.touchpoint(plan=plan, name="Lounge")
    sent = cast.client("editor").post(list_of(plan), {"name": "Lounge", "stage": "use of it"})
    assert sent.status_code == 422
    assert "of that name already" in sent.content.decode()
    assert 'value="use of it"' in sent.content.decode()


def test_archiving_hides_and_restoring_shows(cast, plan):
    desk = factories.touchpoint(plan=plan, name="Desk")
    client = cast.client("editor")
    client.post(act("archive", desk))
    desk.refresh_from_db()
    assert desk.archived_at is not None
    assert "1 archived" in client.get(list_of(plan)).content.decode()
    client.post(act("restore", desk))
    desk.refresh_from_db()
    assert desk.archived_at is None


@pytest.mark.parametrize("who", ["reviewer", "viewer"])
def test_readers_get_no_controls_and_no_way_around(cast, plan, who):
    desk = factories.touchpoint(plan=plan)
    client = cast.client(who)
    page = client.get(list_of(plan)).content.decode()
    assert not any(words in page for words in ("data-grid", act("archive", desk), "<textarea"))
    for name in ("archive", "restore"):
        assert client.post(act(name, desk), {"name": "x"}).status_code == 403


@pytest.mark.parametrize("who", ["owner", "editor", "reviewer", "viewer"])
def test_everybody_inside_sees_what_is_known_of_a_touchpoint(cast, plan, who):
    desk = factories.touchpoint(plan=plan, name="Desk")
    page = cast.client(who).get(act("change", desk))
    assert page.status_code == 200
    assert "brings its first figure" in page.content.decode()
    assert f"/thread/{desk.ref}/" in page.content.decode()
    assert cast.client("stranger").get(act("change", desk)).status_code == 404


def test_an_empty_plan_teaches_what_a_touchpoint_is(cast, plan):
    page = cast.client("viewer").get(list_of(plan)).content.decode()
    assert "Where do customers meet you?" in page


def test_the_table_shows_the_newest_grade_of_each(cast, plan):
    graded = factories.touchpoint(plan=plan)
    factories.touchpoint(plan=plan)
    for day, grade in ((1, "B"), (2, "D")):
        factories.audit(touchpoint=graded, grade=grade, graded_on=date(2026, 6, day))
    page = cast.client("editor").get(list_of(plan)).content.decode()
    assert page.count('data-grade="D"') == 1
    assert 'data-grade="B"' not in page
    assert page.count("not graded yet</span>") == 1
    assert 'data-grade="D"' in cast.client("viewer").get(list_of(plan)).content.decode()


def test_the_table_offers_the_plans_own_stages(cast, plan):
    plan.stages = ["Dreaming", "Flying"]
    plan.save()
    assert '<option value="Dreaming">' in cast.client("editor").get(list_of(plan)).content.decode()


def test_thirty_rows_take_as_many_queries_as_three(
    cast, plan, django_assert_num_queries, django_assert_max_num_queries
):
    client = cast.client("editor")
    for _ in range(3):
        factories.touchpoint(plan=plan)
    archive_touchpoint(factories.touchpoint(plan=plan), by=cast.owner)
    client.get(list_of(plan))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get(list_of(plan))
    for _ in range(27):
        factories.touchpoint(plan=plan)
    with django_assert_num_queries(len(few)):
        client.get(list_of(plan))
