"""The history of a thing on its page: who sees it, what it says, and versions brought back."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.kept import all_kept
from strategy.goals import services as goals
from strategy.goals.models import Goal
from strategy.plans.services import change_plan
from tests import factories
from tests.acting import act_of

CAST = ["owner", "editor", "reviewer", "viewer", "stranger"]
EDITORS = ["owner", "editor"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def go(workspace):
    return lambda name, *args: reverse(name, args=[workspace.slug, *args])


@pytest.fixture
def goal(cast, scope):
    """A goal the editor wrote and changed."""
    # An id that no figure of the goal happens to be.
    metric = factories.metric(name="Recommendation", pk=987_654)
    cycle = factories.cycle(plan=metric.plan)
    with act_of(cast.editor):
        goal = goals.create_goal(
            by=cast.editor,
            cycle=cycle,
            statement="Passengers recommend us",
            starts_on=cycle.starts_on,
            due_on=cycle.ends_on,
        )
    with act_of(cast.editor):
        goals.change_goal(
            goal,
            by=cast.editor,
            statement="Most passengers recommend us",
            metric=metric,
            baseline=Decimal("24.5"),
            target="40",
            owner=cast.reviewer,
        )
    return Goal.objects.get(pk=goal.pk)


def outcome(who, allowed, done):
    return 404 if who == "stranger" else done if who in allowed else 403


@pytest.mark.parametrize("who", CAST)
def test_members_see_a_history_and_only_editors_change_it(cast, goal, go, who):
    page = cast.client(who).get(go("history", "goal", goal.pk))
    assert page.status_code == outcome(who, CAST, 200)
    if who != "stranger":
        assert ("Restore this version" in page.text) is (who in EDITORS)
        assert (">Undo<" in page.text) is (who == "editor"), "an act is taken back by who did it"


@pytest.mark.parametrize("who", CAST)
def test_only_editors_restore_undo_and_redo(cast, goal, go, who):
    client = cast.client(who)
    [oldest] = history_ids(goal)[-1:]
    restored = client.post(go("history-restore", "goal", goal.pk, oldest))
    assert restored.status_code == outcome(who, EDITORS, 302)
    for name in ("undo", "redo"):
        assert client.post(go(name)).status_code == outcome(who, EDITORS, 302)


def history_ids(goal):
    events = type(goal).pgh_event_model.objects.filter(pgh_obj_id=goal.pk).order_by("-pgh_id")
    return list(events.values_list("pgh_id", flat=True))


def test_a_history_is_told_in_words(cast, goal, go):
    page = cast.client("viewer").get(go("history", "goal", goal.pk)).text
    assert "Passengers</del>" in page
    assert "Most passengers</ins>" in page
    for words in (str(cast.editor), str(cast.reviewer), "Recommendation", "24.5", "made it"):
        assert words in page
    assert f">{goal.metric_id}<" not in page


def test_a_version_is_restored_as_one_more_edit_that_can_be_undone(cast, goal, go):
    client = cast.client("owner")
    [_newest, oldest] = history_ids(goal)
    body = {"version": goal.version}
    page = client.post(go("history-restore", "goal", goal.pk, oldest), body, follow=True)
    assert "“Passengers recommend us” is as it was then." in page.text
    assert "brought back an earlier version" in page.text
    again = Goal.objects.get(pk=goal.pk)
    assert (again.statement, again.metric, again.version) == (
        "Passengers recommend us",
        None,
        goal.version + 1,
    )
    client.post(go("undo"))
    again.refresh_from_db()
    assert (again.statement, again.target) == ("Most passengers recommend us", Decimal(40))
    assert again.version == goal.version + 2


def test_a_version_is_not_restored_over_what_was_not_seen(cast, goal, go):
    oldest = history_ids(goal)[-1]
    body = {"version": goal.version - 1}
    page = cast.client("owner").post(
        go("history-restore", "goal", goal.pk, oldest), body, follow=True
    )
    assert "Somebody changed it meanwhile" in page.text
    assert Goal.objects.get(pk=goal.pk).statement == "Most passengers recommend us"


def test_a_version_of_another_thing_or_workspace_is_not_found(cast, goal, go):
    client = cast.client("owner")
    other = factories.goal(cycle=goal.cycle)
    with workspace_scope(cast.stranger.workspace_id):
        theirs = factories.goal()
        version = history_ids(theirs)[0]
    assert client.get(go("history", "goal", theirs.pk)).status_code == 404
    for row, number in ((theirs.pk, version), (goal.pk, version), (other.pk, history_ids(goal)[0])):
        assert client.post(go("history-restore", "goal", row, number)).status_code == 404
    assert client.get(go("history", "nonsense", goal.pk)).status_code == 404


def test_markup_in_a_history_is_shown_as_text(cast, goal, go):
    with act_of(cast.editor):
        goals.change_goal(goal, by=cast.editor, statement="<script>alert(1)</script>")
    page = cast.client("viewer").get(go("history", "goal", goal.pk)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_page_offers_its_act_back_and_returns_to_where_it_was(cast, goal, go):
    client = cast.client("editor")
    tree = go("goal-tree", goal.cycle.plan_id)
    moved = client.post(go("goal-archive", goal.pk), headers=HTMX).text
    address = moved.split('action="')[-1].split('"')[0]
    assert "/undo/" in address
    back = client.post(address, headers={"Referer": f"http://testserver{tree}?cycle=1"})
    assert back.headers["Location"] == f"{tree}?cycle=1"
    page = client.get(tree).text
    assert "Taken back: “Most passengers recommend us” archived" in page
    swapped = client.post(go("redo"), headers=HTMX | {"HX-Current-URL": f"http://testserver{tree}"})
    assert tree in swapped.headers["HX-Location"]
    assert "Done again: “Most passengers recommend us” archived" in client.get(tree).text


def test_an_undo_leads_to_the_plan_when_its_own_page_is_gone(cast, scope, go):
    plan = factories.plan()
    client = cast.client("editor")
    client.post(
        go("metric-new", plan.pk) + "?kind=nps",
        {"name": "Lounge", "kind": "nps", "window_days": 28},
    )
    metric = plan.metrics.get()
    here = f"http://testserver{go('metric', metric.pk)}"
    back = client.post(go("undo"), headers={"Referer": here})
    assert back.headers["Location"] == go("plan", plan.pk)
    assert not plan.metrics.exists()


def test_an_undo_never_leads_off_the_workspace(cast, goal, go):
    back = cast.client("editor").post(go("undo"), headers={"Referer": "https://elsewhere.example/"})
    assert back.headers["Location"] == go("workspace-home")


def test_who_changed_a_row_is_named_where_an_undo_is_refused(cast, goal, go):
    with act_of(cast.owner):
        goals.change_goal(goal, by=cast.owner, statement="Theirs")
    page = cast.client("editor").post(go("undo"), follow=True).text
    assert f"{cast.owner} changed “Theirs” on" in page
    assert Goal.objects.get(pk=goal.pk).statement == "Theirs"


def test_nothing_to_undo_is_said(cast, scope, go):
    page = cast.client("editor").post(go("undo"), follow=True).text
    assert "There is nothing of yours to take back." in page


def test_a_history_costs_the_same_however_long_it_is(cast, scope, go):
    client = cast.client("viewer")
    counts = []
    for length in (3, 30):
        goal = factories.goal()
        for at in range(length):
            with act_of(cast.editor):
                goals.change_goal(goal, by=cast.editor, statement=f"Version {at}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(go("history", "goal", goal.pk))
        counts.append(len(queries))
        assert page.status_code == 200
    assert counts[0] == counts[1]


def test_a_long_history_is_paged(cast, scope, go):
    goal = factories.goal()
    for at in range(30):
        with act_of(cast.editor):
            goals.change_goal(goal, by=cast.editor, statement=f"Version {at}")
    client = cast.client("viewer")
    first = client.get(go("history", "goal", goal.pk)).text
    older = go("history", "goal", goal.pk) + first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(older).text
    assert first.count("history-act") == 25
    assert second.count("history-act") == 6
    assert "made it" in second


@pytest.mark.parametrize("kept", [one for one in all_kept() if one.path], ids=lambda one: one.kind)
def test_every_kind_of_thing_has_a_history_page(cast, scope, go, kept):
    row = getattr(factories, kept.kind)()
    page = cast.client("viewer").get(go("history", kept.kind, row.pk))
    assert page.status_code == 200
    assert "made it" in page.text


def test_json_and_choices_are_told_in_words(cast, scope, go):
    plan = factories.plan()
    with act_of(cast.editor):
        change_plan(plan, by=cast.editor, segments={"country": ["LT", "LV"]}, currency="USD")
    page = cast.client("viewer").get(go("history", "plan", plan.pk)).text
    assert "country: LT, LV" in page
