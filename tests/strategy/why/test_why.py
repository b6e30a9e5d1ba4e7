"""Why a goal stands where it stands: where the change lies, and how sure that is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from strategy import intake
from strategy.goals.selectors import where_they_stand
from strategy.goals.services import check_in
from strategy.metrics.pending import Add, append_adds
from strategy.metrics.services import redefine_metric
from strategy.why.account import Why, pulls_of
from strategy.why.movement import movement_of
from tests import factories


def count(scene, metric, scores, *, days_ago, touchpoint=None, segments=()):
    day = scene.plan.workspace.today() - timedelta(days=days_ago)
    place = touchpoint.pk if touchpoint else None
    append_adds(
        Add("survey:1", day, metric.pk, place, segments, s, n, s * n, s * s * n)
        for s, n in scores.items()
    )
    intake.drain(scene.plan.workspace_id)


def moved(scene, goal=None):
    goal = goal or scene.goal
    found = movement_of(type(goal).objects.get(pk=goal.pk), scene.plan.workspace.today())
    assert found is not None
    return found


def parts(found, name=""):
    breakdown = next(one for one in found.breakdowns if one.name == name)
    return breakdown, {one.key: one for one in breakdown.parts}


def test_then_and_now_stand_with_n_and_the_textbooks_intervals(inside):
    found = moved(inside).moved
    low, high = proportion_confint(38, 60, method="wilson")
    assert found.before is not None
    assert found.after is not None
    assert found.change is not None
    assert (found.before.n, found.after.n) == (60, 50)
    assert (found.before.low, found.before.high) == pytest.approx((100 * low, 100 * high))
    ends = confint_proportions_2indep(45, 50, 38, 60, compare="diff", method="newcomb")
    assert (found.change.low, found.change.high) == pytest.approx([100 * end for end in ends])
    assert found.change.value == pytest.approx(90 - 100 * 38 / 60)


def test_what_the_touchpoints_add_is_the_whole_change(inside):
    found = moved(inside)
    places, by_key = parts(found)
    assert found.moved.change is not None
    assert places.total == pytest.approx(found.moved.change.value)
    cabin, lounge = by_key[inside.cabin.pk], by_key[inside.lounge.pk]
    assert cabin.shift is not None
    assert lounge.shift is not None
    # Kitagawa by hand: shares 2/3 and 4/5 of the answers, scores 50 and 90, the lounge at 90.
    whole = (100 * 38 / 60 + 90) / 2
    assert float(cabin.shift.own) == pytest.approx((2 / 3 + 4 / 5) / 2 * 40)
    assert float(cabin.shift.mix) == pytest.approx((4 / 5 - 2 / 3) * (70 - whole))
    assert float(lounge.shift.own) == pytest.approx(0)
    assert float(cabin.shift.total + lounge.shift.total) == pytest.approx(places.total)
    assert [one.key for one in places.parts] == [inside.cabin.pk, inside.lounge.pk]


def test_answers_that_name_nothing_are_kept_apart_and_still_add_up(inside):
    count(inside, inside.seat, {5: 12, 1: 3}, days_ago=4)
    found = moved(inside)
    places, by_key = parts(found)
    assert places.rest is not None
    assert places.rest.after is not None
    assert (places.rest.before, places.rest.after.n) == (None, 15)
    shifts = [one.shift for one in (*by_key.values(), places.rest) if one.shift]
    assert found.moved.change is not None
    assert float(sum(one.total for one in shifts)) == pytest.approx(found.moved.change.value)
    segments, _ = parts(found, "Travel")
    assert segments.rest is not None
    assert segments.rest.after is not None
    assert segments.rest.after.n == 25


def test_too_few_answers_are_shown_last_and_not_ranked(inside):
    gate = factories.touchpoint(plan=inside.plan, name="Gate")
    count(inside, inside.seat, {5: 9}, days_ago=70, touchpoint=gate)
    count(inside, inside.seat, {1: 400}, days_ago=2, touchpoint=gate)
    places, _ = parts(moved(inside))
    assert [one.key for one in places.few] == [gate.pk]
    assert places.parts[-1].key == gate.pk
    assert gate.pk not in [one.key for one in places.ranked]


def test_a_change_no_larger_than_chance_is_called_so(cast, inside):
    why = Why(inside.goal, cast.viewer)
    assert "rose by" in why.sentence
    assert "lies at Cabin, whose own score changed" in why.sentence
    count(inside, inside.seat, {1: 20}, days_ago=1)
    assert "chance" in Why(inside.goal, cast.viewer).sentence


def test_a_redefinition_in_between_is_never_pooled_across(cast, inside):
    day = inside.plan.workspace.today() - timedelta(days=20)
    redefine_metric(inside.seat, from_day=day, by=cast.owner, top_box_from=5)
    inside.goal.refresh_from_db()
    found = moved(inside)
    assert found.windows.redefined
    assert (found.moved.before, found.windows.now.first) == (None, day)
    assert found.moved.after is not None
    assert found.moved.after.value == 0
    why = Why(type(inside.goal).objects.get(pk=inside.goal.pk), cast.viewer)
    assert "redefined" in why.caveats[0]


def test_the_windows_of_a_young_goal_share_no_answer(inside):
    goal = inside.goal
    count(inside, inside.seat, {5: 12}, days_ago=9)
    goal.starts_on = inside.plan.workspace.today() - timedelta(days=5)
    goal.save()
    windows = moved(inside).windows
    assert windows.since_start
    assert windows.then is not None
    assert (windows.now.first, windows.then.last) == (
        goal.starts_on,
        goal.starts_on - timedelta(days=1),
    )


def test_without_answers_from_before_it_is_compared_with_the_first_since(inside):
    ease = factories.metric(plan=inside.plan, kind="csat", name="Ease", window_days=7)
    goal = factories.goal(cycle=inside.goal.cycle, metric=ease)
    count(inside, ease, {5: 10, 1: 10}, days_ago=50)
    count(inside, ease, {5: 20}, days_ago=1)
    found = moved(inside, goal)
    assert found.windows.late
    assert found.moved.change is not None
    assert found.moved.change.value == pytest.approx(50)


def test_older_answers_stand_in_where_the_days_before_it_are_empty(inside):
    goal = inside.goal
    goal.starts_on = inside.plan.workspace.today() - timedelta(days=20)
    goal.save()
    found = moved(inside)
    assert found.windows.older
    assert found.moved.before is not None
    assert found.moved.before.n == 60


def test_a_goal_at_one_touchpoint_shows_its_own_figure_beside_the_metrics(cast, inside):
    goal = factories.goal(
        cycle=inside.goal.cycle, metric=inside.seat, touchpoint=inside.cabin, baseline=50, target=80
    )
    found = moved(inside, goal)
    assert found.moved.before is not None
    assert (found.moved.before.value, found.breakdowns) == (50, ())
    assert found.whole is not None
    assert found.whole.before is not None
    assert found.whole.before.n == 60
    assert any("not by both" in words for words in Why(goal, cast.viewer).caveats)


def test_a_goal_at_a_touchpoint_and_in_a_segment_is_read_from_raw_answers(inside):
    goal = factories.goal(
        cycle=inside.goal.cycle,
        metric=inside.seat,
        touchpoint=inside.cabin,
        segment="Travel=Business",
    )
    found = moved(inside, goal)
    assert found.moved.after is not None
    assert (found.moved.after.value, found.moved.after.n) == (90, 40)


def test_a_median_has_no_parts_that_add_up(cast, inside):
    wait = factories.metric(
        plan=inside.plan, kind="duration", method="median", name="Wait", higher_is_better=False
    )
    goal = factories.goal(cycle=inside.goal.cycle, metric=wait)
    day = inside.plan.workspace.today()
    for back, ms in ((70, 60_000), (1, 30_000)):
        append_adds(
            [
                Add(
                    "survey:1",
                    day - timedelta(back),
                    wait.pk,
                    inside.cabin.pk,
                    (),
                    220,
                    20,
                    ms * 20,
                    ms * ms * 20,
                )
            ]
        )
    intake.drain(inside.plan.workspace_id)
    [places] = moved(inside, goal).breakdowns
    assert not places.is_split
    assert any("no mean" in words for words in Why(goal, cast.viewer).caveats)


def test_the_pulls_of_sub_goals_add_up_to_the_distance_of_their_parent(cast, inside):
    other = factories.goal(
        cycle=inside.goal.cycle,
        parent=inside.top,
        metric=inside.seat,
        baseline=90,
        target=60,
        weight=3,
    )
    workspace = inside.plan.workspace
    where = where_they_stand([inside.top], workspace=workspace)[inside.top.pk]
    pulls = pulls_of(where)
    assert set(pulls) == {inside.goal.pk, other.pk}
    assert sum(pulls.values()) == pytest.approx(
        (where.standing.progress or 0) - (where.standing.expected or 0)
    )
    why = Why(inside.top, cast.viewer)
    assert why.kids[0].child.where.goal == other
    assert f"“{other.statement}” pulls it down most" in why.sentence


def url(scene, goal):
    return f"/w/{scene.slug}/goals/{goal.pk}/why/"


def test_everybody_inside_reads_the_page(cast, inside):
    check_in(inside.goal, note="New cushions on 14 aircraft.", by=cast.editor)
    factories.evidence(about=inside.cabin.ref, text="The foam was ten years old.")
    for name in ("owner", "editor", "reviewer", "viewer"):
        shown = cast.client(name).get(url(inside, inside.goal))
        page = shown.content.decode()
        assert shown.status_code == 200
        for words in ("New cushions on 14", "foam was ten", "Quiet, and a socket.", "Cabin"):
            assert words in page
    assert cast.client("stranger").get(url(inside, inside.goal)).status_code == 404
    assert cast.client("viewer").get(url(inside, inside.top)).status_code == 200
    assert "goals/0" not in page
    bare = factories.goal(cycle=inside.goal.cycle)
    assert cast.client("viewer").get(url(inside, bare)).status_code == 200


def test_rest_tells_the_same(api, inside):
    told = api.get(f"goals/{inside.goal.pk}/why/").json()
    assert told["sentence"].startswith("Seat comfort rose by")
    places = next(one for one in told["breakdowns"] if not one["segment"])
    adds = sum(part["adds"]["own"] + part["adds"]["mix"] for part in places["parts"])
    assert adds == pytest.approx(told["moved"]["change"]["value"]) == pytest.approx(places["total"])
    assert places["parts"][0]["name"] == "Cabin"
    assert api.get(f"goals/{inside.top.pk}/why/").json()["children"][0]["goal"] == inside.goal.pk


def test_the_number_of_queries_does_not_grow(cast, inside):
    def widen(times):
        for n in range(times):
            place = factories.touchpoint(plan=inside.plan)
            factories.evidence(about=place.ref)
            kid = factories.goal(cycle=inside.goal.cycle, parent=inside.goal, metric=inside.seat)
            check_in(inside.goal, note=f"Note {n}", by=cast.editor)
            assert kid.pk
            segment = (f"Route={place.pk}",)
            for back in (70, 2):
                count(
                    inside,
                    inside.seat,
                    {5: 12, 1: 3},
                    days_ago=back,
                    touchpoint=place,
                    segments=segment,
                )

    viewer = cast.client("viewer")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert viewer.get(url(inside, inside.goal)).status_code == 200
        return len(queries)

    widen(3)
    few = cost()
    widen(27)
    assert cost() == few


def test_a_segment_of_few_people_in_an_anonymous_survey_is_hidden_from_readers(cast, inside):
    inside.survey.is_anonymous = True
    inside.survey.save()
    count(inside, inside.seat, {1: 3}, days_ago=2, segments=("Travel=other",))
    reader = {one.title: one for one in Why(inside.goal, cast.viewer).tables}["Travel"]
    editor = {one.title: one for one in Why(inside.goal, cast.editor).tables}["Travel"]
    assert reader.hidden > 0
    assert editor.hidden == 0
    assert "other" not in [row.name for row in reader.rows]
    assert "other" in [row.name for row in editor.rows]
