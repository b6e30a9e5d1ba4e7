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
from surveys.design.selectors import survey_head_by_id
from surveys.responses.answers import Given
from surveys.responses.models import Response
from surveys.responses.services import delete_response, edit_response, submit
from tests import factories
from tests.strategy.counting import cells_in_tally, cells_of_raw

SECONDS = float(os.environ.get("STRESS_SECONDS", "4"))
WRITERS, RUNNERS = 6, 2


class Observer:
    """Records, changes and deletes observations by the product's own services."""

    def __init__(self, rnd, number, setting):
        self.rnd, self.number, self.setting = rnd, number, setting

    def anything(self, metric):
        rnd = self.rnd
        figure: dict[str, Any] = (
            {"seconds": Decimal(rnd.randrange(90_000)) / 7}
            if metric.kind == "duration"
            else {"value": Decimal(rnd.randint(0, 10))}
        )
        return Observed(
            observed_at=datetime(2026, 6, rnd.choice([20, 21, 22]), 12, tzinfo=UTC),
            touchpoint_id=rnd.choice([None, *self.setting["touchpoints"]]),
            segment=rnd.choice(["", "a", "b"]),
            external_id=f"{self.number}-{rnd.randrange(10**9)}",
            **figure,
        )

    def new(self):
        metric = self.rnd.choice(self.setting["metrics"])
        observed = self.anything(metric)
        for _ in range(self.rnd.choice([1, 1, 2])):  # repeated, it counts once
            row, _is_new = record_observation(metric, observed, by=None)
        return row

    def change(self, row):
        change_observation(row, self.anything(row.metric), by=self.setting["member"])

    def delete(self, row):
        delete_observation(row, by=self.setting["member"])


class Customer(Observer):
    """Answers a survey, sends answers again, and has them changed and deleted."""

    def given(self):
        return Given(
            answers=[(self.setting["question"], self.rnd.randint(0, 10))],
            external_id=f"{self.number}-{self.rnd.randrange(10**9)}",
            answered_at=datetime(2026, 6, self.rnd.choice([20, 21, 22]), 12, tzinfo=UTC),
            touchpoint_id=self.rnd.choice([None, *self.setting["touchpoints"]]),
            segment=self.rnd.choice(["", "a", "b"]),
        )

    def new(self):
        given = self.given()
        for _ in range(self.rnd.choice([1, 1, 2])):
            receipt = submit(self.setting["head"], given, via="rest")
        return Response(pk=receipt.id)

    def change(self, row):
        edit_response(row, self.given(), head=self.setting["head"], by=self.setting["member"])

    def delete(self, row):
        delete_response(row, by=self.setting["member"])


def write(number, setting, stop):
    rnd = random.Random(number)
    acts = (Observer, Customer)[number % 2](rnd, number, setting)
    mine: list[Any] = []
    with workspace_scope(setting["workspace_id"]):
        while time.monotonic() < stop:
            act = rnd.random()
            if act < 0.85 or not mine:
                mine.append(acts.new())
            elif act < 0.93:
                acts.change(rnd.choice(mine))
            else:
                acts.delete(mine.pop(rnd.randrange(len(mine))))


def run(number, workspace_id, stop):
    while time.monotonic() < stop:
        intake.run(workspace_id, wait=number == 0)
        time.sleep(0.05)


@pytest.fixture
def setting(transactional_db):
    workspace = factories.workspace()
    with workspace_scope(workspace.pk):
        plan = factories.plan()
        metrics = [factories.metric(plan=plan), factories.metric(plan=plan, kind="duration")]
        question = factories.question(survey=factories.survey(plan=plan), metric=metrics[0])
        factories.goal(metric=metrics[0], baseline=0, target=50)
        return {
            "workspace_id": workspace.pk,
            "member": factories.member(workspace),
            "metrics": metrics,
            "touchpoints": [factories.touchpoint(plan=plan).pk for _ in range(3)],
            "question": question.pk,
            "head": survey_head_by_id(question.survey_id, workspace.pk),
        }


def test_writers_and_killed_runners_leave_cells_equal_to_raw(setting):
    workspace_id = setting["workspace_id"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's; a fork must not share it
    stop = time.monotonic() + SECONDS
    writers = [start(write, number, setting, stop) for number in range(WRITERS)]
    runners = [start(run, number, workspace_id, stop) for number in range(RUNNERS)]
    kills = 0
    while time.monotonic() < stop:
        time.sleep(random.uniform(0.05, 0.3))
        number = kills % RUNNERS
        os.kill(runners[number].pid, signal.SIGKILL)
        runners[number].join()
        kills += 1
        runners[number] = start(run, number, workspace_id, stop)
    for process in writers + runners:
        process.join(30)
    assert [process.exitcode for process in writers + runners] == [0] * (WRITERS + RUNNERS)

    intake.drain(workspace_id)
    with workspace_scope(workspace_id), connection.cursor() as cursor:
        rows = Observation.objects.count(), Response.objects.count()
        print(f"{rows} observations and responses, {kills} kills")
        assert min(rows) > 5
        assert Pending.objects.count() == 0
        assert cells_in_tally() == cells_of_raw()
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        assert cursor.fetchone() == (0,)
    assert intake.check(workspace_id) == []


def start(work, *args):
    process = multiprocessing.get_context("fork").Process(target=_child, args=(work, *args))
    process.start()
    return process


def _child(work, *args):
    """Leave without the parent's clean-up; the exit code says whether the work failed."""
    try:
        work(*args)
    except BaseException:  # noqa: BLE001  # whatever it is, it is shown and fails the test
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)
