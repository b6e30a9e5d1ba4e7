"""Figures over any days: calendars, splits, and what a goal form wants to know."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.accounts.models import Workspace
from strategy import intake
from strategy.metrics.models import MetricVersion, Pending
from strategy.metrics.pending import Add, append_adds
from strategy.metrics.selectors import (
    Period,
    baseline_offer,
    by_segment,
    by_touchpoint,
    histogram,
    measured_at,
    pasts,
    period_start,
    places_of,
    reading_over,
    series,
    sparklines,
)
from tests import factories

JUNE = date(2026, 6, 1)


def count(scope, metric, *answers):
    """Take in (day, score, n[, touchpoint id, segments])."""
    for day, score, n, *more in answers:
        touchpoint_id, segments = more or (None, ())
        figures = (n, score * n, score**2 * n)
        append_adds([Add("survey:1", day, metric.pk, touchpoint_id, segments, score, *figures)])
    intake.run(scope.pk)


@pytest.mark.parametrize(
    ("day", "by", "first_weekday", "fiscal", "start"),
    [
        (date(2026, 6, 3), Period.WEEK, 1, 1, JUNE),
        (date(2026, 6, 3), Period.WEEK, 6, 1, date(2026, 5, 30)),
        (date(2026, 6, 3), Period.WEEK, 7, 1, date(2026, 5, 31)),
        (date(2026, 6, 30), Period.MONTH, 1, 1, JUNE),
        (date(2026, 6, 30), Period.QUARTER, 1, 1, date(2026, 4, 1)),
        (date(2026, 1, 31), Period.QUARTER, 1, 3, date(2025, 12, 1)),
        (date(2026, 3, 1), Period.QUARTER, 1, 3, date(2026, 3, 1)),
        (date(2026, 1, 31), Period.QUARTER, 1, 2, date(2025, 11, 1)),
    ],
)
def test_periods_follow_the_workspaces_calendar(day, by, first_weekday, fiscal, start):
    calendar = Workspace(first_weekday=first_weekday, fiscal_year_start=fiscal)
    assert period_start(day, by, calendar) == start


@pytest.mark.parametrize("by", list(Period))
@pytest.mark.parametrize("fiscal", range(1, 13))
def test_periods_cover_all_days_once(scope, by, fiscal):
    scope.fiscal_year_start = fiscal
    first, last = date(2024, 1, 1), date(2026, 12, 31)
    points = series(factories.metric(), by=by, calendar=scope, first=first, last=last)
    starts = [point.period for point in points]
    every = {first + timedelta(n) for n in range(1096)}
    assert starts == sorted({period_start(day, by, scope) for day in every})


def test_a_week_reads_its_own_days_alone(scope):
    metric = factories.metric()
    count(scope, metric, (JUNE - timedelta(1), 0, 3), (JUNE, 10, 1), (JUNE + timedelta(6), 0, 1))
    points = series(metric, first=JUNE, last=JUNE + timedelta(13), by=Period.WEEK, calendar=scope)
    assert [(one.period, one.estimate and one.estimate.value) for one in points] == [
        (JUNE, 0.0),
        (JUNE + timedelta(7), None),
    ]


def test_touchpoints_segments_and_scores_are_told_apart(scope):
    metric = factories.metric()
    desk = factories.touchpoint(plan=metric.plan)
    count(
        scope, metric, (JUNE, 10, 2, desk.pk, ("a",)), (JUNE, 0, 1, None, ("b",)), (JUNE, 8, 1)
    )  # fmt: skip
    assert {key: one.value for key, one in by_touchpoint(metric, JUNE, JUNE).items()} == {
        desk.pk: 100
    }
    assert {key: one.value for key, one in by_segment(metric, JUNE, JUNE).items()} == {
        "a": 100,
        "b": -100,
    }
    assert histogram(metric, JUNE, JUNE) == {0: 1, 8: 1, 10: 2}
    assert histogram(metric, JUNE, JUNE, segment="b") == {0: 1}
    whole = reading_over(metric, JUNE, JUNE)
    assert whole is not None
    assert (whole.value, whole.n) == (25, 4)


def test_a_baseline_is_offered_from_the_last_days(scope):
    metric = factories.metric()
    count(scope, metric, (JUNE - timedelta(90), 0, 1), (JUNE, 10, 1))
    offer = baseline_offer(metric, today=JUNE)
    assert offer is not None
    assert (offer.estimate.value, offer.estimate.n, offer.version) == (100, 1, 1)
    assert (offer.first, offer.last) == (JUNE - timedelta(89), JUNE)
    assert baseline_offer(metric, today=JUNE - timedelta(91)) is None


def test_the_last_value_is_offered_however_old(scope):
    metric = factories.metric(kind="value")
    count(scope, metric, (JUNE - timedelta(900), 1, 1), (JUNE - timedelta(400), 7, 1))
    offer = baseline_offer(metric, today=JUNE)
    assert offer is not None
    assert (offer.estimate.value, offer.last) == (7, JUNE - timedelta(400))


def test_the_best_gain_is_for_the_better_and_over_the_span(scope):
    up = factories.metric(kind="csat", method="mean", window_days=7)
    down = factories.metric(
        kind="csat", method="mean", window_days=7, higher_is_better=False, plan=up.plan
    )
    for metric in (up, down):
        levels = [2, 3, 5, 4, 1]  # week by week
        count(scope, metric, *((JUNE + timedelta(7 * w), s, 1) for w, s in enumerate(levels)))
    today = JUNE + timedelta(34)
    past = pasts([up, down], today=today)
    assert past[up.pk].best_gain(7) == 2
    assert past[up.pk].best_gain(14) == 3
    assert past[down.pk].best_gain(7) == 3
    assert past[up.pk].best_gain(90) is None


def test_a_stocks_gain_is_between_its_last_observations(scope):
    metric = factories.metric(kind="value", window_days=7)
    days = [(20, 5), (14, 7), (8, 40), (7, 9), (0, 12)]
    count(scope, metric, *((JUNE - timedelta(back), value, 1) for back, value in days))
    assert pasts([metric], today=JUNE)[metric.pk].best_gain(7) == 3


def test_a_gain_is_never_read_across_a_new_definition(scope):
    metric = factories.metric(kind="csat", method="mean", window_days=7)
    weeks = enumerate([5, 4, 1, 1])
    count(scope, metric, *((JUNE - timedelta(7 * week), score, 1) for week, score in weeks))
    assert pasts([metric], today=JUNE)[metric.pk].best_gain(7) == 3
    first = metric.versions.get()
    MetricVersion(
        metric=metric, number=2, from_day=JUNE - timedelta(14), method=first.method,
        scale_min=first.scale_min, scale_max=first.scale_max,
    ).save()  # fmt: skip
    assert pasts([metric], today=JUNE)[metric.pk].best_gain(7) == 1


def test_answers_a_month_are_none_without_any(scope):
    metric = factories.metric()
    assert pasts([metric], today=JUNE)[metric.pk].answers_per_month is None
    count(scope, metric, (JUNE, 10, 91))
    past = pasts([metric], today=JUNE)[metric.pk]
    assert past.answers_per_month == pytest.approx(30.4375)
    assert past.detectable is not None


def test_looking_back_on_many_metrics_takes_two_queries(scope):
    metrics = [factories.metric() for _ in range(5)]
    with CaptureQueriesContext(connection) as queries:
        pasts(metrics, today=JUNE)
    assert len(queries) == 2


def test_sparklines_of_many_metrics_take_two_queries(scope):
    plan = factories.plan()
    metrics = [factories.metric(plan=plan) for _ in range(5)]
    for metric in metrics:
        count(scope, metric, (JUNE, 10, 1))
    with CaptureQueriesContext(connection) as queries:
        lines = sparklines(metrics, today=JUNE, calendar=scope)
    assert len(queries) == 2
    for points in lines.values():
        assert [one.estimate.value if one.estimate else None for one in points] == [
            *[None] * 12,
            100,
        ]


def test_a_burst_of_ten_thousand_answers_is_one_run(scope):
    metric = factories.metric()
    append_adds(Add("survey:1", JUNE, metric.pk, None, (), k % 11, 1, 1, 1) for k in range(10_000))
    assert intake.run(scope.pk) == 1
    assert intake.run(scope.pk) == 0
    assert not Pending.objects.exists()
    assert sum(histogram(metric, JUNE, JUNE).values()) == 10_000


def test_metrics_and_the_touchpoints_they_are_answered_at_are_paired_once(scope):
    plan = factories.plan()
    first, second, silent = (factories.metric(plan=plan) for _ in range(3))
    here, there, nowhere = (factories.touchpoint(plan=plan) for _ in range(3))
    count(scope, first, (JUNE, 9, 3, here.pk, ()), (JUNE, 9, 3, there.pk, ()))
    count(scope, second, (JUNE, 9, 3, there.pk, ()))
    both = [here.pk, there.pk, nowhere.pk]
    assert measured_at(both) == {here.pk: [first.pk], there.pk: [first.pk, second.pk]}
    assert measured_at([here.pk]) == {here.pk: [first.pk]}
    found = places_of([first.pk, second.pk, silent.pk])
    assert found == {first.pk: [here.pk, there.pk], second.pk: [there.pk]}
