"""A journey over the airline's touchpoints shows what the raw rows say."""

from datetime import timedelta

import pytest
from statsmodels.stats.proportion import proportion_confint

from cxplanner.base.tenancy import workspace_scope
from strategy.maps.selectors import map_of
from tests import airline, factories


def test_a_journey_over_fourteen_touchpoints_shows_the_scores_of_the_raw_rows(cast):
    with workspace_scope(cast.owner.workspace_id):
        plan = factories.plan()
        rated = airline.passengers(plan)
        journey = factories.journey(plan=plan)
        for place, raw in enumerate(rated):
            factories.journeystep(journey=journey, touchpoint=raw.touchpoint, position=place)
        today = plan.workspace.today()
        drawn = map_of(journey, today=today)
    assert len(drawn.columns) == 14
    for column, raw in zip(drawn.columns, rated, strict=True):
        found = column.measured
        assert found is not None
        stale = not raw.within(today - timedelta(27), today)
        last = max(day for day, _score in raw.scores) if stale else today
        scores = raw.within(last - timedelta(27), last)
        good = sum(score >= 4 for score in scores)
        low, high = proportion_confint(good, len(scores), method="wilson")
        assert (found.shown.n, found.score.is_stale) == (len(scores), stale)
        assert found.shown.value == pytest.approx(100 * good / len(scores), abs=1e-9)
        assert found.shown.low == pytest.approx(100 * low, abs=1e-9)
        assert found.shown.high == pytest.approx(100 * high, abs=1e-9)
