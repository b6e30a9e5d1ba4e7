"""Audits over REST: a grade of a day, the newest one counts, and the past stays."""

from datetime import date, timedelta

import pytest

from cxplanner.base.tenancy import workspace_scope
from strategy.touchpoints.selectors import fresh_since, newest_grades
from tests import factories


@pytest.fixture
def desk(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.touchpoint(name="Desk")


def graded(api, desk, grade, day, **more):
    body = {"touchpoint": desk.pk, "grade": grade, "graded_on": day, **more}
    answered = api.post("audits/", body)
    assert answered.status_code == 201, answered.content
    return answered.json()


def test_a_grade_needs_only_touchpoint_and_letter_and_is_of_today(api, desk, cast):
    made = api.post("audits/", {"touchpoint": desk.pk, "grade": "B"}).json()
    assert made["graded_on"] == str(cast.owner.workspace.today())
    assert made["by"] == cast.owner.pk


def test_a_touchpoint_carries_its_newest_grade_and_null_before_the_first(api, desk):
    path = f"touchpoints/{desk.pk}/"
    before = api.get(path).json()
    assert (before["grade"], before["graded_on"]) == (None, None)
    graded(api, desk, "D", "2026-03-01")
    graded(api, desk, "B", "2026-06-01")
    graded(api, desk, "F", "2025-06-01")
    now = api.get(path).json()
    assert (now["grade"], now["graded_on"]) == ("B", "2026-06-01")
    [listed] = api.get("touchpoints/").json()["results"]
    assert listed["grade"] == "B"


def test_of_two_grades_on_one_day_the_later_word_counts(api, desk):
    graded(api, desk, "D", "2026-03-01")
    graded(api, desk, "C", "2026-03-01")
    assert api.get(f"touchpoints/{desk.pk}/").json()["grade"] == "C"


def test_regrading_keeps_what_was_found_before(api, desk):
    graded(api, desk, "D", "2026-03-01", pain_points="Long queue")
    graded(api, desk, "B", "2026-06-01", pain_points="Cold hall", goes_well="No queue")
    rows = api.get(f"audits/?touchpoint={desk.pk}").json()["results"]
    assert [row["pain_points"] for row in rows] == ["Long queue", "Cold hall"]
    now = api.get(f"touchpoints/{desk.pk}/").json()
    assert (now["pain_points"], now["goes_well"]) == ("Cold hall", "No queue")


def test_an_older_audit_written_later_leaves_todays_words(api, desk):
    graded(api, desk, "B", "2026-06-01", pain_points="Cold hall")
    graded(api, desk, "F", "2025-01-01", pain_points="Mice")
    assert api.get(f"touchpoints/{desk.pk}/").json()["pain_points"] == "Cold hall"


def test_what_is_found_and_not_said_is_kept_with_the_audit(api, desk):
    api.patch(f"touchpoints/{desk.pk}/", {"pain_points": "Long queue"})
    assert graded(api, desk, "C", "2026-06-01")["pain_points"] == "Long queue"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"grade": "G"}, "/grade"),
        ({"grade": "b"}, "/grade"),
        ({"graded_on": "2999-01-01"}, "/graded_on"),
        ({"checklist": {"smells": {"verdict": "ok"}}}, "/checklist/smells"),
        ({"checklist": {"smell": {"verdict": "awful"}}}, "/checklist/smell/verdict"),
        ({"checklist": {"smell": "ok"}}, "/checklist/smell"),
        ({"note": "x" * 5_001}, "/note"),
        ({"touchpoint": 0}, "/touchpoint"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_pointed_at(api, desk, wrong, pointer):
    body = {"touchpoint": desk.pk, "grade": "B", **wrong}
    refused = api.post("audits/", body)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_a_checklist_keeps_what_was_answered(api, desk):
    seen = {"smell": {"verdict": "not_ok", "note": "Paint"}, "taste": {"verdict": "", "note": " "}}
    made = graded(api, desk, "C", "2026-06-01", checklist=seen)
    assert made["checklist"] == {"smell": {"verdict": "not_ok", "note": "Paint"}}


def test_an_audit_changes_only_as_it_was_read(api, desk):
    made = graded(api, desk, "C", "2026-06-01")
    path = f"audits/{made['id']}/"
    etag = api.get(path)["ETag"]
    assert api.patch(path, {"grade": "B"}, If_Match=etag).status_code == 200
    assert api.patch(path, {"grade": "A"}, If_Match=etag).status_code == 412
    assert api.get(path).json()["grade"] == "B"


def test_an_audit_stays_with_its_touchpoint(api, desk, cast):
    made = graded(api, desk, "C", "2026-06-01")
    other = factories.touchpoint(plan=desk.plan)
    refused = api.patch(f"audits/{made['id']}/", {"touchpoint": other.pk})
    assert refused.json()["errors"][0]["pointer"] == "/touchpoint"


def test_an_archived_audit_no_longer_counts_and_comes_back(api, desk):
    graded(api, desk, "D", "2026-03-01")
    made = graded(api, desk, "B", "2026-06-01")
    assert api.delete(f"audits/{made['id']}/").status_code == 204
    assert api.get(f"touchpoints/{desk.pk}/").json()["grade"] == "D"
    assert api.post(f"audits/{made['id']}/restore/", {}).status_code == 200
    assert api.get(f"touchpoints/{desk.pk}/").json()["grade"] == "B"


def test_a_plan_lists_the_audits_of_its_touchpoints(api, desk):
    graded(api, desk, "D", "2026-03-01")
    factories.audit(touchpoint=factories.touchpoint(plan=factories.plan(name="Another")))
    assert len(api.get(f"audits/?plan={desk.plan_id}").json()["results"]) == 1


def test_an_owner_is_a_member_or_a_plain_name(api, desk, cast):
    path = f"touchpoints/{desk.pk}/"
    assert api.patch(path, {"owner": cast.editor.pk}).json()["owner"] == cast.editor.pk
    plain = api.patch(path, {"owner": "Night shift"}).json()
    assert (plain["owner"], plain["owner_name"]) == (None, "Night shift")


def test_a_new_stage_joins_the_plans_list_and_a_known_one_is_written_as_listed(api, desk):
    path = f"touchpoints/{desk.pk}/"
    assert api.patch(path, {"stage": "When things go wrong"}).status_code == 200
    assert api.patch(path, {"channel": "WEB"}).json()["channel"] == "web"
    desk.plan.refresh_from_db()
    assert desk.plan.stages[-1] == "When things go wrong"
    assert desk.plan.channels.count("web") == 1


def test_the_newest_grades_of_many_take_one_query(scope, django_assert_num_queries):
    plan = factories.plan()
    places = [factories.touchpoint(plan=plan) for _ in range(12)]
    for one in places[:10]:
        factories.audit(touchpoint=one, graded_on=date(2026, 1, 1), grade="D")
        factories.audit(touchpoint=one, graded_on=date(2026, 2, 1), grade="B")
    with django_assert_num_queries(1):
        found = newest_grades([one.pk for one in places])
    assert {pk: audit.grade for pk, audit in found.items()} == {one.pk: "B" for one in places[:10]}


def test_grades_are_fresh_for_the_months_of_the_workspace(scope):
    today = scope.today()
    assert fresh_since(scope) < today - timedelta(days=180)
    scope.grades_last_months = 12
    assert (fresh_since(scope).year, fresh_since(scope).month) == (today.year - 1, today.month)
