"""The supervisor with real processes: what dies comes back, what ends leaves nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from cxplanner.base.postgres import EmbeddedPostgres
from tests.cxplanner.base.processes import alive, eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(*wanted: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.cxplanner.base.supervised", str(tmp_path), *wanted]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        assert eventually((tmp_path / "server").exists)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def server(place: Path) -> list[int]:
    return [int(pid) for pid in (place / "server").read_text().split()]


def test_killed_child_comes_back_and_its_helpers_are_gone(start: Start, tmp_path: Path) -> None:
    start()
    leader, helper = server(tmp_path)
    os.kill(leader, signal.SIGKILL)
    assert eventually(lambda: server(tmp_path)[0] != leader)
    assert not alive(helper)
    assert all(alive(pid) for pid in server(tmp_path))


def test_killed_supervisor_leaves_nothing(start: Start, tmp_path: Path) -> None:
    supervisor = start("database")
    database = EmbeddedPostgres(tmp_path)
    assert eventually(database.answers)
    supervisor.kill()
    pids = [*server(tmp_path), int((tmp_path / "database").read_text())]
    assert eventually(lambda: not any(alive(pid) for pid in pids))
    assert "database system is shut down" in database.log.read_text()


def test_one_ctrl_c_delivered_twice_is_one_wish_to_stop(start: Start, tmp_path: Path) -> None:
    supervisor = start("stubborn")
    pids = server(tmp_path)
    supervisor.send_signal(signal.SIGINT)
    supervisor.send_signal(signal.SIGINT)
    time.sleep(1)
    assert supervisor.poll() is None, "the second copy of the signal must not hurry the stop"
    time.sleep(2.5)
    supervisor.send_signal(signal.SIGINT)
    output, _ = supervisor.communicate(timeout=5)
    assert supervisor.returncode == 0
    assert output.splitlines() == ["server| asked", "up| stopped"]
    assert not any(alive(pid) for pid in pids)


def test_killed_database_comes_back_with_its_rows(start: Start, tmp_path: Path) -> None:
    supervisor = start("database")
    database = EmbeddedPostgres(tmp_path)
    assert eventually(database.answers)
    with psycopg.connect(database.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    postmaster = int((tmp_path / "database").read_text())
    os.kill(postmaster, signal.SIGKILL)
    assert eventually(lambda: not alive(postmaster))
    assert eventually(database.answers)
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    supervisor.terminate()
    assert supervisor.wait(10) == 0


def test_killed_guard_is_replaced_and_still_guards(start: Start, tmp_path: Path) -> None:
    supervisor = start()
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children")

    def guards() -> set[int]:
        pids = {int(pid) for pid in children.read_text().split() if alive(int(pid))}
        return pids - {server(tmp_path)[0]}

    assert eventually(guards)
    [guard] = guards()
    os.kill(guard, signal.SIGKILL)
    assert eventually(lambda: guards() - {guard})
    supervisor.kill()
    assert eventually(lambda: not any(alive(pid) for pid in server(tmp_path)))
