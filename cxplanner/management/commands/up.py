"""`manage.py up`: the database, the web server, the worker and the clock, until Ctrl-C."""

import fcntl
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pgmq.install import install_pgmq_from_sql

from cxplanner.base.postgres import EmbeddedPostgres
from cxplanner.base.postgres_programs import DatabaseUnavailable
from cxplanner.base.supervisor import LaunchFailed, Service, Supervisor, program

_OURS = {"cxplanner", "strategy", "surveys", "competitors"}
_PATIENCE_SECONDS = 10.0
_WEB_SECONDS = 60.0
_WEB_TRIES = 3


class Command(BaseCommand):
    help = "Run everything: database, web server, worker and clock. Ctrl-C ends it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data", help="data directory (else CXPLANNER_DATA, else your own)")
        parser.add_argument("--no-demo", action="store_true", help="begin with nothing in it")

    def handle(self, *, host: str, port: int, no_demo: bool, **_options: Any) -> None:
        self._begun = time.monotonic()
        data = Path(os.environ["CXPLANNER_DATA"])
        supervisor = Supervisor(self._say)
        try:
            with _the_only_one(data):
                _refuse_taken(host, port)
                try:
                    self._start_database(data, supervisor)
                    self._prepare(data, demo=not no_demo)
                    supervisor.catch_signals()
                    self._serve(supervisor, host, port)
                    if not supervisor.stopping:
                        self._welcome(host, port, demo=not no_demo)
                    supervisor.run()
                    self._say("up", "stopping")
                finally:
                    connection.close()
                    supervisor.stop()
        except (DatabaseUnavailable, DatabaseError, psycopg.Error) as error:
            raise CommandError(_first_line(error)) from error
        self._say("up", "stopped")

    def _start_database(self, data: Path, supervisor: Supervisor) -> None:
        server = EmbeddedPostgres(data)
        if os.environ["DATABASE_URL"] != server.url:
            psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
            return
        self._say("up", f"starting PostgreSQL in {data}")

        def launch() -> subprocess.Popen[bytes]:
            try:
                return server.launch()
            except DatabaseUnavailable as error:
                raise LaunchFailed(str(error)) from error

        with server.alone(patience=_PATIENCE_SECONDS):
            supervisor.start(Service("db", launch, signal.SIGINT, last=True))
            server.start()

    def _prepare(self, data: Path, *, demo: bool) -> None:
        if settings.BROKER_URL.startswith("pgmq:"):
            _install_queue()
        executor = MigrationExecutor(connection)
        _refuse_newer(executor)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("up", "preparing the tables")
            call_command("migrate", verbosity=0, interactive=False)
        begun = data / "begun"
        if not begun.exists():
            if demo and "demo" in get_commands():
                self._say("up", "loading the demo")
                call_command("demo")
            begun.touch()

    def _serve(self, supervisor: Supervisor, host: str, port: int) -> None:
        """Start the web server, and when it answers the others: the first page comes first."""
        env = os.environ | {"ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or _names(host)}
        python = (sys.executable, "-m")
        web = f"granian --interface wsgi --host {host} --port {port} --no-ws --blocking-threads 4"
        celery = "celery --quiet --app cxplanner"
        lean = "--without-gossip --without-mingle --without-heartbeat"
        self._say("up", "starting the web server")
        web = f"{web} --workers {settings.WEB_WORKERS} cxplanner.wsgi:application"
        supervisor.start(program("web", (*python, *web.split()), env))
        deadline = time.monotonic() + _WEB_SECONDS

        def settled() -> bool:
            if supervisor.failures("web") >= _WEB_TRIES or time.monotonic() > deadline:
                raise CommandError("The web server does not start; its own words are above.")
            return _answers(_reachable(host), port)

        supervisor.run(until=settled)
        worker = f"{celery} worker --concurrency 2 --loglevel WARNING {lean}"
        beat = f"{celery} beat --loglevel WARNING --scheduler celery.beat:Scheduler --pidfile="
        for name, command in (("worker", worker), ("beat", beat)):
            if not supervisor.stopping:
                supervisor.start(program(name, (*python, *command.split()), env))

    def _welcome(self, host: str, port: int, *, demo: bool) -> None:
        """Print the address and, where only this machine can follow it, a link that signs in."""
        self._say("up", f"ready after {time.monotonic() - self._begun:.1f} s; Ctrl-C ends it")
        self._say("up", f"open {_address(host, port)}")
        if not _is_loopback(host):
            return
        who = ["owner@demo.example"] if demo else []  # nobody: name yourself and your workspace
        try:
            call_command("signin_link", *who, address=_address(host, port), stdout=self.stdout)
        except CommandError as missing:  # no demo, or its owner was removed: still serve
            self._say("up", str(missing))

    def _say(self, who: str, line: str) -> None:
        self.stdout.write(f"{who:6} | {line}")
        self.stdout.flush()


@contextmanager
def _the_only_one(data: Path) -> Iterator[None]:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data / "up.lock").open("a+")
    except OSError as error:
        raise CommandError(f"Cannot use {data}: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"cxplanner already runs on {data} (process {lock.read().strip()})."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _refuse_taken(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except (OSError, OverflowError) as error:
        raise CommandError(
            f"Cannot listen on {host}, port {port}: {_first_line(error)}; choose with --port."
        ) from error


def _install_queue() -> None:
    """Give the default broker its tables; its own installer fails when run twice."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        found = database.execute("SELECT to_regclass('pgmq.meta')").fetchone()
        if found == (None,):
            install_pgmq_from_sql(conn=database)


def _refuse_newer(executor: MigrationExecutor) -> None:
    labels = {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in _OURS}
    unknown = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations))
    for label, name in unknown:
        if label in labels:
            raise CommandError(
                f"The data was written by a newer cxplanner ({label}.{name}); update cxplanner."
            )


def _answers(host: str, port: int) -> bool:
    web = http.client.HTTPConnection(host, port, timeout=2)
    try:
        web.request("GET", "/healthz")
        return web.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _address(host: str, port: int) -> str:
    name = _reachable(host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def _names(host: str) -> str:
    own = f"[{host}]" if ":" in host else host
    return ",".join(dict.fromkeys(("localhost", "127.0.0.1", "[::1]", own)))


def _first_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).strip().partition("\n")[0]
