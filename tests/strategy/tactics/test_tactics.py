"""Tactics over REST, on the thread, in the path of steps, handed over and carried along."""

from datetime import date, timedelta

import pytest

from cxplanner.accounts.members.work import all_work
from cxplanner.base.deletion import delete_for_good
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.services import undo
from cxplanner.events.models import Event
from strategy.sections import all_sections
from strategy.tactics import services, steps
from strategy.tactics.models import State, Tactic, TacticStep
from strategy.tactics.section import TacticsSection
from strategy.thread.selectors import thread_of
from tests import factories
from tests.acting import act_of

SECTION = TacticsSection()


@pytest.fixture
def cycle(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.cycle()


@pytest.fixture
def goal(cycle):
    return factories.goal(cycle=cycle)


def ready(cycle, **over):
    """A tactic that lacks nothing."""
    dates = {"starts_on": cycle.starts_on, "due_on": cycle.ends_on}
    tactic = factories.tactic(**{"cycle": cycle, "owner_name": "Gate staff", **dates, **over})
    factories.tacticstep(tactic=tactic)
    return tactic


def kinds_of(groups):
    return {group.kind: [stitch.ref for stitch in group.stitches] for group in groups}


# --- over REST --------------------------------------------------------------------------------


def test_rest_plans_reads_changes_moves_and_archives(api, cast, cycle, goal):
    seat = factories.touchpoint(plan=cycle.plan)
    entry = factories.swotentry(plan=cycle.plan, quadrant="weaknesses")
    body = {
        "plan": cycle.plan_id,
        "name": "Refit the seats",
        "goals": [goal.pk],
        "touchpoints": [seat.pk],
        "why": [str(entry.ref)],
        "owner": "Workshop",
        "starts_on": "2026-02-01",
        "due_on": "2026-03-01",
    }
    made = api.post("tactics/", body)
    assert made.status_code == 201
    row = made.json()
    for name in ("goals", "touchpoints", "why", "starts_on", "due_on"):
        assert row[name] == body[name]
    assert (row["owner"], row["owner_name"]) == (None, "Workshop")
    assert (row["state"], row["done_on"], row["cycle"]) == ("planned", None, cycle.pk)
    path = f"tactics/{row['id']}/"
    assert api.patch(path, {"impact": 4}, If_Match=f'"tactic-{row["id"]}-9"').status_code == 412
    changed = api.patch(path, {"owner": cast.editor.pk, "why": []}, If_Match=made["ETag"]).json()
    assert (changed["owner"], changed["owner_name"]) == (cast.editor.pk, "")
    assert changed["why"] == []
    for query, count in {
        f"?plan={cycle.plan_id}": 1,
        f"?goal={goal.pk}": 1,
        f"?touchpoint={seat.pk}": 1,
        f"?touchpoint={seat.pk + 1}": 0,
        f"?owner={cast.editor.pk}": 1,
    }.items():
        assert len(api.get(f"tactics/{query}").json()["results"]) == count
    moved = api.post(f"{path}move/", {"state": "done", "position": 0}).json()
    today = cast.owner.workspace.today()
    assert (moved["state"], moved["done_on"]) == ("done", str(today))
    assert api.post(f"{path}move/", {"state": "planned", "position": 0}).json()["done_on"] is None
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.post(f"{path}restore/", {}).json()["archived_at"] is None
    assert len(api.get(f"{path}history/").json()["results"]) >= 4


def test_rest_adds_ticks_off_moves_and_takes_off_steps(api, cycle):
    tactic = factories.tactic(cycle=cycle)
    first = api.post("tactic-steps/", {"tactic": tactic.pk, "text": "Measure"}).json()
    second = api.post("tactic-steps/", {"tactic": tactic.pk, "text": "Cut", "owner": "Ada"}).json()
    assert [first["position"], second["position"]] == [0, 1]
    path = f"tactic-steps/{second['id']}/"
    assert api.patch(path, {"done": True}).json()["done_on"] is not None
    assert api.patch(path, {"done": False}).json()["done_on"] is None
    assert api.post(f"{path}move/", {"position": 0}).json()["position"] == 0
    listed = api.get(f"tactic-steps/?tactic={tactic.pk}").json()["results"]
    assert {row["text"]: row["position"] for row in listed} == {"Cut": 0, "Measure": 1}
    assert api.delete(path).status_code == 204
    assert api.post(f"{path}restore/", {}).json()["text"] == "Cut"
    named = list(Event.objects.filter(about_kind="tactic").values_list("name", flat=True))
    assert "tactic.step_done" in named


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"effort": 0}, "/effort"),
        ({"impact": 6}, "/impact"),
        ({"state": "perhaps"}, "/state"),
        ({"starts_on": "2026-03-01", "due_on": "2026-02-01"}, ""),
        ({"why": ["goal:1"]}, "/why"),
        ({"why": ["nonsense"]}, "/why/0"),
        ({"why": ["swotentry:0"]}, "/why"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_kept_is_pointed_at(api, cycle, over, pointer):
    refused = api.post("tactics/", {"plan": cycle.plan_id, "name": "Hire"} | over)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)
    assert not Tactic.objects.exists()


def test_a_tactic_keeps_to_its_plan_and_cycle(api, cycle):
    other = factories.cycle()
    entry = factories.swotentry(plan=other.plan)
    path = f"tactics/{factories.tactic(cycle=cycle).pk}/"
    for over, pointer in (
        ({"plan": other.plan_id}, "/cycle"),
        ({"cycle": other.pk}, "/cycle"),
        ({"goals": [factories.goal(cycle=other).pk]}, "/goals"),
        ({"touchpoints": [factories.touchpoint(plan=other.plan).pk]}, "/touchpoints"),
        ({"why": [str(entry.ref)]}, "/why"),
    ):
        refused = api.patch(path, over)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == pointer
    step = factories.tacticstep(tactic=factories.tactic(cycle=cycle))
    other_tactic = factories.tactic(cycle=cycle)
    refused = api.patch(f"tactic-steps/{step.pk}/", {"tactic": other_tactic.pk})
    assert refused.json()["errors"][0]["pointer"] == "/tactic"


def test_tactics_of_a_closed_cycle_stand_as_they_were(api, cast, cycle):
    tactic = factories.tactic(cycle=cycle)
    step = factories.tacticstep(tactic=tactic)
    cycle.closed_at = tactic.created_at
    cycle.save()
    for path in (f"tactics/{tactic.pk}/", f"tactic-steps/{step.pk}/"):
        assert api.delete(path).status_code == 409
    url = f"/w/{cycle.workspace.slug}/tactics/{tactic.pk}/archive/"
    assert cast.client("owner").post(url).status_code == 403
    assert Tactic.objects.get().archived_at is None


# --- the path of steps, coverage, the agenda ------------------------------------------------------


def test_the_step_is_done_when_each_leaf_goal_has_a_ready_tactic(cast, cycle, goal):
    leaf = factories.goal(cycle=cycle, parent=goal)
    plan = cycle.plan
    found = SECTION.completeness(plan)
    assert (found.done, found.of) == (0, 1)
    assert (found.acts[0].page, found.acts[0].about) == ("goal-tactic", leaf.pk)
    tactic = factories.tactic(cycle=cycle, goals=[leaf])
    act = SECTION.completeness(plan).acts[0]
    assert (act.page, act.about) == ("tactic", tactic.pk)
    assert "an owner, its dates and its steps" in act.words
    dates = {"starts_on": cycle.starts_on, "due_on": cycle.ends_on}
    services.change_tactic(tactic, by=cast.owner, owner="Gate staff", **dates)
    assert not SECTION.completeness(plan).is_done
    steps.add_step(tactic=tactic, by=cast.owner, text="Ask")
    assert SECTION.completeness(plan).is_done
    services.move_tactic(tactic, state=State.DROPPED, position=0, by=cast.owner)
    assert not SECTION.completeness(plan).is_done


def test_a_plan_without_goals_asks_for_one_first(scope):
    plan = factories.plan()
    found = SECTION.completeness(plan)
    assert (found.done, found.of, found.acts[0].page) == (0, 1, "goal-tree")


def test_completeness_costs_the_same_with_three_goals_and_with_thirty(
    cycle, django_assert_num_queries
):
    plan = cycle.plan
    assert plan.workspace.zone is not None  # whoever asks has the workspace at hand
    for count in (3, 27):
        for _ in range(count):
            ready(cycle, goals=[factories.goal(cycle=cycle)])
        with django_assert_num_queries(2):
            assert SECTION.completeness(plan).is_done


def test_a_touchpoint_is_covered_by_living_tactics_alone(cycle):
    seat, gate = (factories.touchpoint(plan=cycle.plan) for _ in range(2))
    factories.tactic(cycle=cycle, touchpoints=[seat, gate])
    factories.tactic(cycle=cycle, touchpoints=[seat], state=State.DONE)
    factories.tactic(cycle=cycle, touchpoints=[gate], state=State.DROPPED)
    factories.tactic(cycle=cycle, touchpoints=[gate], archived_at="2026-01-01T00:00Z")
    assert SECTION.coverage([seat.pk, gate.pk]) == {seat.pk: 2, gate.pk: 1}


def test_the_agenda_names_what_is_late_and_what_was_done(cast, cycle):
    today = cast.owner.workspace.today()
    late = factories.tactic(cycle=cycle, due_on=today - timedelta(days=3))
    done = factories.tactic(cycle=cycle, state=State.DONE, done_on=today)
    factories.tactic(cycle=cycle, state=State.DONE, done_on=today - timedelta(days=40))
    factories.tactic(cycle=cycle, due_on=today)
    items = SECTION.agenda(cycle.plan, today - timedelta(days=30))
    assert [item.about for item in items] == [done.ref, late.ref]
    assert "3 days late" in items[1].words


def test_tactics_are_carried_into_another_plan_by_name_and_once(cast, cycle, goal):
    seat = factories.touchpoint(plan=cycle.plan)
    mine = ready(cycle, goals=[goal], touchpoints=[seat], reason="Old cushions", impact=4)
    data = SECTION.dump(cycle.plan)
    other = factories.cycle()
    twin = factories.goal(cycle=other, statement=goal.statement)
    place = factories.touchpoint(plan=other.plan, name=seat.name)
    for _ in range(2):
        SECTION.load(other.plan, data)
    [copy] = other.tactics.all()
    assert (copy.name, copy.reason, copy.impact) == (mine.name, "Old cushions", 4)
    assert (list(copy.goals.all()), list(copy.touchpoints.all())) == ([twin], [place])
    assert (copy.starts_on, copy.due_on, copy.whose) == (mine.starts_on, mine.due_on, "")
    assert [step.text for step in copy.steps.all()] == [step.text for step in mine.steps.all()]


def test_the_steps_are_in_order_and_the_sixth_is_tactics():
    assert [one.slug for one in all_sections() if one.step == 6] == ["tactics"]


# --- the thread -------------------------------------------------------------------------------


def test_from_a_goal_one_walks_down_to_what_its_tactic_answers_and_where(cast, cycle, goal):
    seat = factories.touchpoint(plan=cycle.plan)
    entry = factories.swotentry(plan=cycle.plan)
    tactic = factories.tactic(cycle=cycle, goals=[goal], touchpoints=[seat])
    factories.tacticreason(entry.ref, tactic=tactic)
    below = kinds_of(thread_of(goal.ref, member=cast.viewer, most=5).down)
    assert below["tactic"] == [tactic.ref]
    here = thread_of(tactic.ref, member=cast.viewer, most=5)
    assert kinds_of(here.up) == {"plan": [cycle.plan.ref], "goal": [goal.ref]}
    assert kinds_of(here.down) == {"swotentry": [entry.ref], "touchpoint": [seat.ref]}
    for thing in (seat, entry):
        above = kinds_of(thread_of(thing.ref, member=cast.viewer, most=5).up)
        assert above["tactic"] == [tactic.ref]
    Tactic.objects.update(state=State.DROPPED)
    assert "tactic" not in kinds_of(thread_of(goal.ref, member=cast.viewer, most=5).down)


def test_a_tactic_answers_the_words_of_a_customer(api, cast, cycle):
    survey = factories.survey(plan=cycle.plan)
    answer = factories.response(survey, {})
    body = {"plan": cycle.plan_id, "name": "Call back", "why": [str(answer.ref)]}
    assert api.post("tactics/", body).json()["why"] == [str(answer.ref)]


# --- history and undo, handing over ---------------------------------------------------------------


def test_what_was_joined_in_one_act_is_taken_back_in_one(cast, cycle, goal):
    seat = factories.touchpoint(plan=cycle.plan)
    tactic = factories.tactic(cycle=cycle)
    with act_of(cast.editor) as act:
        services.change_tactic(
            tactic, by=cast.editor, name="Refit", goals=[goal], touchpoints=[seat]
        )
    undo(act, by=cast.editor)
    tactic.refresh_from_db()
    assert tactic.name != "Refit"
    assert not tactic.goals.exists()
    assert not tactic.touchpoints.exists()


def test_ticking_off_a_step_is_taken_back(cast, cycle):
    step = factories.tacticstep(tactic=factories.tactic(cycle=cycle))
    with act_of(cast.editor) as act:
        steps.change_step(step, done=True, by=cast.editor)
    assert TacticStep.objects.get().done_on is not None
    undo(act, by=cast.editor)
    assert TacticStep.objects.get().done_on is None


def test_whoever_leaves_hands_open_tactics_and_steps_over(cast, cycle):
    mine = factories.tactic(cycle=cycle, owner=cast.editor)
    step = factories.tacticstep(tactic=mine, owner=cast.editor)
    factories.tactic(cycle=cycle, owner=cast.editor, state=State.DONE)
    factories.tacticstep(tactic=mine, owner=cast.editor, done_on=date(2026, 1, 2))
    held = {kind.kind: kind for kind in all_work()}
    for kind, thing in (("tactic", mine), ("tacticstep", step)):
        assert [one.about for one in held[kind].of([cast.editor.pk])] == [thing.ref]
        assert held[kind].hand_over([thing.pk], to="Gate staff", by=cast.owner) == 1
        thing.refresh_from_db()
        assert (thing.owner, thing.owner_name) == (None, "Gate staff")
        assert [one.about for one in held[kind].astray()] == [thing.ref]
        assert list(held[kind].names()) == ["Gate staff"]


def test_a_reason_that_is_deleted_for_good_leaves_its_tactic(cycle):
    tactic = factories.tactic(cycle=cycle)
    evidence = factories.evidence(about=cycle.plan.ref)
    factories.tacticreason(evidence.ref, tactic=tactic)
    delete_for_good(evidence)
    assert not tactic.reason_rows.exists()
    assert Tactic.objects.get() == tactic
