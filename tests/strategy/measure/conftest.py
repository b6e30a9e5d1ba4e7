"""Answers that count at once: a metric with a survey, and a way to send it scores."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics.models import Metric
from strategy.metrics.pending import Add, append_adds
from tests import factories

Send = Callable[..., None]


@pytest.fixture
def send(cast) -> Send:
    """Count scores of a metric on a day some days ago, and read the goals again."""
    workspace = cast.owner.workspace

    def go(
        metric: Metric,
        scores: dict[int, int],
        *,
        days_ago: int = 1,
        touchpoint_id: int | None = None,
        segments: tuple[str, ...] = (),
        source: str = "survey:1",
    ) -> None:
        day: date = workspace.today() - timedelta(days=days_ago)
        with workspace_scope(workspace.pk):
            append_adds(
                Add(source, day, metric.pk, touchpoint_id, segments, s, n, s * n, s * s * n)
                for s, n in scores.items()
            )
        intake.drain(workspace.pk)

    return go


@pytest.fixture
def inside(cast):
    """Stay inside the cast's workspace while a test sets its stage."""
    with workspace_scope(cast.owner.workspace_id):
        yield cast.owner.workspace


@pytest.fixture
def seat(inside) -> Metric:
    return factories.metric(kind="csat", name="Seat comfort", window_days=28)
