"""Grading a touchpoint on pages: by sentence and checklist, and the past stays."""

import re
from datetime import date

import pytest
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.services import change_touchpoint
from tests import factories

TYPED = {"grade": "B", "graded_on": "2026-06-01", "pain_points": "Long queue\nNo sign"}


@pytest.fixture
def desk(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.touchpoint(name="Desk", place="physical")


def page(name, row):
    return reverse(name, args=[row.workspace.slug, row.pk])


def typed(desk, **over):
    return TYPED | {"version": desk.version} | over


@pytest.mark.parametrize(
    ("who", "opens", "grades"),
    [
        ("owner", 200, 302),
        ("editor", 200, 302),
        ("reviewer", 403, 403),
        ("viewer", 403, 403),
        ("stranger", 404, 404),
    ],
)
def test_editors_grade(cast, desk, who, opens, grades):
    client = cast.client(who)
    for name in ("touchpoint-grade", "touchpoint-edit"):
        assert client.get(page(name, desk)).status_code == opens
    assert client.post(page("touchpoint-grade", desk), typed(desk)).status_code == grades
    assert Audit.objects.count() == (grades == 302)


@pytest.mark.parametrize("who", ["owner", "editor", "reviewer", "viewer", "stranger"])
def test_everybody_inside_reads_an_audit_and_only_editors_change_it(cast, desk, who):
    audit = factories.audit(touchpoint=desk, pain_points="Long queue")
    client = cast.client(who)
    shown = client.get(page("audit", audit))
    assert shown.status_code == (404 if who == "stranger" else 200)
    if who != "stranger":
        assert "Long queue" in shown.content.decode()
    wrote = {"owner": 302, "editor": 302, "stranger": 404}.get(who, 403)
    assert client.post(page("audit", audit), typed(audit)).status_code == wrote
    for name in ("audit-archive", "audit-restore"):
        assert client.post(page(name, audit)).status_code == wrote


def test_the_form_says_what_each_grade_means(cast, desk):
    client = cast.client("editor")
    assert "Customers leave over it." in client.get(page("touchpoint-grade", desk)).content.decode()
    desk.plan.grade_sentences = {"F": "Passengers fly with others."}
    desk.plan.save()
    form = client.get(page("touchpoint-grade", desk)).content.decode()
    assert "Passengers fly with others." in form


@pytest.mark.parametrize(
    ("place", "asked", "not_asked"),
    [("physical", "Smell", "Order tracking"), ("online", "Order tracking", "Smell")],
)
def test_each_kind_of_place_has_its_checklist(cast, desk, place, asked, not_asked):
    Touchpoint.objects.update(place=place)
    form = cast.client("editor").get(page("touchpoint-grade", desk)).content.decode()
    assert asked in form
    assert not_asked not in form


def test_grading_again_keeps_the_past_and_shows_its_way(cast, desk):
    client = cast.client("editor")
    first = typed(desk, **{"check-smell": "not_ok", "note-smell": "Paint"})
    client.post(page("touchpoint-grade", desk), first)
    desk.refresh_from_db()
    again = typed(desk, grade="D", graded_on="2026-07-01", pain_points="Cold")
    client.post(page("touchpoint-grade", desk), again)
    assert [one.grade for one in Audit.objects.all()] == ["B", "D"]
    assert Audit.objects.earliest("pk").checklist["smell"] == {"verdict": "not_ok", "note": "Paint"}
    shown = client.get(page("touchpoint-change", desk)).content.decode()
    assert "Grades from B on 1 Jun 2026 to D on 1 Jul 2026" in shown
    assert "Long queue" in shown
    desk.refresh_from_db()
    assert desk.pain_points == "Cold"


def test_a_grade_that_is_sent_twice_is_kept_once(cast, desk):
    client = cast.client("editor")
    for _time in range(2):
        sent = client.post(page("touchpoint-grade", desk), typed(desk, version=""))
        assert sent.status_code == 302
    assert Audit.objects.count() == 1
    desk.refresh_from_db()
    client.post(page("touchpoint-grade", desk), typed(desk, note="Looked again, the same"))
    assert Audit.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"grade": ""},
        {"grade": "Z"},
        {"graded_on": "soon"},
        {"graded_on": "2999-01-01"},
        {"check-smell": "awful"},
    ],
    ids=str,
)
def test_what_cannot_be_kept_stays_as_typed(cast, desk, wrong):
    refused = cast.client("editor").post(page("touchpoint-grade", desk), typed(desk, **wrong))
    assert refused.status_code == 422
    assert "No sign" in refused.content.decode()
    assert not Audit.objects.exists()


def test_words_that_two_found_at_once_are_both_shown(cast, desk):
    seen = desk.version
    change_touchpoint(desk, by=cast.owner, pain_points="Theirs hurts")
    form = typed(desk, version=seen, pain_points="Mine hurts")
    both = cast.client("editor").post(page("touchpoint-grade", desk), form)
    assert both.status_code == 409
    assert "Theirs" in both.content.decode()
    assert "Mine" in both.content.decode()


@pytest.mark.parametrize("name", ["touchpoint-change", "touchpoint-grade", "touchpoint-edit"])
def test_every_page_of_a_touchpoint_says_which_step_it_is_of(cast, desk, name):
    shown = cast.client("editor").get(page(name, desk)).text
    assert re.search(r'aria-current="step"[^>]*>.*?Audit the experience', shown, re.DOTALL)


def test_html_in_every_field_is_text(cast, desk):
    evil = "<script>alert(1)</script>"
    said = dict.fromkeys(("note", "goes_well", "pain_points", "opportunities", "note-smell"), evil)
    client = cast.client("editor")
    assert client.post(page("touchpoint-grade", desk), typed(desk, **said)).status_code == 302
    for url in (page("touchpoint-change", desk), page("audit", Audit.objects.get())):
        for who in ("editor", "viewer"):
            assert "<script>alert" not in cast.client(who).get(url).content.decode()


def test_a_grade_taken_out_of_the_count_comes_back(cast, desk):
    audit = factories.audit(touchpoint=desk)
    client = cast.client("editor")
    client.post(page("audit-archive", audit))
    assert "Not graded yet" in client.get(page("touchpoint-change", desk)).content.decode()
    client.post(page("audit-restore", audit))
    assert "Not graded yet" not in client.get(page("touchpoint-change", desk)).content.decode()


def test_facts_are_changed_and_an_owner_is_a_member_or_a_name(cast, desk):
    client = cast.client("editor")
    form = {"name": "Desk", "place": "online", "outcome": "negative", "version": desk.version}
    client.post(page("touchpoint-edit", desk), form | {"owner": str(cast.reviewer), "stage": "Use"})
    desk.refresh_from_db()
    assert (desk.owner, desk.stage, desk.place) == (cast.reviewer, "use", "online")
    form["version"] = desk.version
    client.post(page("touchpoint-edit", desk), form | {"owner": "Night shift"})
    desk.refresh_from_db()
    assert (desk.owner, desk.owner_name) == (None, "Night shift")
    assert "Night shift" in client.get(page("touchpoint-edit", desk)).content.decode()


def test_an_owner_who_left_stays_named_when_the_rest_is_changed(cast, desk):
    change_touchpoint(desk, by=cast.owner, owner=cast.reviewer)
    cast.reviewer.left_at, cast.reviewer.left_as = "2026-01-01T00:00Z", "Amara"
    cast.reviewer.save()
    client = cast.client("editor")
    assert "Amara" in client.get(page("touchpoint-edit", desk)).content.decode()
    assert "Amara" in client.get(page("touchpoint-change", desk)).content.decode()


def test_thirty_grades_take_as_many_queries_as_three(
    cast, desk, django_assert_num_queries, django_assert_max_num_queries
):
    client, url = cast.client("editor"), page("touchpoint-change", desk)
    for day in range(1, 4):
        factories.audit(touchpoint=desk, graded_on=date(2026, 1, day), by=cast.editor)
    client.get(url)
    with django_assert_max_num_queries(20) as few:
        client.get(url)
    for day in range(4, 31):
        factories.audit(touchpoint=desk, graded_on=date(2026, 1, day), by=cast.owner)
    with django_assert_num_queries(len(few)):
        client.get(url)
