"""Leaders see in one look how the goals stand, how sure that is, and what changed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from strategy.goals.models import CheckIn, GoalState, ProgressPoint
from strategy.models import Plan
from tests import factories
from tests.airline import Skylark, answers, running_cycle, take_in


def address(workspace, plan, **asked):
    return reverse("dashboard", args=[workspace.slug, plan.pk], query=asked or None)


@pytest.fixture
def skylark(scope, cast):
    return Skylark(scope, by=cast.editor)


@pytest.fixture
def page(skylark, cast, workspace):
    return cast.client("viewer").get(address(workspace, skylark.plan)).content.decode()


def row(html, goal):
    """Return the part of a page that draws one goal, up to the next one."""
    return html.split('id="rows"')[1].split(goal.statement, 1)[1].split("goal-name", 1)[0]


def test_the_headline_is_the_finding(page):
    assert "1 of 6 goals is on track; 1 needs a look." in page
    assert "“Rebooking is easy” is furthest behind" in page


def test_every_member_reads_the_page_and_a_stranger_does_not(skylark, cast, workspace):
    where = address(workspace, skylark.plan)
    for name in ("owner", "editor", "reviewer", "viewer"):
        assert cast.client(name).get(where).status_code == 200
    assert cast.client("stranger").get(where).status_code == 404


def test_a_goal_too_close_to_call_says_which_way_it_leans_and_what_would_settle_it(page, skylark):
    said = row(page, skylark.recommend)
    assert "Too close to call" in said
    assert "leaning at risk" in said
    assert "more answers to settle it" in said


def test_a_value_stands_with_its_margin_and_its_n(page, skylark):
    said = row(page, skylark.seats)
    assert "±2.8" in said
    assert "n&nbsp;=&nbsp;1,120" in said
    assert "from 50 to 70 %" in said


def test_a_week_is_compared_with_the_week_before_and_its_margin(page, skylark):
    assert "Up 0.6\xa0points since last week, within the margin" in row(page, skylark.seats)


def test_answers_too_old_for_the_window_are_shown_as_stale_with_their_day(page, skylark):
    said = row(page, skylark.belt)
    assert "No answers in the last 28 days" in said
    assert "last 75 %" in said
    assert "No data" in said


def test_a_goal_without_answers_says_so_and_never_zero(page, skylark):
    said = row(page, skylark.wait)
    assert "No answers yet" in said
    assert "<b>0" not in said


def test_a_parent_says_how_many_of_its_goals_have_data(page, skylark):
    assert "0 of 2 goals below have data" in row(page, skylark.ground)


def test_a_parent_names_the_goal_that_holds_it_back(skylark, cast, workspace):
    take_in(workspace, answers(skylark.bags, skylark.today, [(5, 90), (1, 10)]))
    take_in(workspace, answers(skylark.lounge, skylark.today, [(5, 10), (1, 90)]))
    html = cast.client("viewer").get(address(workspace, skylark.plan)).content.decode()
    assert "Held back most by “The lounge is worth a wait”" in row(html, skylark.ground)


def test_the_newest_check_in_is_read_beside_the_figures(page, skylark):
    assert "61 % still have to call us." in row(page, skylark.rebook)


def test_only_who_may_check_in_is_asked_to(skylark, cast, workspace):
    where = address(workspace, skylark.plan)
    assert "Check in" not in cast.client("viewer").get(where).content.decode()
    assert "Check in" in cast.client("reviewer").get(where).content.decode()


# --- filters --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"status": "off_track"}, ["Rebooking is easy"], ["Passengers sit well"]),
        ({"q": "lounge WAIT"}, ["The lounge is worth a wait"], ["Bags are there in time"]),
        ({"owner": "Ground operations"}, ["Bags are there"], ["Passengers sit well"]),
    ],
    ids=["status", "words", "owner"],
)
def test_filters_narrow_the_rows_without_a_script(skylark, cast, workspace, asked, shown, hidden):
    html = cast.client("viewer").get(address(workspace, skylark.plan, **asked)).content.decode()
    rows = html.split('id="rows"')[1]
    assert all(words in rows for words in shown)
    assert not any(words in rows for words in hidden)
    assert "1 of 6 goals is on track" in html


def test_a_match_keeps_the_goals_it_serves_in_sight(skylark, cast, workspace):
    html = (
        cast.client("viewer").get(address(workspace, skylark.plan, q="rebooking")).content.decode()
    )
    assert "is-context" in html
    assert "Passengers recommend us" in html.split('id="rows"')[1]


def test_no_match_offers_the_way_back(skylark, cast, workspace):
    html = (
        cast.client("viewer").get(address(workspace, skylark.plan, q="zeppelin")).content.decode()
    )
    assert "Show all goals" in html


# --- empty ----------------------------------------------------------------------------------


def test_a_plan_without_goals_teaches_the_first_step(scope, cast):
    plan = running_cycle(scope).plan
    assert "one thing that must become true" in (
        cast.client("editor").get(address(scope, plan)).content.decode()
    )


def test_goals_without_any_data_say_what_brings_it(scope, cast):
    cycle = running_cycle(scope)
    factories.goal(cycle=cycle, metric=factories.metric(plan=cycle.plan), baseline=1, target=2)
    html = cast.client("viewer").get(address(scope, cycle.plan)).content.decode()
    assert "No goal has data yet." in html
    assert "as soon as its metric receives answers" in html


# --- live -----------------------------------------------------------------------------------


def poll(client, workspace, plan, seen):
    return client.get(address(workspace, plan, seen=seen), headers={"HX-Request": "true"})


def test_an_unchanged_page_costs_one_read_beyond_who_asks(
    skylark, cast, workspace, django_assert_num_queries
):
    client, seen = cast.client("viewer"), Plan.objects.get().pulse.number
    with django_assert_num_queries(4):  # session, person, membership, pulse
        assert poll(client, workspace, skylark.plan, seen).status_code == 204


def test_a_changed_page_sends_the_rows_with_the_pulse_they_show(skylark, cast, workspace):
    seen = Plan.objects.get().pulse.number
    take_in(workspace, answers(skylark.lounge, skylark.today, [(5, 90), (1, 10)]))
    reply = poll(cast.client("viewer"), workspace, skylark.plan, seen)
    html = reply.content.decode()
    assert reply.status_code == 200
    assert "<html" not in html
    assert "n&nbsp;=&nbsp;100" in html
    assert f"seen={seen + 1}" in html
    assert 'id="finding" hx-swap-oob="true"' in html


def test_the_live_part_keeps_the_filter(skylark, cast, workspace):
    html = cast.client("viewer").get(address(workspace, skylark.plan, q="lounge")).content.decode()
    assert "dashboard/?q=lounge&amp;seen=" in html


def test_an_ended_session_sends_the_live_part_to_the_sign_in(skylark, client, workspace):
    reply = poll(client, workspace, skylark.plan, 0)
    assert reply.status_code == 401
    assert "HX-Redirect" in reply.headers


# --- cost -----------------------------------------------------------------------------------


def many_goals(workspace, count):
    cycle = running_cycle(workspace)
    today, parent = workspace.today(), None
    for number in range(count):
        metric = factories.metric(plan=cycle.plan) if number % 5 else None
        goal = factories.goal(
            cycle=cycle,
            metric=metric,
            baseline=0,
            target=50,
            parent=parent,
            statement=f"Goal {number}",
        )
        CheckIn(goal=goal, note="so so").save()
        if metric:
            GoalState(goal=goal, value=20, n=9, window_ends=today, metric_version=1).save()
            ProgressPoint(
                goal=goal, day=today - timedelta(7), value=10, n=9, status="on_track"
            ).save()
        else:
            parent = goal
    return cycle.plan


@pytest.mark.parametrize("count", [3, 30, 50])
def test_the_page_costs_the_same_however_many_goals(
    scope, cast, count, django_assert_max_num_queries
):
    plan = many_goals(scope, count)
    client = cast.client("editor")
    with django_assert_max_num_queries(13) as asked:
        assert client.get(address(scope, plan)).status_code == 200
    assert len(asked) == 10


def test_another_workspaces_plan_is_not_there(cast, workspace):
    with workspace_scope(cast.stranger.workspace_id):
        theirs = factories.plan()
    assert cast.client("owner").get(address(workspace, theirs)).status_code == 404
    assert poll(cast.client("owner"), workspace, theirs, 0).status_code == 404
