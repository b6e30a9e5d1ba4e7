"""The own SWOT over REST, on the thread, in the path of steps and in its history."""

import pytest

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.services import undo
from strategy.swot import services
from strategy.swot.models import Absence, Quadrant, SwotEntry
from strategy.swot.section import ExperienceSection, own_swot
from strategy.thread.selectors import thread_of
from tests import factories
from tests.acting import act_of


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def test_rest_adds_reads_changes_moves_and_archives(api, plan):
    desk = factories.touchpoint(plan=plan)
    body = {"plan": plan.pk, "quadrant": "weaknesses", "text": "Calls wait", "touchpoint": desk.pk}
    made = api.post("swot/", body)
    assert made.status_code == 201
    row = made.json()
    assert (row["about"], row["weight"], row["position"]) == (str(plan.ref), 3, 0)
    path = f"swot/{row['id']}/"
    assert api.patch(path, {"weight": 5}, If_Match=f'"swotentry-{row["id"]}-9"').status_code == 412
    assert api.patch(path, {"weight": 5}, If_Match=made["ETag"]).json()["weight"] == 5
    moved = api.post(f"{path}move/", {"quadrant": "threats", "position": 0})
    assert moved.json()["quadrant"] == "threats"
    for query, count in {
        f"?plan={plan.pk}": 1,
        "?quadrant=threats": 1,
        "?quadrant=strengths": 0,
        f"?touchpoint={desk.pk}": 1,
        f"?touchpoint={desk.pk + 1}": 0,
    }.items():
        assert len(api.get(f"swot/{query}").json()["results"]) == count
    assert api.get("swot/?quadrant=luck").status_code == 400
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.post(f"{path}restore/", {}).json()["archived_at"] is None


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"weight": 0}, "/weight"),
        ({"weight": 6}, "/weight"),
        ({"quadrant": "luck"}, "/quadrant"),
        ({"text": ""}, "/text"),
        ({"about": "plan:0"}, "/about"),
        ({"about": "nobody"}, "/about"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_kept_is_pointed_at(api, plan, over, pointer):
    body = {"plan": plan.pk, "quadrant": "threats", "text": "A rival"} | over
    refused = api.post("swot/", body)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_an_entry_stays_in_its_plan_and_with_whom_it_is_about(api, plan):
    other = factories.plan()
    theirs = factories.touchpoint(plan=other)
    path = f"swot/{factories.swotentry(plan=plan).pk}/"
    for over in ({"plan": other.pk}, {"about": str(other.ref)}, {"touchpoint": theirs.pk}):
        refused = api.patch(path, over)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == f"/{next(iter(over))}"
    goal = factories.goal()
    body = {"plan": plan.pk, "quadrant": "threats", "text": "x", "about": str(goal.ref)}
    assert api.post("swot/", body).json()["errors"][0]["pointer"] == "/about"


def test_a_swot_is_done_with_an_entry_or_a_reason_in_each_quadrant(cast, plan):
    found = own_swot(plan)
    assert (found.done, found.of, found.acts[0].words) == (0, 4, "Fill “Strengths” of the SWOT")
    entry = factories.swotentry(plan=plan)
    factories.swotentry(plan=plan, quadrant="weaknesses")
    factories.swotentry(plan=plan, quadrant="weaknesses")
    services.mark_none(plan, quadrant="threats", reason="Nobody flies here", by=cast.editor)
    assert own_swot(plan).done == 3
    factories.swotentry(plan=plan, quadrant="opportunities")
    assert own_swot(plan).is_done
    services.archive_entry(entry, by=cast.editor)
    services.mark_none(plan, quadrant="threats", reason="", by=cast.editor)
    assert own_swot(plan).done == 2


def test_an_entry_hangs_on_the_thread_between_touchpoint_and_evidence(cast, plan):
    desk = factories.touchpoint(plan=plan, name="Desk")
    entry = factories.swotentry(plan=plan, touchpoint=desk)
    known = factories.evidence(about=entry.ref, text="41 of 60")
    thread = thread_of(entry.ref, member=cast.viewer, most=5)
    assert [one.ref for group in thread.up for one in group.stitches] == [plan.ref, desk.ref]
    assert [one.ref for group in thread.down for one in group.stitches] == [known.ref]
    below = thread_of(desk.ref, member=cast.viewer, most=5).down
    assert [one.ref for group in below for one in group.stitches] == [entry.ref, known.ref]


def test_a_move_is_undone_with_those_it_pushed(cast, plan):
    first = factories.swotentry(plan=plan, text="a", position=0)
    factories.swotentry(plan=plan, text="b", position=1, quadrant="threats")
    with act_of(cast.editor) as act:
        services.move_entry(first, quadrant="threats", position=0, by=cast.editor)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    first.refresh_from_db()
    assert first.quadrant == "strengths"
    assert [one.position for one in SwotEntry.objects.filter(quadrant="threats")] == [1]


def test_marking_none_is_undone(cast, plan):
    with act_of(cast.editor) as act:
        services.mark_none(plan, quadrant="threats", reason="None", by=cast.editor)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    assert not Absence.objects.exists()
    assert own_swot(plan).done == 0


def test_step_two_is_done_only_with_grades_and_swot(cast, plan):
    section = ExperienceSection()
    desk = factories.touchpoint(plan=plan)
    factories.audit(touchpoint=desk, graded_on=plan.workspace.today())
    assert (section.completeness(plan).done, section.completeness(plan).of) == (1, 5)
    for quadrant in Quadrant:
        factories.swotentry(plan=plan, quadrant=quadrant)
    assert section.completeness(plan).is_done
    assert "Your own SWOT is filled." in section.completeness(plan).words


def test_words_too_long_for_an_entry_are_cut(cast, plan):
    desk = factories.touchpoint(plan=plan)
    made, is_new = services.entry_from(desk, "weaknesses", "wait " * 200, by=cast.editor)
    assert (len(made.text), made.text[-1], is_new) == (500, "…", True)
    assert services.entry_from(desk, "weaknesses", "wait " * 200, by=cast.editor) == (made, False)
