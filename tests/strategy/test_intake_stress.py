"""Proof by force: writers and runners at once, one killed again and again; then cells equal raw."""

import multiprocessing
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics.models import Observation, Pending
from strategy.metrics.observing import (
    Observed,
    change_observation,
    delete_observation,
    record_observation,
)
from tests import factories
from tests.strategy.counting import cells_in_tally, cells_of_observations

SECONDS = float(os.environ.get("STRESS_SECONDS", "4"))
WRITERS, RUNNERS = 6, 2


def write(number, workspace_id, member, metrics, touchpoints, stop):
    """Record, repeat, change and delete observations by the product's own services."""
    rnd = random.Random(number)
    mine: list[Observation] = []

    def anything(metric):
        figure: dict[str, Any] = (
            {"seconds": Decimal(rnd.randrange(90_000)) / 7}
            if metric.kind == "duration"
            else {"value": Decimal(rnd.randint(0, 10))}
        )
        return Observed(
            observed_at=datetime(2026, 6, rnd.choice([20, 21, 22]), 12, tzinfo=UTC),
            touchpoint_id=rnd.choice([None, *touchpoints]),
            segment=rnd.choice(["", "a", "b"]),
            external_id=f"{number}-{rnd.randrange(10**9)}",
            **figure,
        )

    with workspace_scope(workspace_id):
        while time.monotonic() < stop:
            act = rnd.random()
            if act < 0.85 or not mine:
                metric = rnd.choice(metrics)
                observed = anything(metric)
                for _ in range(rnd.choice([1, 1, 2])):  # repeated, it counts once
                    row, _new = record_observation(metric, observed, by=None)
                mine.append(row)
            elif act < 0.93:
                row = rnd.choice(mine)
                change_observation(row, anything(row.metric), by=member)
            else:
                delete_observation(mine.pop(rnd.randrange(len(mine))), by=member)


def run(workspace_id, number, stop):
    while time.monotonic() < stop:
        intake.run(workspace_id, wait=number == 0)
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_writers_and_killed_runners_leave_cells_equal_to_raw():
    workspace = factories.workspace()
    with workspace_scope(workspace.pk):
        plan = factories.plan()
        metrics = [factories.metric(plan=plan), factories.metric(plan=plan, kind="duration")]
        touchpoints = [factories.touchpoint(plan=plan).pk for _ in range(3)]
        factories.goal(metric=metrics[0], baseline=0, target=50)
        member = factories.member(workspace)
        for metric in metrics:
            metric.refresh_from_db()
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's; a fork must not share it
    fork = multiprocessing.get_context("fork")
    stop = time.monotonic() + SECONDS

    def start(work, *args):
        process = fork.Process(target=_child, args=(work, *args))
        process.start()
        return process

    writers = [
        start(write, n, workspace.pk, member, metrics, touchpoints, stop) for n in range(WRITERS)
    ]
    runners = [start(run, workspace.pk, n, stop) for n in range(RUNNERS)]
    kills = 0
    while time.monotonic() < stop:
        time.sleep(random.uniform(0.05, 0.3))
        one = kills % RUNNERS
        os.kill(runners[one].pid, signal.SIGKILL)
        runners[one].join()
        kills += 1
        runners[one] = start(run, workspace.pk, one, stop)
    for process in writers + runners:
        process.join(30)
    assert [process.exitcode for process in writers] == [0] * WRITERS
    assert [process.exitcode for process in runners] == [0] * RUNNERS

    intake.drain(workspace.pk)
    with workspace_scope(workspace.pk), connection.cursor() as cursor:
        print(f"{Observation.objects.count()} observations, {kills} kills")
        assert Pending.objects.count() == 0
        assert Observation.objects.count() > 50
        assert cells_in_tally() == cells_of_observations()
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        assert cursor.fetchone() == (0,)
    assert intake.check(workspace.pk) == []


def _child(work, *args):
    """Leave without the parent's clean-up; the exit code says whether the work failed."""
    try:
        work(*args)
    except BaseException:  # noqa: BLE001  # whatever it is, it is shown and fails the test
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)
