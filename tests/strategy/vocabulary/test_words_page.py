"""A plan's own words: stages and channels are named, moved and taken off; touchpoints go along."""

import re

import pytest
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.touchpoints.models import Touchpoint
from strategy.vocabulary.services import MOST_NAMES, say_grades
from tests import factories


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def words(plan):
    return reverse("plan-words", args=[plan.workspace.slug, plan.pk])


def change(plan, which="stages"):
    return reverse("plan-words-change", args=[plan.workspace.slug, plan.pk, which])


def stages(plan):
    plan.refresh_from_db()
    return plan.stages


@pytest.mark.parametrize("who", ["owner", "editor", "reviewer", "viewer", "stranger"])
def test_everybody_inside_reads_and_editors_write(cast, plan, who):
    client = cast.client(who)
    shown = client.get(words(plan))
    assert shown.status_code == (404 if who == "stranger" else 200)
    wrote = {"owner": 302, "editor": 302, "stranger": 404}.get(who, 403)
    assert ("after-sales" in shown.content.decode()) is (who != "stranger")
    assert client.post(words(plan), {"A": "x", "version": plan.version}).status_code == wrote
    assert client.post(change(plan), {"to": "return"}).status_code == wrote


def test_a_plan_begins_with_the_usual_stages_and_channels(plan):
    assert stages(plan) == ["expectation", "purchase", "delivery", "use", "after-sales"]
    assert plan.channels[0] == "web"


def test_a_new_name_goes_along_to_every_touchpoint(cast, plan):
    desk = factories.touchpoint(plan=plan, stage="use")
    elsewhere = factories.touchpoint(plan=factories.plan(name="Other"), stage="use")
    cast.client("editor").post(change(plan), {"name": "use", "to": "the flight"})
    assert stages(plan)[3] == "the flight"
    desk.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (desk.stage, desk.version, elsewhere.stage) == ("the flight", 2, "use")


def test_a_name_typed_and_not_kept_yet_comes_along_when_it_is_moved(cast, plan):
    client = cast.client("editor")
    client.post(change(plan), {"name": "use", "to": "the stay", "act": "up"})
    assert stages(plan) == ["expectation", "purchase", "the stay", "delivery", "after-sales"]
    refused = client.post(change(plan), {"name": "the stay", "to": "Purchase", "act": "up"})
    assert refused.status_code == 422
    assert stages(plan)[2] == "the stay"


def test_the_order_is_the_teams(cast, plan):
    client = cast.client("editor")
    client.post(change(plan), {"name": "use", "act": "up"})
    assert stages(plan)[2:4] == ["use", "delivery"]
    client.post(change(plan), {"name": "use", "act": "down"})
    assert stages(plan)[2:4] == ["delivery", "use"]


def test_only_what_can_move_up_or_down_does(cast, plan):
    page = cast.client("editor").get(words(plan)).text
    ends = re.findall(r'value="(up|down)" disabled', page)
    assert ends == ["up", "down"] * 2  # the first and the last of each list


def test_a_stage_in_use_asks_where_its_touchpoints_go(cast, plan):
    desk = factories.touchpoint(plan=plan, stage="use")
    client = cast.client("editor")
    asked = client.post(change(plan), {"name": "use", "act": "remove"})
    assert asked.status_code == 422
    assert "Where shall they go?" in asked.content.decode()
    assert "use" in stages(plan)
    client.post(change(plan), {"name": "use", "act": "remove", "to": "delivery"})
    desk.refresh_from_db()
    assert (desk.stage, "use" in stages(plan)) == ("delivery", False)


def test_a_stage_nobody_uses_just_goes(cast, plan):
    cast.client("editor").post(change(plan), {"name": "use", "act": "remove"})
    assert "use" not in stages(plan)


def test_touchpoints_may_go_nowhere(cast, plan):
    desk = factories.touchpoint(plan=plan, stage="use")
    cast.client("editor").post(change(plan), {"name": "use", "act": "remove", "to": ""})
    desk.refresh_from_db()
    assert desk.stage == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": ""},
        {"to": "Use"},
        {"to": "x" * 61},
        {"name": "use", "to": "DELIVERY"},
        {"name": "gone", "to": "there"},
        {"name": "gone", "act": "remove"},
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_said(cast, plan, wrong):
    before = stages(plan)
    refused = cast.client("editor").post(change(plan), wrong)
    assert refused.status_code == 422
    assert stages(plan) == before


def test_a_list_of_another_name_is_not_there(cast, plan):
    assert cast.client("editor").post(change(plan, "colours"), {"to": "red"}).status_code == 404


def test_a_list_has_an_end(cast, plan):
    plan.stages = [f"stage {n}" for n in range(MOST_NAMES)]
    plan.save()
    refused = cast.client("editor").post(change(plan), {"to": "one more"})
    assert "The list is full" in refused.content.decode()


def test_a_stage_that_touchpoints_name_and_no_list_holds_is_shown_and_can_be_moved(cast, plan):
    factories.touchpoint(plan=plan, stage="old days")
    client = cast.client("editor")
    assert "old days" in client.get(words(plan)).content.decode()
    client.post(change(plan), {"name": "old days", "act": "remove", "to": "use"})
    assert Touchpoint.objects.get().stage == "use"


def test_a_sentence_left_empty_means_the_usual_and_two_writers_see_each_other(cast, plan):
    client = cast.client("editor")
    client.post(words(plan), {"A": "They sing of it.", "B": "", "version": plan.version})
    plan.refresh_from_db()
    assert plan.grade_sentences == {"A": "They sing of it."}
    seen = plan.version
    say_grades(plan, sentences={"A": "Theirs here"}, by=cast.owner)
    both = client.post(words(plan), {"A": "Mine here", "version": seen})
    assert both.status_code == 409
    assert "Theirs" in both.content.decode()


def test_html_in_a_name_is_text(cast, plan):
    evil = "<script>alert(1)</script>"
    client = cast.client("editor")
    client.post(change(plan), {"to": evil})
    client.post(words(plan), {"A": evil, "version": plan.version + 1})
    for who in ("editor", "viewer"):
        assert "<script>alert" not in cast.client(who).get(words(plan)).content.decode()
