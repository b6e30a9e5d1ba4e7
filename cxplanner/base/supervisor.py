"""Keeps a few processes running together: restarts what dies, and ends all of them as one."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from cxplanner.base.processes import die_with_parent

_GUARD = Path(__file__).with_name("guard.sh")
_TICK_SECONDS = 0.2
_FIRST_DELAY, _LONGEST_DELAY = 0.5, 30.0
# A child that lived this long was well; its next death starts with a short delay again.
_WELL_AFTER_SECONDS = 30.0
_GRACE_SECONDS = 15.0
# Terminals and `uv run` deliver one Ctrl-C twice; only a later one asks for haste.
_HURRY_AFTER_SECONDS = 3.0


class LaunchFailed(Exception):
    """A service could not be started now; it is tried again later."""


@dataclass(frozen=True)
class Service:
    """Something to keep running. `launch` must put the child into a session of its own.

    Those of a lower `stage` are stopped first. A `precious` one is never killed: a database.
    """

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    stage: int = 0
    precious: bool = False


def program(name: str, command: Sequence[str], env: Mapping[str, str], **stopped: Any) -> Service:
    """Return a service that runs a command; its output is shown line by line under its name.

    `stopped` says how it is stopped, as Service does.
    """

    def launch() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    return Service(name, launch, **stopped)


@dataclass
class _Child:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0
    unfinished: bytes = field(default=b"")


class Supervisor:
    """Runs services until it is asked to stop, by signal or by the death of the `uv` above it.

    One thread does everything: the kernel ends children with the thread that started them.
    """

    def __init__(self, say: Callable[[str, str], None]) -> None:
        self._say = say
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._guard: subprocess.Popen[bytes] | None = None
        self._to_guard = -1
        self._asked: float | None = None
        self._hurry = False
        self._uv = os.getppid() if _started_by_uv() else None

    @property
    def stopping(self) -> bool:
        return self._asked is not None

    def catch_signals(self) -> None:
        """Stop on Ctrl-C, SIGTERM and a closed terminal, unless ignored, as under nohup."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def start(self, service: Service) -> None:
        """Start the service now and keep it running."""
        child = _Child(service)
        self._children.append(child)
        self._launch(child)

    def failures(self, name: str) -> int:
        """Return how often in a row the service has failed."""
        return next(child.failures for child in self._children if child.service.name == name)

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Keep the services running until asked to stop, or until `until()` is true."""
        while not self.stopping:
            if until is not None and until():
                return
            self._tick()
            if self._uv is not None and os.getppid() != self._uv:
                self._asked = time.monotonic()

    def stop(self) -> None:
        """End everything, stage by stage. Kills after 15 seconds what may be killed."""
        self._asked = self._asked or time.monotonic()
        for stage in sorted({child.service.stage for child in self._children}):
            self._stop([child for child in self._children if child.service.stage == stage])
        if self._guard is not None:
            os.close(self._to_guard)
            self._guard.wait()
            self._guard = None

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked is None:
            self._asked = now
        elif now - self._asked >= _HURRY_AFTER_SECONDS:
            self._hurry = True

    def _tick(self) -> None:
        self._read(_TICK_SECONDS)
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
            elif child.process is None and now >= child.due:
                self._launch(child)
        if self._guard is not None and self._guard.poll() is not None:
            self._tell_guard()

    def _launch(self, child: _Child) -> None:
        try:
            child.process = child.service.launch()
        except LaunchFailed as reason:
            self._delay(child, str(reason))
            return
        child.started = time.monotonic()
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
        self._tell_guard()

    def _bury(self, child: _Child) -> None:
        """Clear away a child that ended: its helpers may outlive it and hold its port."""
        process = child.process
        if process is None:
            return
        if not child.service.precious:
            _kill_group(process.pid, signal.SIGKILL)
        self._drain(child)
        child.process = None
        self._tell_guard()
        if not self.stopping:
            if time.monotonic() - child.started > _WELL_AFTER_SECONDS:
                child.failures = 0
            self._delay(child, f"ended ({_told(process.returncode)})")

    def _delay(self, child: _Child, reason: str) -> None:
        delay = min(_FIRST_DELAY * 2**child.failures, _LONGEST_DELAY)
        child.failures += 1
        child.due = time.monotonic() + delay
        self._say(child.service.name, f"{reason}; starting again in {delay:g} s")

    def _stop(self, children: list[_Child]) -> None:
        for child in children:
            if child.process is not None:
                child.process.send_signal(child.service.stop_signal)
        deadline = time.monotonic() + _GRACE_SECONDS
        while running := [child for child in children if child.process is not None]:
            self._read(_TICK_SECONDS / 4)
            overdue = self._hurry or time.monotonic() > deadline
            for child in running:
                if child.process is not None and child.process.poll() is not None:
                    self._bury(child)
                elif child.process is not None and overdue and not child.service.precious:
                    _kill_group(child.process.pid, signal.SIGKILL)

    def _read(self, seconds: float) -> None:
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            self._show(key.data)

    def _show(self, child: _Child) -> bool:
        """Show what the child wrote; False when there is nothing (more) to read now."""
        if child.process is None or child.process.stdout is None:
            return False
        try:
            data = os.read(child.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return False
        if not data:
            self._close(child.process)
            return False
        *lines, child.unfinished = (child.unfinished + data).split(b"\n")
        for line in lines:
            self._say(child.service.name, line.decode(errors="replace"))
        return True

    def _drain(self, child: _Child) -> None:
        while self._show(child):
            pass
        if child.process is not None:
            self._close(child.process)
        child.unfinished = b""

    def _close(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is not None and not process.stdout.closed:
            self._selector.unregister(process.stdout)
            process.stdout.close()
            process.stdout = None

    def _tell_guard(self) -> None:
        """Tell the guard all groups. One that was killed is replaced, and born knowing them."""
        groups = (
            f"{child.service.stop_signal.name.removeprefix('SIG')}:{child.process.pid}"
            for child in self._children
            if child.process is not None
        )
        told = f"{' '.join(groups)}\n".encode()
        if self._guard is not None and self._guard.poll() is None:
            with suppress(BrokenPipeError):
                os.write(self._to_guard, told)
            return
        if self._guard is not None:
            os.close(self._to_guard)
        heard, self._to_guard = os.pipe()
        os.write(self._to_guard, told)
        self._guard = subprocess.Popen(["/bin/sh", _GUARD], stdin=heard, start_new_session=True)
        os.close(heard)


def _kill_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _told(returncode: int) -> str:
    return f"exit {returncode}" if returncode >= 0 else signal.Signals(-returncode).name


def _started_by_uv() -> bool:
    """Return whether our parent is `uv run`, which stays above us and is to take us with it."""
    if "UV" not in os.environ:
        return False
    told = Path(f"/proc/{os.getppid()}/comm")  # a slim container has no `ps`, macOS no /proc
    if told.exists():
        return told.read_text().strip() == "uv"
    ask = ["ps", "-o", "comm=", "-p", str(os.getppid())]
    shown = subprocess.run(ask, capture_output=True, text=True, check=False)
    return Path(shown.stdout.strip()).name == "uv"
