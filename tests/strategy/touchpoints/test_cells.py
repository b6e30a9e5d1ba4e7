"""Cells of the table: each is kept by itself, and two people on one cell lose nothing."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.services import undo
from strategy.touchpoints.columns import COLUMNS, EDITED
from strategy.touchpoints.models import Audit
from strategy.touchpoints.services import (
    archive_touchpoint,
    change_touchpoint,
    grade_touchpoint,
    restore_touchpoint,
)
from tests import factories
from tests.acting import act_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.touchpoint(name="Check-in", stage="purchase")


@pytest.fixture
def type_in(cast, desk):
    """Type into a cell of the desk, as the editor unless told, in a page opened before."""

    def typed(key, value, *, who="editor", version=None, seen=""):
        url = reverse("touchpoint-cell", args=[desk.workspace.slug, desk.pk, key])
        version = desk.version if version is None else version
        return cast.client(who).post(url, {"value": value, "version": version, "seen": seen})

    return typed


def versions_in(reply):
    """Return what a row that came back says of itself, as the next cell is sent with it."""
    [(version, seen)] = re.findall(r'data-version="(\d+)" data-seen="([\d-]*)"', reply.text)
    return {"version": version, "seen": seen}


TYPED = {
    "name": "Check-in desk",
    "stage": "Dreaming",
    "channel": "app",
    "place": "physical",
    "outcome": "negative",
    "goes_well": "Fast\nKind",
    "pain_points": "Queues",
    "opportunities": "Kiosks",
}


@pytest.mark.parametrize("key", TYPED)
def test_each_cell_is_kept_by_itself(cast, desk, type_in, key):
    before = {name: getattr(desk, name) for name in TYPED}
    reply = type_in(key, TYPED[key])
    assert reply.status_code == 200
    desk.refresh_from_db()
    assert {name: getattr(desk, name) for name in TYPED} == before | {key: TYPED[key]}
    assert "is kept." in reply.text
    assert "/undo/" in reply.text


def test_every_column_that_is_edited_is_tried_here():
    assert {column.key for column in EDITED} == {*TYPED, "grade", "graded_on", "owner"}
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)


def test_a_new_stage_joins_the_plans_list(desk, type_in):
    type_in("stage", "Dreaming")
    desk.plan.refresh_from_db()
    assert "Dreaming" in desk.plan.stages


def test_an_owner_is_a_member_by_name_or_a_plain_name(cast, desk, type_in):
    kept = type_in("owner", str(cast.reviewer))
    desk.refresh_from_db()
    assert (desk.owner, desk.owner_name) == (cast.reviewer, "")
    type_in("owner", "Night shift", **versions_in(kept))
    desk.refresh_from_db()
    assert (desk.owner, desk.owner_name) == (None, "Night shift")


def test_a_new_grade_keeps_the_past(cast, desk, type_in):
    old = factories.audit(touchpoint=desk, grade="C", graded_on=date(2026, 1, 5))
    reply = type_in("grade", "B", seen=f"{old.pk}-1")
    assert 'data-grade="B"' in reply.text
    assert "Customers are content" in reply.text
    today = cast.editor.workspace.today()
    assert list(Audit.objects.order_by("id").values_list("grade", "graded_on")) == [
        ("C", date(2026, 1, 5)),
        ("B", today),
    ]
    earlier = today - timedelta(days=3)
    type_in("graded_on", earlier.isoformat(), **versions_in(reply))
    assert Audit.objects.get(grade="B").graded_on == earlier
    assert Audit.objects.count() == 2


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("name", "", "required"),
        ("name", "x" * 121, "at most 120"),
        ("name", "Lounge", "of that name already"),
        ("stage", "x" * 61, "at most 60"),
        ("place", "moon", "Select a valid choice"),
        ("place", "", "required"),
        ("grade", "G", "Select a valid choice"),
        ("grade", "", "required"),
        ("graded_on", "yesterday", "valid date"),
        ("graded_on", "2026-01-01", "Grade it first"),
        ("pain_points", "x" * 5001, "at most 5000"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(desk, type_in, key, value, words):
    factories.touchpoint(plan=desk.plan, name="Lounge")
    reply = type_in(key, value)
    assert reply.status_code == 422
    assert words in reply.text
    desk.refresh_from_db()
    assert (desk.version, Audit.objects.count()) == (1, 0)


def test_a_grade_is_of_no_day_to_come(cast, desk, type_in):
    old = factories.audit(touchpoint=desk)
    later = cast.editor.workspace.today() + timedelta(days=1)
    reply = type_in("graded_on", later.isoformat(), seen=f"{old.pk}-1")
    assert (reply.status_code, "has not come yet" in reply.text) == (422, True)


def test_two_in_two_cells_of_a_row_both_get_their_way(cast, desk, type_in):
    with act_of(cast.owner):
        change_touchpoint(desk, by=cast.owner, channel="app")
    assert type_in("stage", "use").status_code == 200
    desk.refresh_from_db()
    assert (desk.stage, desk.channel) == ("use", "app")


def test_two_in_one_cell_are_shown_both_versions_and_either_stands(cast, desk, type_in):
    with act_of(cast.owner):
        change_touchpoint(desk, by=cast.owner, pain_points="Theirs <b>")
    reply = type_in("pain_points", "Mine")
    assert reply.status_code == 409
    assert "Two of you changed this" in reply.text
    assert "Theirs &lt;b&gt;" in reply.text
    assert 'value="Mine"' in reply.text
    assert str(cast.owner) in reply.text
    desk.refresh_from_db()
    assert desk.pain_points == "Theirs <b>"
    assert type_in("pain_points", "Mine", **versions_in(reply)).status_code == 200
    desk.refresh_from_db()
    assert desk.pain_points == "Mine"


def test_two_who_type_the_same_are_not_bothered(cast, desk, type_in):
    with act_of(cast.owner):
        change_touchpoint(desk, by=cast.owner, stage="use")
    reply = type_in("stage", "use")
    assert reply.status_code == 200
    assert "/undo/" not in reply.text  # nothing of the editor's to take back


def test_two_who_grade_at_once_see_each_other(cast, desk, type_in):
    old = factories.audit(touchpoint=desk, grade="C", graded_on=date(2026, 1, 5))
    with act_of(cast.owner):
        grade_touchpoint(desk, by=cast.owner, grade="A")
    reply = type_in("grade", "D", seen=f"{old.pk}-1")
    assert reply.status_code == 409
    assert str(cast.owner) in reply.text
    assert Audit.objects.count() == 2
    assert type_in("grade", "A", seen=f"{old.pk}-1").status_code == 200
    assert Audit.objects.count() == 2
    assert type_in("grade", "D", **versions_in(reply)).status_code == 200
    assert list(Audit.objects.order_by("id").values_list("grade", flat=True)) == ["C", "A", "D"]


def test_both_versions_of_a_grade_leave_no_third_to_be_written(cast, desk, type_in):
    with act_of(cast.owner):
        grade_touchpoint(desk, by=cast.owner, grade="A")
    reply = type_in("grade", "D")
    assert "keep one of the two" in reply.text
    assert "<textarea" not in reply.text


def test_what_is_typed_into_a_touchpoint_archived_meanwhile_is_refused_in_words(
    cast, desk, type_in
):
    with act_of(cast.owner):
        archive_touchpoint(desk, by=cast.owner)
    reply = type_in("pain_points", "Queues")
    assert (reply.status_code, "is archived. Restore it" in reply.text) == (422, True)
    with act_of(cast.owner):
        restore_touchpoint(desk, by=cast.owner)
    assert type_in("pain_points", "Queues").status_code == 200
    desk.refresh_from_db()
    assert desk.pain_points == "Queues"


def test_a_cell_is_one_act_that_is_taken_back(cast, desk, type_in):
    reply = type_in("stage", "Dreaming")
    act = re.findall(r"/undo/([0-9a-f-]+)/", reply.text)[0]
    undo(UUID(act), by=cast.editor)
    desk.refresh_from_db()
    desk.plan.refresh_from_db()
    assert desk.stage == "purchase"
    assert "Dreaming" not in desk.plan.stages


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("reviewer", 403), ("stranger", 404)])
def test_only_editors_type(desk, type_in, who, status):
    assert type_in("name", "x", who=who).status_code == status


@pytest.mark.parametrize("key", ["position", "workspace", "archived_at", "nothing"])
def test_what_is_no_column_is_not_typed_into(desk, type_in, key):
    assert type_in(key, "1").status_code == 404


def test_a_new_row_comes_back_alone_where_it_was_typed_in_the_table(cast, desk):
    client, url = cast.client("editor"), reverse("touchpoints", args=["x", desk.plan_id])
    url = url.replace("/x/", f"/{desk.workspace.slug}/")
    reply = client.post(url, {"name": "Gate"}, headers={"HX-Request": "true"})
    assert reply.text.count("<tr") == 1
    assert "2 touchpoints" in reply.text
    again = client.post(url, {"name": "Gate"}, headers={"HX-Request": "true"})
    assert (again.status_code, "of that name already" in again.text) == (422, True)


def test_what_people_type_is_shown_as_text(cast, desk, type_in):
    reply = type_in("goes_well", "<script>alert(1)</script>")
    assert "<script>" not in reply.text
    archive_touchpoint(desk, by=cast.owner)
