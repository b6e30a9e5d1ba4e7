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
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxplanner import env
from cxplanner.base.postgres import EmbeddedPostgres
from cxplanner.base.postgres_programs import DatabaseUnavailable
from cxplanner.base.processes import die_with_parent
from cxplanner.base.supervisor import LaunchFailed, Service, Supervisor, program

_ROOT = Path(__file__).parents[3]
_PATIENCE_SECONDS = 10.0
_WEB_SECONDS = 60.0
_WEB_TRIES = 3


class Command(BaseCommand):
    """Holds the others together, without Django's apps itself: they would cost it 60 MB."""

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
                    link = self._prepare(host, port, demo=not no_demo)
                    supervisor.catch_signals()
                    self._serve(supervisor, host, port)
                    if not supervisor.stopping:
                        self._welcome(host, port, link)
                    supervisor.run()
                    self._say("up", "stopping")
                finally:
                    supervisor.stop()
        except (DatabaseUnavailable, psycopg.Error) as error:
            raise CommandError(_first_line(error)) from error
        self._say("up", "stopped")

    def _start_database(self, data: Path, supervisor: Supervisor) -> None:
        server = EmbeddedPostgres(data)
        if (address := env.text("DATABASE_URL")) != server.url:
            env.database("DATABASE_URL")  # names a wrong address without showing its password
            psycopg.connect(address, connect_timeout=5).close()
            return
        self._say("up", f"starting PostgreSQL in {data}")

        def launch() -> subprocess.Popen[bytes]:
            try:
                return server.launch()
            except DatabaseUnavailable as error:
                raise LaunchFailed(str(error)) from error

        with server.alone(patience=_PATIENCE_SECONDS):
            supervisor.start(Service("db", launch, signal.SIGINT, stage=2, precious=True))
            server.start()

    def _prepare(self, host: str, port: int, *, demo: bool) -> str:
        """Have the tables and the demo made, by a process of its own; return a sign-in link."""
        address = _address(host, port)
        words = ["prepare", *(["--demo"] if demo else [])]
        if _is_loopback(host):  # only this machine can follow it
            words += ["--link", address]
        child = subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        link = ""
        with child:
            try:
                for line in child.stdout or ():
                    if line.startswith(address):
                        link = line.strip()
                    else:
                        self._say("up", line.strip())
            except BaseException:
                child.terminate()
                raise
        if child.returncode:
            sys.exit(child.returncode)  # it has said why
        return link

    def _serve(self, supervisor: Supervisor, host: str, port: int) -> None:
        """Start the web server, and when it answers the others: the first page comes first."""
        environ = os.environ | {
            "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or _names(host),
            "PUBLIC_URL": os.environ.get("PUBLIC_URL") or _address(host, port),
        }
        python = (sys.executable, "-m")
        web = f"granian --interface wsgi --host {host} --port {port} --no-ws --blocking-threads 4"
        self._say("up", "starting the web server")
        web = f"{web} --workers {env.web_workers()} cxplanner.wsgi:application"
        supervisor.start(program("web", (*python, *web.split()), environ))
        deadline = time.monotonic() + _WEB_SECONDS

        def settled() -> bool:
            if supervisor.failures("web") >= _WEB_TRIES or time.monotonic() > deadline:
                raise CommandError("The web server does not start; its own words are above.")
            return _answers(_reachable(host), port)

        supervisor.run(until=settled)
        if not supervisor.stopping:
            supervisor.start(program("worker", (*python, "cxplanner.worker"), environ))
            # The clock ends after the worker, which is quicker to see that it is to stop when a
            # job comes in; it keeps nothing, so it may be killed.
            clock = (*python, "cxplanner.clock")
            beat = program("beat", clock, environ, stop_signal=signal.SIGKILL, stage=1)
            supervisor.start(beat)

    def _welcome(self, host: str, port: int, link: str) -> None:
        # Links made from another terminal begin with it.
        (Path(os.environ["CXPLANNER_DATA"]) / "address").write_text(_address(host, port))
        self._say("up", f"ready after {time.monotonic() - self._begun:.1f} s; Ctrl-C ends it")
        self._say("up", f"open {_address(host, port)}")
        if link:
            self.stdout.write(link)
            self.stdout.flush()

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
