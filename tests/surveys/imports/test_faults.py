"""Killed, cancelled, or met by others at the same moment: a file comes in whole once or not."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from surveys.imports import running, services
from surveys.imports.mapping import Meaning
from surveys.imports.models import AnswerImport
from surveys.imports.selectors import left_alone
from surveys.imports.tasks import sweep_imports
from surveys.responses.models import Response
from tests import factories

ROWS = 30_000
WORKER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django; django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from surveys.imports.tasks import read_file
read_file(int(sys.argv[2]), int(sys.argv[3]))
"""


def big_file() -> str:
    return "id,score\n" + "".join(f"r{n},{n % 11}\n" for n in range(ROWS))


@pytest.fixture
def big(received, by):
    """A large file, ready to come in."""
    metric = factories.metric()
    survey = factories.survey(plan=metric.plan)
    question = factories.question(survey=survey, metric=metric)
    row = received(big_file(), survey)
    columns = {"id": {"to": "external_id"}, "score": {"to": "question", "question": question.pk}}
    row = services.say(row, Meaning.of({"columns": columns, "time": {"date": "2025-05-01"}}))
    AnswerImport.objects.filter(pk=row.pk).update(status="running", alive_at=timezone.now())
    return row


def beside(act, row):
    """Do something in a thread with a connection of its own."""

    def go():
        try:
            with workspace_scope(row.workspace_id):
                act()
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    return thread


@contextmanager
def no_adds() -> Iterator[None]:
    """Let nobody write what answers add."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("LOCK TABLE strategy_pending IN EXCLUSIVE MODE")
            yield
        other.rollback()
    finally:
        other.close()


def test_a_killed_worker_leaves_nothing_and_the_sweep_begins_again(big):
    command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"]]
    with no_adds():  # so it stands before its last step when it is killed
        worker = subprocess.Popen([*command, str(big.workspace_id), str(big.pk)], env=os.environ)
        end = time.monotonic() + 60
        while AnswerImport.objects.get(pk=big.pk).progress < 1 and time.monotonic() < end:
            time.sleep(0.05)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert AnswerImport.objects.get(pk=big.pk).status == "running"
    assert Response.objects.count() == 0

    assert left_alone() == []  # it was alive a moment ago
    AnswerImport.objects.update(alive_at=timezone.now() - timedelta(minutes=1))
    sweep_imports()
    big.refresh_from_db()
    assert (big.status, big.totals["taken"]) == ("done", ROWS)
    assert Response.objects.count() == ROWS
    assert intake.check(big.workspace_id) == []


def test_a_cancelled_file_leaves_nothing(big):
    assert services.cancel(big).cancel_asked
    running.work(big.pk)
    big.refresh_from_db()
    assert big.status == "cancelled"
    assert Response.objects.count() == 0
    assert big.pieces.count() == 0


def test_two_people_who_bring_in_the_same_file_at_once_count_it_once(big, received, by):
    twin = received(big_file(), big.survey)
    AnswerImport.objects.filter(pk=twin.pk).update(status="running", mapping=big.mapping)
    threads = [beside(lambda pk=pk: running.work(pk), big) for pk in (big.pk, twin.pk)]
    for thread in threads:
        thread.join()
    states = AnswerImport.objects.order_by("pk").values_list("status", flat=True)
    assert list(states) == ["done", "done"]
    assert Response.objects.count() == ROWS
    assert intake.check(big.workspace_id) == []


def test_one_file_is_read_by_one_worker(big):
    threads = [beside(lambda: running.work(big.pk), big) for _ in range(2)]
    for thread in threads:
        thread.join()
    big.refresh_from_db()
    assert (big.status, big.totals["taken"]) == ("done", ROWS)
    assert intake.check(big.workspace_id) == []
