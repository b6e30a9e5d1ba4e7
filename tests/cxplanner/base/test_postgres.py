"""The embedded PostgreSQL with real servers: private, shared, never left behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cxplanner.base.postgres import EmbeddedPostgres, StillRunning, attached
from cxplanner.base.postgres_programs import DatabaseUnavailable
from tests.cxplanner.base.processes import alive, eventually

_HOLD = """
import sys, pathlib
from cxplanner.base.postgres import attached
with attached(pathlib.Path(sys.argv[1]), durable=False) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that a server has used and left."""
    place = tmp_path_factory.mktemp("written")
    with attached(place, durable=False):
        pass
    return place


@pytest.fixture
def data(written: Path, tmp_path: Path) -> Path:
    shutil.copytree(written, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


@pytest.fixture
def server(data: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data, durable=False)
    yield server
    server.stop()


def hold(data: Path, **env: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | env,
    )


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def test_application_role_owns_its_database_and_is_no_superuser(server: EmbeddedPostgres) -> None:
    server.start()
    with psycopg.connect(server.url) as connection:
        row = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, pg_get_userbyid(datdba), lower('ĄČĘ')"
            " FROM pg_roles, pg_database WHERE rolname = current_user"
            " AND datname = current_database()"
        ).fetchone()
    assert row == ("cxplanner", False, True, "cxplanner", "ąčę")


def test_server_listens_on_a_private_socket_only(server: EmbeddedPostgres, data: Path) -> None:
    server.start()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert (data / "postgres" / "run").stat().st_mode & 0o777 == 0o700


def test_second_process_attaches_and_leaves_the_server_running(
    server: EmbeddedPostgres, data: Path
) -> None:
    server.start()
    second = hold(data)
    second.communicate("", timeout=10)
    assert second.returncode == 0
    assert server.answers()


def test_starter_that_ends_first_waits_for_the_others(data: Path) -> None:
    first = hold(data)
    assert first.stdout
    assert first.stdin
    assert first.stdout.readline()
    with attached(data, durable=False) as second:
        first.stdin.close()
        assert not second.started_here
        with pytest.raises(subprocess.TimeoutExpired):
            first.wait(0.5)
        assert second.answers()
    assert first.wait(10) == 0
    assert not second.answers()
    first.stdout.close()


def test_server_of_a_killed_starter_ends_cleanly(data: Path) -> None:
    starter = hold(data)
    assert starter.stdout
    assert starter.stdout.readline()
    pid = postmaster(data)
    starter.kill()
    starter.communicate()
    assert eventually(lambda: not alive(pid))
    last = (data / "postgres" / "log").read_text().splitlines()[-1]
    assert last.endswith("database system is shut down")


def test_killed_server_comes_back_with_its_rows(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(postmaster(data), signal.SIGKILL)
    again = EmbeddedPostgres(data)
    again.start()
    with psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    again.stop()
    server.stop()


def test_leftover_process_id_of_a_stranger_is_no_hindrance(
    server: EmbeddedPostgres, data: Path
) -> None:
    cluster = data / "postgres" / "data"
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n0\n5432\n\n\n\n")
    server.start()
    assert server.answers()


def test_running_server_is_not_launched_twice(server: EmbeddedPostgres, data: Path) -> None:
    server.start()
    with pytest.raises(StillRunning):
        EmbeddedPostgres(data).launch()


def test_interrupted_first_start_heals_itself(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data.new" / "base").mkdir(parents=True)
    with attached(tmp_path, durable=False) as server:
        assert server.answers()


def test_long_path_gets_a_short_socket(data: Path, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / "Ąžuolas, Šiauliai"
    deep.parent.mkdir()
    data.rename(deep)
    with attached(deep, durable=False) as server:
        socket = Path(str(psycopg.conninfo.conninfo_to_dict(server.url)["host"]))
        assert socket.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(socket)


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("data/PG_VERSION", "99\n", "written by PostgreSQL 99"),
        ("layout", "99\n", "written by a newer cxplanner"),
    ],
)
def test_newer_data_directory_is_refused_in_one_line(
    data: Path, file: str, content: str, told: str
) -> None:
    (data / "postgres" / file).write_text(content)
    with pytest.raises(DatabaseUnavailable, match=told) as refusal:
        EmbeddedPostgres(data).start()
    assert "\n" not in str(refusal.value)


def test_unusable_directory_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailable, match=r"Cannot use .*: Not a directory"):
        EmbeddedPostgres(tmp_path / "file").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_root_without_user_namespaces_runs_it_as_nobody(tmp_path: Path) -> None:
    holder = hold(tmp_path, PATH="/nowhere")
    assert holder.stdout
    url = holder.stdout.readline().strip()
    place = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"])).parent
    try:
        pid = int((place / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid == place.stat().st_uid != 0
    finally:
        holder.communicate("")
        shutil.rmtree(place)
    assert not alive(pid)
