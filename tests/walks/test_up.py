"""`manage.py up` as a person meets it: it serves, ends, and tells what is wrong."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cxplanner.base.processes import alive, eventually
from tests.walks.product import ROOT, as_from_a_shell, free_port, manage, page

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
Up = Callable[..., "subprocess.Popen[str]"]


def refusal(*words: object, **env: str) -> str:
    """Return the one line a refused start says."""
    process = manage("up", *words, **env)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1, told
    assert len(told.splitlines()) == 1, told
    return told


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def up(tmp_path: Path, port: int) -> Iterator[Up]:
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> "subprocess.Popen[str]":
        process = manage("up", "--data", tmp_path / "data", "--port", port, *words)
        started.append(process)
        assert process.stdout
        for line in process.stdout:
            if f"open http://127.0.0.1:{port}/" in line:
                return process
        raise AssertionError(process.communicate()[1])

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def of(data: Path) -> list[int]:
    """Return the processes that have this data directory in their environment or command."""
    mark, found = str(data).encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "environ").read_bytes() + (place / "cmdline").read_bytes()
        except OSError:
            continue
        if mark in told and alive(int(place.name)):
            found.append(int(place.name))
    return found


def test_everything_runs_recovers_and_ends(up: Up, tmp_path: Path, port: int) -> None:
    data = tmp_path / "data"
    process = up("--no-demo")
    assert page(port, "/healthz") == 200
    assert eventually(lambda: page(port, "/readyz") == 200, 30), "the worker gave no sign of life"
    assert f"already runs on {data} (process {process.pid})" in refusal("--data", data)

    pid = int((data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, 9)
    assert eventually(lambda: not alive(pid))
    assert eventually(lambda: page(port, "/readyz") == 200, 30), "the database did not come back"

    other = manage("migrate", "--check", CXPLANNER_DATA=str(data))
    assert other.wait(30) == 0, other.communicate()
    other.communicate()
    link, _ = manage("signin_link", CXPLANNER_DATA=str(data)).communicate(timeout=30)
    assert link.startswith(f"http://127.0.0.1:{port}/"), "a link from elsewhere must lead here"

    process.terminate()
    process.terminate()
    output, told = process.communicate(timeout=25)
    assert (process.returncode, told) == (0, "")
    assert output.splitlines()[-1].endswith("| stopped")
    assert of(data) == []


def test_kill_leaves_nothing_and_the_next_start_works(up: Up, tmp_path: Path, port: int) -> None:
    first = up("--no-demo")
    first.kill()
    first.communicate()
    assert eventually(lambda: of(tmp_path / "data") == [])
    # Without the demo there is nobody to sign in; that must not end what runs.
    second = up()
    assert eventually(lambda: page(port, "/readyz") == 200, 30), "it did not stay"
    second.terminate()
    assert second.wait(25) == 0


def test_early_ctrl_c_ends_cleanly(tmp_path: Path, port: int) -> None:
    process = manage("up", "--data", tmp_path / "data", "--port", port)
    assert process.stdout
    assert process.stdout.readline().startswith("up")
    time.sleep(0.1)
    process.send_signal(2)
    process.send_signal(2)
    _, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (0, "")
    assert of(tmp_path / "data") == []


def test_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port}: Address already in use" in refusal("--data", tmp_path, "--port", port)


def test_wrong_database_address_is_told(tmp_path: Path, port: int) -> None:
    nobody = "postgresql://cx@127.0.0.1:1/cx"
    told = refusal("--data", tmp_path, "--port", port, DATABASE_URL=nobody)
    assert "Connection refused" in told
    mysql = refusal("--data", tmp_path, DATABASE_URL="mysql://cx@localhost/cx")
    assert "DATABASE_URL must be a postgresql:// address" in mysql


def test_unusable_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "File exists" in refusal("--data", tmp_path / "file")


@pytest.mark.parametrize(
    ("options", "told"), [("ro", "Read-only file system"), ("size=1m", "No space left on device")]
)
def test_directory_without_room_is_told(tmp_path: Path, port: int, options: str, told: str) -> None:
    script = 'mount -t tmpfs -o "$1" none "$2" && exec "$3" manage.py up --data "$2" --port "$4"'
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    if subprocess.run([*inside[:4], "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount")
    done = subprocess.run(
        [*inside, options, str(tmp_path), sys.executable, str(port)],
        cwd=ROOT,
        env=as_from_a_shell(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_newer_data_is_told(tmp_path: Path, port: int) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "layout").write_text("99\n")
    assert "written by a newer cxplanner" in refusal("--data", tmp_path, "--port", port)
