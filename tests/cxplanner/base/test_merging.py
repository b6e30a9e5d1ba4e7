"""Two people at one thing: every form shows both versions, and what both chose is kept."""

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.history import acting
from cxplanner.base.tenancy import workspace_scope
from cxplanner.base.versions import locked
from tests import factories

HTMX = {"HTTP_HX_REQUEST": "true"}


@dataclass(frozen=True)
class Case:
    """A form, one place both write in, one that only they and one that only I change."""

    page: str
    form: dict[str, Any]
    both: str
    theirs: tuple[str, str]
    mine: tuple[str, str]


GOAL = {"kind": "reach", "starts_on": "2026-01-01", "due_on": "2026-12-31", "weight": "1"}
CASES = {
    "goal": Case("goal-edit", GOAL, "statement", ("relevant", "It pays"), ("achievable", "We can")),
    "plan": Case(
        "plan-edit", {"currency": "EUR"}, "name", ("brand", "Theirs"), ("customers_are", "guests")
    ),
    "cycle": Case(
        "cycle-edit",
        {"starts_on": "2026-01-01", "ends_on": "2026-12-31"},
        "name",
        ("ends_on", "2027-06-30"),
        ("starts_on", "2025-12-01"),
    ),
    "metric": Case(
        "metric-edit",
        {"window_days": "28"},
        "name",
        ("benchmark_source", "The industry"),
        ("description", "Would they?"),
    ),
    "touchpoint": Case(
        "touchpoint-edit", {"place": "other"}, "name", ("stage", "purchase"), ("channel", "app")
    ),
    "audit": Case(
        "audit",
        {"grade": "C", "graded_on": "2026-06-01"},
        "pain_points",
        ("note", "Seen at noon"),
        ("goes_well", "Short queue"),
    ),
    "survey": Case(
        "survey-words", {"language": "en"}, "name", ("thanks", "Thank you"), ("introduction", "Hi")
    ),
    "evidence": Case(
        "evidence-piece",
        {"kind": "complaint"},
        "text",
        ("source", "Gate staff"),
        ("link", "https://sky.example/42"),
    ),
    "swotentry": Case(
        "swot-entry", {"quadrant": "strengths"}, "text", ("quadrant", "threats"), ("weight", "5")
    ),
    "persona": Case("persona-edit", {}, "name", ("role", "Flies weekly"), ("quote", "Let me sit")),
    "personastatement": Case(
        "persona-statement", {"kind": "need", "trust": "assumption"}, "text",
        ("kind", "fear"), ("checked_on", "2026-01-02"),
    ),
    "question": Case(
        "question", {}, "text", ("low_label", "never"), ("high_label", "surely")
    ),
}  # fmt: skip


@pytest.fixture(params=CASES)
def met(request, cast, workspace):
    """Let the owner keep words of theirs after the editor has opened the form."""
    case = CASES[request.param]
    with workspace_scope(workspace.pk):
        row = getattr(factories, request.param)()
        seen, before = row.version, getattr(row, case.both)
        now = locked(row)
        setattr(now, case.both, "What they wrote")
        setattr(now, *case.theirs)
        now.edit(expected_version=None)
        with acting(user=cast.owner.user_id):
            now.save()
    where = reverse(case.page, args=[workspace.slug, row.pk])
    form = case.form | {case.both: "What I wrote", case.mine[0]: case.mine[1], "version": seen}
    return case, now, before, where, form


def sent_again(page, **over):
    """Return what the page of both versions would send."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    body: dict[str, Any] = {}
    for name, value in found:
        body.setdefault(unescape(name), []).append(unescape(value))
    return body | over


def choices(page, name):
    """Return what the two versions of a place would send."""
    found = re.findall(rf'name="pick-{name}" value="([^"]*)"', page)
    return [unescape(value) for value in found]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "in place"])
def test_the_second_to_save_sees_both_versions(cast, workspace, met, headers):
    case, now, before, where, form = met
    page = cast.client("editor").post(where, form, **headers)
    assert page.status_code == 409
    assert ("<html" in page.text) is (headers == {})
    for words in ("What", "they", "I", "wrote", str(before), str(cast.owner.user), "data-merge"):
        assert words in page.text
    assert len(choices(page.text, case.both)) == 3
    assert not choices(page.text, case.theirs[0]) + choices(page.text, case.mine[0])
    with workspace_scope(workspace.pk):
        assert getattr(fresh(now), case.both) == "What they wrote"


@pytest.mark.parametrize("taken", [0, 1], ids=["theirs", "mine"])
def test_either_version_is_kept_with_what_only_one_of_them_changed(cast, workspace, met, taken):
    case, now, _before, where, form = met
    client = cast.client("editor")
    page = client.post(where, form).text
    pick = {f"pick-{case.both}": choices(page, case.both)[taken], case.both: "left in the field"}
    again = client.post(where, sent_again(page, **pick))
    assert again.status_code == 302, again.text
    with workspace_scope(workspace.pk):
        kept = fresh(now)
    assert getattr(kept, case.both) == ["What they wrote", "What I wrote"][taken]
    assert str(getattr(kept, case.theirs[0])) == case.theirs[1]
    assert str(getattr(kept, case.mine[0])) == case.mine[1]


def test_a_third_text_is_kept_and_meets_a_third_person(cast, workspace, met):
    case, now, _before, where, form = met
    client = cast.client("editor")
    page = client.post(where, form).text
    own = {f"pick-{case.both}": "", case.both: "What both of us wrote"}
    with workspace_scope(workspace.pk):
        later = locked(now)
        setattr(later, case.both, "What a third one wrote")
        later.edit(expected_version=None)
        later.save()
    third = client.post(where, sent_again(page, **own))
    assert third.status_code == 409
    assert "What both of us wrote" in json.dumps(choices(third.text, case.both))
    assert client.post(where, sent_again(third.text, **own)).status_code == 302
    with workspace_scope(workspace.pk):
        kept = fresh(now)
    assert getattr(kept, case.both) == "What both of us wrote"
    assert str(getattr(kept, case.mine[0])) == case.mine[1]


def test_the_same_written_twice_is_nothing_to_decide(cast, workspace, met):
    case, now, _before, where, form = met
    client = cast.client("editor")
    page = client.post(where, form | {case.both: "What they wrote"}).text
    assert "pick-" not in page
    assert client.post(where, sent_again(page)).status_code == 302
    with workspace_scope(workspace.pk):
        assert str(getattr(fresh(now), case.mine[0])) == case.mine[1]


@pytest.mark.parametrize("version", ["0", "999999", "9" * 30])
def test_a_version_nobody_knows_makes_everything_a_choice(cast, met, version):
    case, _now, _before, where, form = met
    page = cast.client("editor").post(where, form | {"version": version})
    assert page.status_code in (409, 422)
    if page.status_code == 409:
        assert len(choices(page.text, case.both)) == 3


@pytest.mark.parametrize("who", ["reviewer", "viewer", "stranger"])
def test_only_who_may_edit_meets_another_version(cast, met, who):
    _case, _now, _before, where, form = met
    assert cast.client(who).post(where, form).status_code == (404 if who == "stranger" else 403)


def test_scripts_in_either_version_are_shown_as_text(cast, workspace, met):
    case, now, _before, where, form = met
    with workspace_scope(workspace.pk):
        setattr(now, case.both, "<script>theirs</script>")
        now.edit(expected_version=None)
        now.save()
    page = cast.client("editor").post(where, form | {case.both: "<script>mine</script>"}).text
    assert "<script>theirs" not in page
    assert "<script>mine" not in page


@pytest.mark.parametrize("pick", ["[[", "[1]", '{"a": 1}', "null", '[["statement"]]'])
def test_a_choice_that_is_none_leaves_what_was_typed(cast, workspace, pick):
    with workspace_scope(workspace.pk):
        plan = factories.plan()
    body = {"name": "Typed", "currency": "EUR", "version": plan.version, "pick-name": pick}
    where = reverse("plan-edit", args=[workspace.slug, plan.pk])
    assert cast.client("editor").post(where, body).status_code == 302
    with workspace_scope(workspace.pk):
        assert fresh(plan).name == "Typed"


def test_two_sentences_are_woven_where_they_changed_different_words(cast, workspace):
    with workspace_scope(workspace.pk):
        plan = factories.plan(name="Raise the NPS by ten points")
        seen = plan.version
        plan.name = "Raise the NPS by twelve points"
        plan.edit(expected_version=None)
        plan.save()
    body = {"name": "Lift the NPS by ten points", "currency": "EUR", "version": seen}
    where = reverse("plan-edit", args=[workspace.slug, plan.pk])
    page = cast.client("editor").post(where, body).text
    assert 'value="Lift the NPS by twelve points"' in page


def test_a_tick_taken_back_by_the_other_can_be_taken(cast, workspace):
    with workspace_scope(workspace.pk):
        survey = factories.survey(is_anonymous=True)
        seen = survey.version
        survey.is_anonymous = False
        survey.edit(expected_version=None)
        survey.save()
    body = {"name": survey.name, "language": "en", "is_anonymous": "on", "version": seen}
    where = reverse("survey-words", args=[workspace.slug, survey.pk])
    client = cast.client("editor")
    page = client.post(where, body)
    assert page.status_code == 409
    assert client.post(where, sent_again(page.text)).status_code == 302
    with workspace_scope(workspace.pk):
        assert fresh(survey).is_anonymous is False


def test_checkpoints_are_one_thing(cast, workspace):
    with workspace_scope(workspace.pk):
        goal = factories.goal(checkpoints=[{"on": "2026-06-30", "value": "30"}])
        seen = goal.version
        goal.checkpoints = [{"on": "2026-06-30", "value": "33"}]
        goal.edit(expected_version=None)
        goal.save()
    points = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1", "0-on": "2026-05-31", "0-value": "30"}
    body = GOAL | {"statement": goal.statement, "version": seen}
    body |= {f"checkpoints-{name}": value for name, value in points.items()}
    where = reverse("goal-edit", args=[workspace.slug, goal.pk])
    client = cast.client("editor")
    page = client.post(where, body).text
    theirs, mine = choices(page, "checkpoints")
    assert ("33" in theirs, "2026-05-31" in mine) == (True, True)
    again = sent_again(page, **{"pick-checkpoints": theirs})
    assert client.post(where, again).status_code == 302
    with workspace_scope(workspace.pk):
        assert fresh(goal).checkpoints == [{"on": "2026-06-30", "value": "33"}]


def test_both_versions_ask_as_much_after_thirty_changes_as_after_three(cast, workspace):
    counts = []
    for changes in (3, 30):
        with workspace_scope(workspace.pk):
            plan = factories.plan()
            seen = plan.version
            for number in range(changes):
                plan.name = f"Name {number}"
                plan.edit(expected_version=None)
                with acting(user=cast.owner.user_id):
                    plan.save()
        where = reverse("plan-edit", args=[workspace.slug, plan.pk])
        client = cast.client("editor")
        body = {"name": "Mine", "currency": "EUR", "version": seen}
        with CaptureQueriesContext(connection) as asked:
            assert client.post(where, body).status_code == 409
        counts.append(len(asked))
    assert counts[0] == counts[1]
