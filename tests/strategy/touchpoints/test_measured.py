"""What customers say of a touchpoint stands beside its grade, read as anybody would reckon it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from statsmodels.stats.proportion import proportion_confint

from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Kind
from strategy.touchpoints.comparing import compared
from tests import airline, factories
from tests.airline import answered_at


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def measured(api, place):
    return api.get(f"touchpoints/{place.pk}/").json()["measured"]


def reckoned(scores):
    """Satisfied are 4 and 5; the interval is Wilson's, by another's code."""
    good = sum(score >= 4 for score in scores)
    low, high = proportion_confint(good, len(scores), method="wilson")
    return 100 * good / len(scores), len(scores), 100 * low, 100 * high


def test_fourteen_touchpoints_of_an_airline_read_what_the_raw_rows_say(api, plan):
    rated = airline.passengers(plan)
    today = plan.workspace.today()
    page = api.get(f"touchpoints/?plan={plan.pk}").json()["results"]
    shown = {row["id"]: row["measured"] for row in page}
    assert len(rated) == len(shown) == 14
    for column in rated:
        found = shown[column.touchpoint.pk]
        stale = not column.within(today - timedelta(27), today)
        last = max(day for day, _score in column.scores) if stale else today
        value, n, low, high = reckoned(column.within(last - timedelta(27), last))
        assert found["n"] == n
        assert found["value"] == pytest.approx(value, abs=1e-9)
        assert found["low"] == pytest.approx(low, abs=1e-9)
        assert found["high"] == pytest.approx(high, abs=1e-9)
        assert (found["stale"], found["last_day"]) == (stale, str(last))
        assert (found["metric"], found["kind"]) == (column.metric.pk, "csat")
    assert [row.touchpoint.name for row in rated if shown[row.touchpoint.pk]["stale"]] == [
        "Gate location"
    ]


def test_nothing_asked_is_null_and_never_zero(api, plan):
    desk = factories.touchpoint(plan=plan)
    factories.audit(touchpoint=desk, grade="B")
    row = api.get(f"touchpoints/{desk.pk}/").json()
    assert (row["grade"], row["measured"]) == ("B", None)


def test_agreement_is_said_beside_the_grade_and_null_without_one(api, plan):
    metric = factories.metric(plan=plan, kind=Kind.CSAT)
    desk = factories.touchpoint(plan=plan)
    answered_at(desk, metric, [(5, 77), (1, 23)])
    assert measured(api, desk)["agreement"] is None
    for grade, agreement in {
        "A": "lower",
        "B": "too_close_to_call",
        "C": "too_close_to_call",
    }.items():
        factories.audit(touchpoint=desk, grade=grade)
        assert measured(api, desk)["agreement"] == agreement
    factories.audit(touchpoint=desk, grade="D")
    assert measured(api, desk)["agreement"] == "higher"
    factories.audit(touchpoint=factories.touchpoint(plan=plan, name="Never asked"), grade="D")
    for wanted, found in {"higher": [desk.pk], "apart": [desk.pk], "lower": []}.items():
        rows = api.get(f"touchpoints/?plan={plan.pk}&agreement={wanted}").json()["results"]
        assert [row["id"] for row in rows] == found
    answered_at(desk, metric, [(5, 7700), (1, 2300)])
    factories.audit(touchpoint=desk, grade="B")
    assert measured(api, desk)["agreement"] == "agrees"


def test_satisfaction_comes_before_effort_and_that_before_recommendation(api, plan):
    desk = factories.touchpoint(plan=plan)
    for kind, score in ((Kind.NPS, 10), (Kind.CES, 5), (Kind.CSAT, 4)):
        metric = factories.metric(plan=plan, kind=kind, name=kind.label)
        answered_at(desk, metric, [(score, 3)])
        found = measured(api, desk)
        assert (found["kind"], found["metric"], found["n"]) == (kind, metric.pk, 3)


def test_an_answer_of_today_comes_before_a_preferred_one_of_long_ago(api, plan):
    desk = factories.touchpoint(plan=plan)
    old, new = (factories.metric(plan=plan, kind=kind, name=kind) for kind in ("csat", "ces"))
    answered_at(desk, old, [(4, 9)], ago=100)
    found = measured(api, desk)
    assert (found["kind"], found["stale"]) == ("csat", True)
    assert found["last_day"] == str(plan.workspace.today() - timedelta(100))
    answered_at(desk, new, [(2, 5)])
    found = measured(api, desk)
    assert (found["kind"], found["stale"], found["n"]) == ("ces", False, 5)


def test_metrics_of_one_definition_are_pooled_and_others_named(api, plan):
    desk = factories.touchpoint(plan=plan)
    first, second = (factories.metric(plan=plan, kind=Kind.CSAT, name=name) for name in "ab")
    other = factories.metric(plan=plan, kind=Kind.CSAT, name="c", scale_max=7, top_box_from=5)
    answered_at(desk, first, [(5, 30), (1, 10)])
    answered_at(desk, second, [(4, 5), (2, 15)])
    answered_at(desk, other, [(7, 20)])
    found = measured(api, desk)
    assert found["metrics"] == [first.pk, second.pk]
    value, n, low, high = reckoned([5] * 30 + [1] * 10 + [4] * 5 + [2] * 15)
    assert (found["value"], found["n"]) == (pytest.approx(value), n)
    assert (found["low"], found["high"]) == (pytest.approx(low), pytest.approx(high))
    answered_at(desk, other, [(7, 60)])
    assert measured(api, desk)["metrics"] == [other.pk]


def test_archived_metrics_and_other_numbers_measure_no_touchpoint(api, plan):
    desk = factories.touchpoint(plan=plan)
    gone = factories.metric(plan=plan, kind=Kind.CSAT, archived_at="2026-01-01T00:00Z")
    wait = factories.metric(plan=plan, kind=Kind.DURATION, name="Wait")
    for metric in (gone, wait):
        answered_at(desk, metric, [(5, 30)])
    assert measured(api, desk) is None


def test_a_list_asks_the_same_number_of_queries_for_three_and_for_thirty(api, plan):
    metric = factories.metric(plan=plan, kind=Kind.CSAT)

    def queries(count):
        for _ in range(count):
            desk = factories.touchpoint(plan=plan)
            factories.audit(touchpoint=desk, graded_on=date(2026, 1, 1))
            answered_at(desk, metric, [(5, 3)])
        with CaptureQueriesContext(connection) as asked:
            shown = api.get(f"touchpoints/?plan={plan.pk}").json()["results"]
        assert all(row["measured"]["n"] == 3 for row in shown)
        return len(asked)

    api.get(f"touchpoints/?plan={plan.pk}")  # notes the token's use

    assert queries(3) == queries(27)


def test_what_was_answered_elsewhere_or_later_counts_not_here(plan):
    metric = factories.metric(plan=plan, kind=Kind.CSAT)
    here, there = factories.touchpoint(plan=plan), factories.touchpoint(plan=plan)
    answered_at(here, metric, [(5, 4)])
    answered_at(there, metric, [(1, 7)])
    yesterday = plan.workspace.today() - timedelta(1)
    assert [row.score for row in compared([here, there], today=yesterday)] == [None, None]
    rows = compared([there, here], today=plan.workspace.today())
    found = [(row.touchpoint, row.score and row.score.figure.n) for row in rows]
    assert found == [(there, 7), (here, 4)]
