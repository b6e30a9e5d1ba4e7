"""The golden thread: from a goal down to customers' own words, and from one of them back up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.refs import Ref
from cxplanner.base.tenancy import workspace_scope
from strategy.thread.selectors import thread_of
from surveys.responses.models import Response
from tests import factories


@pytest.fixture
def inside(cast, scene):
    with workspace_scope(cast.owner.workspace_id):
        yield scene


def names(groups):
    return {group.kind: [one.name for one in group.stitches] for group in groups}


def test_a_goal_leads_up_to_the_plan_and_down_to_words(cast, inside):
    found = thread_of(inside.goal.ref, member=cast.viewer, most=5)
    assert names(found.up) == {
        "plan": ["Customer experience plan"],
        "goal": ["Passengers recommend us to a friend"],
    }
    assert names(found.down) == {
        "metric": ["Seat comfort"],
        "touchpoint": ["Cabin", "Lounge"],
        "survey": ["After the flight"],
        "question": ["How was your seat?", "How was the chair?"],
    }
    assert found.here.status
    assert found.heard is not None
    assert found.heard.newest[0].quote == "No socket, and the old seat again."
    assert (found.heard.n, "metric=" in found.heard.url) == (6, True)


def test_figures_stand_with_margin_and_n(cast, inside):
    found = thread_of(inside.goal.ref, member=cast.viewer, most=5)
    metric = next(one for one in found.down if one.kind == "metric").stitches[0]
    assert metric.figure.startswith("66.7\u00a0%")
    assert "±" in metric.figure
    assert metric.figure.endswith("n = 6")
    places = next(one for one in found.down if one.kind == "touchpoint").stitches
    assert [one.figure.split(",")[-1].strip() for one in places] == ["n = 4", "n = 2"]


def test_one_answer_leads_up_to_every_goal_it_moves(cast, inside):
    row = Response.objects.filter(answers__has_key=str(inside.question(inside.cabin).pk)).first()
    assert row is not None
    found = thread_of(row.ref, member=cast.viewer, most=5)
    assert names(found.up) == {
        "plan": ["Customer experience plan"],
        "goal": ["Passengers recommend us to a friend", "Passengers sit well"],
        "metric": ["Seat comfort"],
        "touchpoint": ["Cabin"],
        "survey": ["After the flight"],
    }
    assert found.down == []
    assert found.here.quote == "No socket, and the old seat again."


def test_a_touchpoint_stands_between_its_metric_and_its_questions(cast, inside):
    found = thread_of(inside.cabin.ref, member=cast.viewer, most=5)
    assert names(found.up)["metric"] == ["Seat comfort"]
    assert names(found.up)["goal"][-1] == "Passengers sit well"
    assert names(found.down)["question"] == ["How was your seat?"]
    assert found.heard is not None
    assert found.heard.n == 4


def test_a_goal_at_one_touchpoint_is_not_on_the_thread_of_another(cast, inside):
    only = factories.goal(
        cycle=inside.goal.cycle,
        statement="The lounge seats well",
        metric=inside.seat,
        touchpoint=inside.lounge,
    )
    cabin = thread_of(inside.cabin.ref, member=cast.viewer, most=5)
    assert "The lounge seats well" not in names(cabin.up)["goal"]
    lounge = thread_of(inside.lounge.ref, member=cast.viewer, most=5)
    assert "The lounge seats well" in names(lounge.up)["goal"]
    below = thread_of(only.ref, member=cast.viewer, most=5)
    assert names(below.down)["question"] == ["How was the chair?"]
    assert below.heard is not None
    assert below.heard.n == 2


def test_a_goal_read_from_its_sub_goals_rests_on_their_metrics(cast, inside):
    found = thread_of(inside.top.ref, member=cast.viewer, most=5)
    assert names(found.down)["goal"] == ["Passengers sit well"]
    assert names(found.down)["metric"] == ["Seat comfort"]
    assert found.heard is not None
    assert found.heard.n == 6


def test_evidence_stands_beside_what_lies_below_and_leads_up_from_there(cast, inside):
    piece = factories.evidence(about=inside.seat.ref, text="The foam is ten years old.")
    found = thread_of(inside.goal.ref, member=cast.viewer, most=5)
    assert names(found.down)["evidence"] == ["The foam is ten years old."]
    up = thread_of(piece.ref, member=cast.viewer, most=5).up
    assert names(up)["metric"] == ["Seat comfort"]
    assert names(up)["goal"][-1] == "Passengers sit well"


@pytest.mark.parametrize("kind", ["goal", "metric", "touchpoint", "survey", "question", "evidence"])
def test_every_kind_has_its_thread_on_a_page_and_over_rest(cast, api, scene, kind):
    with workspace_scope(scene.plan.workspace_id):
        refs = {
            "goal": scene.goal.ref,
            "metric": scene.seat.ref,
            "touchpoint": scene.cabin.ref,
            "survey": scene.survey.ref,
            "question": scene.question(scene.cabin).ref,
            "evidence": factories.evidence(about=scene.goal.ref).ref,
        }
    ref = refs[kind]
    for name, status in {
        "owner": 200,
        "editor": 200,
        "reviewer": 200,
        "viewer": 200,
        "stranger": 404,
    }.items():
        assert cast.client(name).get(scene.page(ref)).status_code == status
    page = cast.client("viewer").get(scene.page(ref)).content.decode()
    assert "Passengers recommend us to a friend" in page
    panel = cast.client("viewer").get(scene.page(ref), headers={"HX-Request": "true"})
    assert "<html" not in panel.content.decode()
    told = api.get(f"thread/?about={ref}").json()
    assert told["here"]["ref"] == str(ref)
    assert next(one["kind"] for one in told["up"]) == "plan"


@pytest.mark.parametrize("about", ["", "goal", "goal:0", "goal:x", "nothing:1", "response:1"])
def test_a_thread_of_nothing_is_not_there(api, cast, scene, about):
    assert api.get(f"thread/?about={about}").status_code in (400, 404)
    assert cast.client("viewer").get(scene.page(about or "x")).status_code == 404


def widen(scene, times):
    for n in range(times):
        place = factories.touchpoint(plan=scene.plan)
        factories.question(
            survey=scene.survey, kind="csat", text=f"Seat {n}?", metric=scene.seat, touchpoint=place
        )
        goal = factories.goal(cycle=scene.goal.cycle, parent=scene.goal, metric=scene.seat)
        factories.evidence(about=goal.ref)
        factories.evidence(about=place.ref)
        scene.answer(scene.cabin, [4], words=f"Word {n}")


@pytest.mark.parametrize("kind", ["goal", "metric", "touchpoint", "survey", "plan"])
def test_the_number_of_queries_does_not_grow(cast, inside, kind):
    refs = {
        "goal": inside.goal.ref,
        "metric": inside.seat.ref,
        "touchpoint": inside.cabin.ref,
        "survey": inside.survey.ref,
        "plan": inside.plan.ref,
    }

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            thread_of(refs[kind], member=cast.viewer, most=5)
        return len(queries)

    widen(inside, 3)
    at_three = cost()
    widen(inside, 27)
    assert cost() == at_three


def test_a_group_shows_a_few_and_leads_to_all(cast, inside):
    widen(inside, 8)
    found = thread_of(inside.seat.ref, member=cast.viewer, most=5)
    questions = next(one for one in found.down if one.kind == "question")
    assert (len(questions.stitches), questions.more) == (5, 5)
    assert questions.url.endswith("/surveys/")


def test_words_are_shown_as_text(cast, scene):
    with workspace_scope(scene.plan.workspace_id):
        scene.answer(scene.cabin, [1], words="<script>alert(1)</script>")
    page = cast.client("viewer").get(scene.page(scene.goal.ref)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_few_answers_of_an_anonymous_segment_stay_hidden_from_readers(cast, inside):
    inside.survey.is_anonymous = True
    inside.survey.save()
    inside.answer(inside.cabin, [1], words="Business and sad.", segment="Business")
    goal = factories.goal(cycle=inside.goal.cycle, metric=inside.seat, segment="Travel=Business")
    reader = thread_of(goal.ref, member=cast.viewer, most=5).heard
    editor = thread_of(goal.ref, member=cast.editor, most=5).heard
    assert reader is not None
    assert editor is not None
    assert (reader.n, reader.hidden) == (0, 1)
    assert editor.newest[0].quote == "Business and sad."


def test_refs_of_another_workspace_are_not_found(cast, scene):
    with workspace_scope(cast.stranger.workspace_id):
        other = factories.goal()
    assert cast.client("owner").get(scene.page(Ref("goal", other.pk))).status_code == 404
