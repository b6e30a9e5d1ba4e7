"""The tree of goals on its page: who sees and does what, by plain forms and by htmx."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.models import Goal, Tally
from strategy.plans.services import approve_plan
from tests import factories

CAST = ["owner", "editor", "reviewer", "viewer", "stranger"]
EDITORS = ["owner", "editor"]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def today(workspace):
    return workspace.today()


@pytest.fixture
def goals(scope, today):
    """A top goal with two below, measured by a metric with a month of answers."""
    plan = factories.plan(name="Skylark 2026")
    cycle = factories.cycle(
        plan=plan,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=300),
    )
    metric = factories.metric(plan=plan, name="Recommendation")
    rows = [(9, 60), (8, 20), (3, 20)]
    for back in range(28):
        for bucket, n in rows:
            Tally(
                metric=metric, source="t", day=today - timedelta(days=back), bucket=bucket,
                n=n, total=bucket * n, squares=bucket * bucket * n,
            ).save()  # fmt: skip
    top = factories.goal(cycle=cycle, metric=metric, baseline=24, target=34, statement="Top")
    first = factories.goal(cycle=cycle, parent=top, statement="First", position=0)
    second = factories.goal(cycle=cycle, parent=top, statement="Second", position=1)
    return top, first, second


@pytest.fixture
def go(workspace):
    """Return the address of a page in the workspace."""
    return lambda name, *args: reverse(name, args=[workspace.slug, *args])


def typed(**over):
    form = {
        "statement": "Passengers find it easy to rebook",
        "kind": "reach",
        "starts_on": "2026-11-01",
        "due_on": "2026-12-01",
        "weight": "1",
        "checkpoints-TOTAL_FORMS": "2",
        "checkpoints-INITIAL_FORMS": "0",
    }
    return form | over


def dated(goal, **over):
    return (
        typed(
            statement=goal.statement,
            version=str(goal.version),
            starts_on=goal.starts_on.isoformat(),
            due_on=goal.due_on.isoformat(),
            metric=goal.metric_id or "",
            baseline="" if goal.baseline is None else str(goal.baseline),
            target="" if goal.target is None else str(goal.target),
            serves=f"goal:{goal.parent_id}" if goal.parent_id else "",
        )
        | over
    )


def outcome(who, allowed, done):
    return 404 if who == "stranger" else done if who in allowed else 403


@pytest.mark.parametrize("who", CAST)
def test_members_see_the_tree_and_only_editors_its_controls(cast, goals, go, who):
    page = cast.client(who).get(go("goal-tree", goals[0].cycle.plan_id))
    assert page.status_code == outcome(who, CAST, 200)
    if who != "stranger":
        assert "Recommendation" in page.text
        assert ("data-grip" in page.text) is (who in EDITORS)


@pytest.mark.parametrize("who", CAST)
def test_only_editors_write_change_move_and_archive(cast, goals, go, who):
    top, first, second = goals
    client, plan = cast.client(who), top.cycle.plan_id
    acts = [
        (go("goal-new", plan), dated(top, serves="")),
        (go("goal-edit", first.pk), dated(first) | {"statement": "Anew"}),
        (go("goal-move", second.pk), {"to": "up"}),
        (go("goal-archive", second.pk), {}),
        (go("goal-restore", second.pk), {}),
    ]
    for address, body in acts:
        assert client.post(address, body).status_code == outcome(who, EDITORS, 302), address
    checked = client.post(go("goal-check", plan), dated(top))
    assert checked.status_code == outcome(who, EDITORS, 200)


@pytest.mark.parametrize("who", CAST)
def test_everybody_but_viewers_checks_in(cast, goals, go, who):
    body = {"note": "Waiting for the funds.", "confidence": "3"}
    reply = cast.client(who).post(go("goal-check-in", goals[0].pk), body)
    assert reply.status_code == outcome(who, ["owner", "editor", "reviewer"], 302)
    if reply.status_code == 302:
        page = cast.client(who).get(go("goal", goals[0].pk)).text
        assert "Waiting for the funds." in page
        assert "confidence 3 of 5" in page


def test_an_empty_check_in_keeps_the_page(cast, goals, go):
    reply = cast.client("reviewer").post(go("goal-check-in", goals[0].pk), {"note": ""})
    assert reply.status_code == 422


@pytest.mark.parametrize("who", CAST)
def test_members_read_a_goals_own_page(cast, goals, go, who):
    page = cast.client(who).get(go("goal", goals[0].pk))
    assert page.status_code == outcome(who, CAST, 200)
    if who != "stranger":
        assert "What it takes" in page.text
        assert ("Change the goal" in page.text) is (who in EDITORS)


def test_a_relative_target_is_echoed_before_and_kept_absolute(cast, goals, go, today):
    top = goals[0]
    body = dated(top) | {"baseline": "50", "target": "−20 %"}
    client = cast.client("editor")
    said = client.post(go("goal-check", top.cycle.plan_id), body | {"goal": top.pk}).text
    assert "means <b>40</b>" in said
    assert Goal.objects.get(pk=top.pk).target == 34, "a check writes nothing"
    client.post(go("goal-edit", top.pk), body)
    top.refresh_from_db()
    assert (top.target, top.target_sentence) == (40, "−20 %")
    assert 'value="−20 %"' in client.get(go("goal-edit", top.pk)).text


def test_bad_input_keeps_what_was_typed_and_says_why(cast, goals, go):
    first = goals[1]
    body = dated(first) | {"due_on": "2099-01-01", "target": "soon", "statement": "Half a thought"}
    reply = cast.client("editor").post(go("goal-edit", first.pk), body, **HTMX)
    assert reply.status_code == 422
    assert "Half a thought" in reply.text
    assert 'value="soon"' in reply.text
    assert "Write a number, or a change" in reply.text
    assert "<html" not in reply.text
    whole = cast.client("editor").post(go("goal-edit", first.pk), body)
    assert whole.status_code == 422
    assert "<html" in whole.text
    reply = cast.client("editor").post(go("goal-edit", first.pk), body | {"target": "60"})
    assert "The cycle ends before." in reply.text


def test_a_kept_level_needs_a_bound_and_forgets_the_target(cast, goals, go):
    top, client = goals[0], cast.client("editor")
    body = dated(top) | {"kind": "keep"}
    assert client.post(go("goal-edit", top.pk), body).status_code == 422
    assert client.post(go("goal-edit", top.pk), body | {"floor": "20.5"}).status_code == 302
    top.refresh_from_db()
    assert (top.floor, top.target) == (20.5, None)
    back = dated(top) | {"version": top.version, "kind": "reach", "target": "40"}
    client.post(go("goal-edit", top.pk), back)
    top.refresh_from_db()
    assert (top.floor, top.target) == (None, 40)


def test_the_past_is_offered_and_taken_as_baseline_with_its_n(cast, goals, go):
    top, client = goals[0], cast.client("editor")
    opened = client.get(go("goal-edit", top.pk), **HTMX).text
    assert "Last 90 days:" in opened
    assert "n 2,800" in opened
    taken = client.post(go("goal-edit", top.pk), dated(top) | {"take": "1"}, **HTMX)
    assert taken.status_code == 200
    assert 'name="baseline" value="40"' in taken.text
    assert Goal.objects.get(pk=top.pk).baseline == 24, "taking it into the form keeps nothing yet"
    client.post(go("goal-edit", top.pk), dated(top) | {"baseline": "40", "target": "+5"})
    top.refresh_from_db()
    assert (top.baseline, top.baseline_n, top.target) == (40, 2800, 45)
    assert top.baseline_se > 0


def test_owner_checkpoints_and_what_it_serves_are_kept(cast, goals, go, today):
    first = goals[1]
    day = (today + timedelta(days=10)).isoformat()
    body = dated(first) | {
        "owner": str(cast.reviewer),
        "serves": "benefit:loyalty",
        "checkpoints-0-on": day,
        "checkpoints-0-value": "3.5",
    }
    client = cast.client("editor")
    assert client.post(go("goal-edit", first.pk), body).status_code == 302
    first.refresh_from_db()
    assert (first.owner, first.parent, first.benefit) == (cast.reviewer, None, "loyalty")
    assert first.checkpoints == [{"on": day, "value": "3.5"}]
    body = dated(first) | {"owner": "Ana, agency", "serves": "benefit:loyalty"}
    client.post(go("goal-edit", first.pk), body)
    first.refresh_from_db()
    assert (first.owner, first.owner_name) == (None, "Ana, agency")


def test_two_who_edit_at_once_lose_no_word(cast, goals, go):
    first = goals[1]
    mine = dated(first) | {"statement": "My words", "achievable": "Because we can"}
    theirs = dated(first) | {"statement": "Their words", "relevant": "It matters"}
    assert cast.client("owner").post(go("goal-edit", first.pk), theirs).status_code == 302
    client = cast.client("editor")
    reply = client.post(go("goal-edit", first.pk), mine, **HTMX)
    assert reply.status_code == 409
    for words in ("Nothing is lost", "My words", "Their words", "Because we can", "It matters"):
        assert words in reply.text
    first.refresh_from_db()
    assert first.statement == "Their words"
    again = mine | {"version": first.version, "relevant": "It matters"}
    assert client.post(go("goal-edit", first.pk), again).status_code == 302
    first.refresh_from_db()
    assert (first.statement, first.relevant) == ("My words", "It matters")


@pytest.mark.parametrize(
    ("who", "to", "parent", "order"),
    [
        (2, "up", "Top", ["Second", "First"]),
        (1, "down", "Top", ["Second", "First"]),
        (2, "in", "First", ["Second"]),
        (1, "out", None, ["Top", "First"]),
        (1, "up", "Top", ["First", "Second"]),
        (0, "out", None, ["Top"]),
    ],
)
def test_a_goal_moves_by_steps(cast, goals, go, who, to, parent, order):
    reply = cast.client("editor").post(go("goal-move", goals[who].pk), {"to": to}, **HTMX)
    assert reply.status_code == 200
    assert reply["HX-Retarget"] == "#tree"
    moved = Goal.objects.get(pk=goals[who].pk)
    assert (moved.parent.statement if moved.parent else None) == parent
    siblings = Goal.objects.filter(parent=moved.parent).order_by("position", "pk")
    assert [one.statement for one in siblings] == order
    assert f'id="name-{moved.pk}"' in reply.text
    assert 'id="said"' in reply.text


def test_a_goal_is_dropped_before_another_one(cast, goals, go):
    top, first, second = goals
    body = {"under": top.pk, "before": first.pk}
    cast.client("editor").post(go("goal-move", second.pk), body)
    assert list(top.children.values_list("statement", flat=True)) == ["Second", "First"]
    cast.client("editor").post(go("goal-move", top.pk), {"under": first.pk, "before": ""})
    top.refresh_from_db()
    assert top.parent is None, "a goal cannot serve one of its own"


def test_what_changed_is_told_with_who_and_whether_it_was_approved(cast, goals, go):
    top, client = goals[0], cast.client("editor")
    approve_plan(top.cycle.plan, by=cast.owner)
    body = dated(top) | {"target": "30", "relevant": "It matters"}
    assert client.post(go("goal-edit", top.pk), body).status_code == 302
    page = client.get(go("goal", top.pk)).text
    for words in ("<dt>target lowered</dt>", ">34</span>", ">30</b>", "<dt>why it matters</dt>"):
        assert words in page
    assert "after approval" in page
    assert f"{cast.editor}</b> changed it" in page
    top.refresh_from_db()
    client.post(go("goal-edit", top.pk), dated(top) | {"relevant": "", "weight": "2"})
    assert client.get(go("goal", top.pk)).text.count("after approval") == 1


def test_a_goal_read_from_its_children_names_the_one_that_holds_it_back(cast, goals, go, today):
    top, first, second = goals
    metric = top.metric
    Goal.objects.filter(pk=top.pk).update(metric=None)
    for goal, target in ((first, 41), (second, 90)):
        body = dated(goal) | {"metric": metric.pk, "baseline": "20", "target": str(target)}
        assert cast.client("editor").post(go("goal-edit", goal.pk), body).status_code == 302
    page = cast.client("viewer").get(go("goal", top.pk)).text
    assert "2 of 2 sub-goals have data" in page
    assert "“Second” holds it back most." in page
    assert "weighs 50" in page


def test_a_value_that_stands_for_itself_shows_no_n(cast, goals, go, today):
    top = goals[0]
    worth = factories.metric(plan=top.cycle.plan, kind="value", unit="EUR", name="Lifetime value")
    Tally(metric=worth, source="o", day=today, bucket=0, n=1, total=410, squares=168_100).save()
    body = dated(top) | {"metric": worth.pk}
    said = cast.client("editor").post(go("goal-check", top.cycle.plan_id), body).text
    assert "410\N{NO-BREAK SPACE}EUR" in said
    assert ", n 1" not in said


def test_an_archived_branch_is_undone_at_once(cast, goals, go):
    top, client = goals[0], cast.client("editor")
    reply = client.post(go("goal-archive", top.pk), **HTMX)
    [undo] = re.findall(r'action="([^"]+/undo/[^"]+)"', reply.text.split('id="toasts"')[1])
    assert "3 archived goals" not in reply.text, "only the top of the branch is listed"
    assert "1 archived goal" in reply.text
    client.post(undo, **HTMX)
    assert Goal.objects.filter(archived_at=None).count() == 3


def test_a_new_goal_stands_under_the_one_it_serves(cast, goals, go):
    top, client = goals[0], cast.client("editor")
    address = go("goal-new", top.cycle.plan_id) + f"?under={top.pk}"
    form = client.get(address, **HTMX).text
    assert f'value="goal:{top.pk}" selected' in form
    assert client.post(address, dated(top, owner="Ana") | {"serves": f"goal:{top.pk}"}, **HTMX)
    assert top.children.count() == 3


def test_the_number_of_queries_does_not_grow_with_the_tree(cast, goals, go):
    top, client = goals[0], cast.client("editor")
    pages = [go("goal-tree", top.cycle.plan_id), go("goal", top.pk), go("goal-edit", top.pk)]

    def cost():
        counts = []
        for address in pages:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    few = cost()
    for number in range(27):
        metric = top.metric if number % 2 else factories.metric(plan=top.cycle.plan)
        factories.goal(cycle=top.cycle, parent=top, metric=metric, owner=cast.editor)
    assert cost() == few


def test_a_goal_of_another_workspace_is_nowhere(cast, goals, go):
    with workspace_scope(cast.stranger.workspace_id):
        foreign = factories.goal()
    client = cast.client("owner")
    assert client.get(go("goal", foreign.pk)).status_code == 404
    assert client.get(go("goal-tree", foreign.cycle.plan_id)).status_code == 404
    assert client.post(go("goal-move", goals[1].pk), {"under": foreign.pk}).status_code == 302
    goals[1].refresh_from_db()
    assert goals[1].parent == goals[0]


def test_a_plan_without_goals_teaches_the_first(cast, scope, go, today):
    plan = factories.cycle(starts_on=today, ends_on=today + timedelta(days=90)).plan
    assert "Write the first goal" in cast.client("editor").get(go("goal-tree", plan.pk)).text
    assert "Write the first goal" not in cast.client("viewer").get(go("goal-tree", plan.pk)).text
