"""What stands behind a bench: a durable PostgreSQL, two web servers and the product's runner."""

import http.client
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection

from cxplanner.base.postgres import EmbeddedPostgres
from cxplanner.base.processes import die_with_parent
from tests.bench import settings

ROOT = Path(__file__).parents[2]
WORKERS, THREADS = 2, 4  # of both web servers
PATIENCE = 60.0  # seconds


class NotReady(Exception):
    """A part of the stage does not do what is expected of it."""


def eventually(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until something is so. Raises NotReady."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise NotReady(f"{what}: not within {patience:g} seconds")
        time.sleep(0.05)


@contextmanager
def databases() -> Iterator[None]:
    """Make both databases, in a server of our own unless DATABASE_URL names one; drop them after.

    Raises NotReady when that server does not keep what it says is kept.
    """
    with ExitStack() as after:
        settings.DATA.mkdir(exist_ok=True)
        after.callback(shutil.rmtree, settings.DATA, ignore_errors=True)
        if settings.OWN_SERVER:
            server = EmbeddedPostgres(settings.DATA)
            server.start()
            after.callback(server.stop)
        with psycopg.connect(settings.SERVER_URL, autocommit=True) as admin:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                if admin.execute(f"SHOW {name}").fetchone() != ("on",):
                    raise NotReady(f"{name} must be on: a bench counts what survives a power cut")
            for name in (settings.PRODUCT, settings.FLOOR):
                admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                admin.execute(f"CREATE DATABASE {name}")
        after.callback(_drop)
        after.callback(_leave)
        call_command("prepare", stdout=io.StringIO())
        yield


def _leave() -> None:
    """Give back the connections of this process, so that their database can be dropped."""
    database: Any = connection  # its stubs know of no pool
    database.close()
    database.close_pool()


def _drop() -> None:
    with psycopg.connect(settings.SERVER_URL, autocommit=True) as admin:
        for name in (settings.PRODUCT, settings.FLOOR):
            eventually(partial(_dropped, admin, name), f"{name} is dropped")


def _dropped(admin: "psycopg.Connection[Any]", name: str) -> bool:
    """Drop a database, unless the server itself is cleaning it up just now."""
    try:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def floor_token() -> str:
    """Make the floor's tables; return the token it takes."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.floor"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.floor.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NotReady(made.stderr)
    return made.stdout.strip()


@dataclass(frozen=True)
class Server:
    """A web server that answers on a port; all its processes are of one group."""

    port: int
    group: int

    def cpu(self) -> float:
        """Return the CPU seconds its processes have used; where there is no /proc, 0."""
        ticks = 0
        for told in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = told.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.group:
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def web(application: str, **env: str) -> Iterator[Server]:
    """Serve a WSGI application as `manage.py up` serves the product."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    flags = f"--interface wsgi --host 127.0.0.1 --port {port} --no-ws --log-level error"
    command = f"granian {flags} --workers {WORKERS} --blocking-threads {THREADS} {application}"
    with _running(command, **env) as process:
        eventually(lambda: _answers(port), f"{application} answers")
        yield Server(port, process.pid)


def product() -> AbstractContextManager[Server]:
    return web("cxplanner.wsgi:application", DJANGO_SETTINGS_MODULE="cxplanner.settings")


def floor(
    *, middleware: bool = False, pieces: Path | None = None
) -> AbstractContextManager[Server]:
    """Serve the floor; with `pieces` of a page, a JSON file, it draws that page, too."""
    return web(
        "tests.bench.floor.wsgi:application",
        DJANGO_SETTINGS_MODULE="tests.bench.floor.settings",
        FLOOR_MIDDLEWARE=str(middleware),
        FLOOR_PIECES=str(pieces or ""),
    )


def _answers(port: int) -> bool:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        server.request("GET", "/healthz")
        return bool(server.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        server.close()


@contextmanager
def _running(module: str, **env: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a module in a group of its own; what it says is shown when something fails."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *module.split()],
            env=os.environ | env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # no thread runs yet
        )
        try:
            yield process
        except Exception:
            said.seek(0)
            sys.stderr.write(said.read().decode(errors="replace"))
            raise
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGCONT)
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Runner:
    """The product's own worker and clock, ticking every half second; can be held still."""

    def __init__(self, processes: list["subprocess.Popen[bytes]"]) -> None:
        self._processes = processes

    def hold(self) -> None:
        self._send(signal.SIGSTOP)

    def go_on(self) -> None:
        self._send(signal.SIGCONT)

    def settle(self) -> None:
        """Wait until everything that was pending is taken in. Raises NotReady."""
        eventually(lambda: not rows_of("strategy_pending"), "the runner takes everything in")

    def peak(self) -> float:
        """Return the most memory that one of its processes has used so far, in MB."""
        groups = {process.pid for process in self._processes}
        most = 0
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, ValueError):
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(stat[2]) in groups:
                    told = (folder / "status").read_text()
                    most = max(most, int(told.partition("VmHWM:")[2].split()[0]))
        return most / 1024

    def _send(self, number: signal.Signals) -> None:
        for process in self._processes:
            os.killpg(process.pid, number)


@contextmanager
def runner() -> Iterator[Runner]:
    """Run worker and beat as `manage.py up` does."""
    env = {"DJANGO_SETTINGS_MODULE": "cxplanner.settings"}
    with (
        _running("cxplanner.worker", **env) as worker,
        _running("cxplanner.clock", **env) as clock,
    ):
        eventually(lambda: rows_of("base_heartbeat"), "the worker gives a sign of life")
        yield Runner([worker, clock])


def rows_of(table: str, database: str = "DATABASE_URL") -> int:
    """Count the rows of a table, in a connection of its own."""
    with psycopg.connect(os.environ[database]) as direct:
        row = direct.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
