"""The embedded PostgreSQL: one private server per data directory, on a unix socket only."""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from cxplanner.base.postgres_programs import (
    SHARED_HOME,
    DatabaseUnavailable,
    Programs,
    account,
    find_programs,
)
from cxplanner.base.processes import die_with_parent

# How the directory is arranged; a higher number in the directory means a newer cxplanner wrote it.
LAYOUT = 1
_START_SECONDS = 60
_STOP_SECONDS = 60
_LONGEST_SOCKET_PATH = 100
# The superuser `postgres` is used once, to make the plain role everything else runs as.
_FIRST_STATEMENTS = """\
CREATE ROLE cxplanner LOGIN CREATEDB;
CREATE DATABASE cxplanner OWNER cxplanner;
"""
_HASTY = ("fsync", "synchronous_commit", "full_page_writes")


class StillRunning(DatabaseUnavailable):
    """Processes of a server on this directory are alive."""


class EmbeddedPostgres:
    """The server of one data directory.

    A lock that every process of the server inherits says whether any of them is alive; the kernel
    drops it with the last one, however that ended.
    """

    def __init__(self, data_dir: Path, durable: bool = True) -> None:  # noqa: FBT001, FBT002 - the one switch, named wherever it is given
        self.home = data_dir.absolute() / "postgres"
        self.durable = durable
        self.log = self.home / "log"
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:10]
        place = SHARED_HOME / digest if account().user else self.home
        self._cluster = place / "data"
        self._socket = place / "run"
        if len(str(self._socket / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH or "," in str(place):
            self._socket = Path(tempfile.gettempdir()) / f"cxplanner-{os.geteuid()}-{digest}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of the database for the plain role; computed, never asked."""
        return f"postgresql://cxplanner@{quote(str(self._socket), safe='')}/cxplanner"

    def start(self) -> None:
        """Attach to the running server, or start one that ends with this process.

        Raises DatabaseUnavailable.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if self._process is None:
                with suppress(StillRunning):
                    self.launch()
            elif self._process.poll() is not None:
                raise DatabaseUnavailable(f"PostgreSQL ended at once: {self._last_words()}")
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"PostgreSQL did not answer within {_START_SECONDS} seconds; see {self.log}"
                )
            time.sleep(0.02)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server without waiting for it to answer.

        Raises StillRunning while any process of an earlier server is alive.
        """
        try:
            self._make_directories()
            with (self.home / "lock").open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise StillRunning("PostgreSQL already runs on this directory.") from None
                self._process = self._launch_holding(lock.fileno())
        except OSError as error:
            raise DatabaseUnavailable(f"Cannot use {self.home}: {error.strerror}") from error
        return self._process

    def stop(self) -> None:
        """Stop the server if this object started it, and wait until it has (at most 60 s)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_STOP_SECONDS)
            self._process = None

    @property
    def started_here(self) -> bool:
        return self._process is not None

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Mark the server as used by this process; whoever started it stops it after the last."""
        with self._users() as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                if self.started_here:
                    fcntl.flock(users, fcntl.LOCK_EX)
                    self.stop()

    @contextmanager
    def alone(self, *, patience: float) -> Iterator[None]:
        """Hold off every other command while the caller starts a server of its own.

        Waits `patience` seconds for commands that use the database; raises DatabaseUnavailable if
        they go on. A server that nobody uses any more is stopped.
        """
        deadline = time.monotonic() + patience
        with self._users() as users:
            while True:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise DatabaseUnavailable(
                            "Another command is using this data directory; try again after it."
                        ) from None
                    time.sleep(0.1)
            self._stop_forgotten()
            yield

    @contextmanager
    def _users(self) -> Iterator[int]:
        try:
            self._make_directories()
            users = os.open(self.home / "users", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise DatabaseUnavailable(f"Cannot use {self.home}: {error.strerror}") from error
        try:
            yield users
        finally:
            os.close(users)

    def _make_directories(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._cluster.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._socket.mkdir(mode=0o700, exist_ok=True)
        user = account().user
        owner = pwd.getpwnam(user).pw_uid if user else os.geteuid()
        if user:
            os.chown(self._cluster.parent, owner, -1)
            os.chown(self._socket, owner, -1)
        # The short socket directory lies where others may write: take none that they prepared.
        state = self._socket.lstat()
        if self._socket.is_symlink() or state.st_uid != owner or state.st_mode & 0o077:
            raise DatabaseUnavailable(f"{self._socket} is not private to us; remove it.")

    def _launch_holding(self, lock: int) -> subprocess.Popen[bytes]:
        programs = find_programs(self._written_by())
        if self._written_by() is None:
            self._create_cluster(programs)
        # Nobody holds our lock, so these are a dead server's, whoever has its process id today.
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        (self._socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket),
            "unix_socket_permissions": "0700",
            "jit": "off",
            # An import of a million answers overruns the usual 4 MB, and 1 GB before a checkpoint.
            "wal_buffers": "16MB",
            "max_wal_size": "2GB",
            **({} if self.durable else dict.fromkeys(_HASTY, "off")),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self._command(programs, "postgres", "-D", str(self._cluster), *options),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                user=account().user,
                start_new_session=True,
                pass_fds=[lock],
                preexec_fn=die_with_parent(signal.SIGINT),
            )

    def _written_by(self) -> int | None:
        """Return the major version of PostgreSQL that wrote the directory; None if it is new."""
        layout = self.home / "layout"
        if layout.exists() and (written := int(layout.read_text())) > LAYOUT:
            raise DatabaseUnavailable(
                f"{self.home.parent} was written by a newer cxplanner (layout {written},"
                f" this one knows {LAYOUT}); update cxplanner."
            )
        version = self._cluster / "PG_VERSION"
        return int(version.read_text()) if version.exists() else None

    def _create_cluster(self, programs: Programs) -> None:
        """Make the cluster beside its place and move it there whole: a killed start leaves none."""
        new = self._cluster.with_name("data.new")
        shutil.rmtree(new, ignore_errors=True)
        builtin = programs.major >= 17
        self._run(
            self._command(
                programs,
                "initdb",
                f"--pgdata={new}",
                "--username=postgres",
                "--auth=trust",  # the directory of the socket is private
                "--encoding=UTF8",
                *(("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if builtin else ()),
                "--locale=C" if builtin else "--locale=C.UTF-8",
                *(() if self.durable else ("--no-sync",)),
            )
        )
        single = ("--single", "-D", str(new), "-c", "log_min_messages=error", "postgres")
        self._run(self._command(programs, "postgres", *single), _FIRST_STATEMENTS)
        (self.home / "layout").write_text(f"{LAYOUT}\n")
        new.rename(self._cluster)

    def _command(self, programs: Programs, name: str, *words: str) -> list[str]:
        return [*account().prefix, str(programs.directory / name), *words]

    def _run(self, command: Sequence[str], statements: str = "") -> None:
        done = subprocess.run(
            command,
            input=statements,
            capture_output=True,
            text=True,
            cwd="/",
            user=account().user,
            check=False,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        if done.returncode or "ERROR:" in done.stderr:
            raise DatabaseUnavailable(f"Cannot create the database: {_reason(done.stderr)}")

    def _stop_forgotten(self) -> None:
        with suppress(OSError, ValueError, IndexError), (self.home / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pid = int((self._cluster / "postmaster.pid").read_text().split()[0])
                os.kill(pid, signal.SIGINT)
                fcntl.flock(lock, fcntl.LOCK_EX)

    def _last_words(self) -> str:
        return _reason(self.log.read_text(errors="replace"))


def _reason(output: str) -> str:
    """Return the last line of a program's output that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if re.search(r"(FATAL|PANIC|ERROR|error): ", line)]
    return (told or lines or ["no reason given"])[-1]


@contextmanager
def attached(data_dir: Path, *, durable: bool = True) -> Iterator[EmbeddedPostgres]:
    """Use the server of this directory: the running one, or one started for as long as needed."""
    server = EmbeddedPostgres(data_dir, durable=durable)
    with server.in_use():
        server.start()
        yield server
