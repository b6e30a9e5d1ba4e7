"""The product as real processes: started by its one command, asked over HTTP."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.cxplanner.base.processes import alive, eventually

ROOT = Path(__file__).parents[2]
_OWN = {
    "BROKER_URL",
    "CXPLANNER_EMBEDDED",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "HTTPS",
    "SECRET_KEY",
}


def as_from_a_shell(**more: str) -> dict[str, str]:
    """Return the environment without what the test run has set for itself."""
    return {name: value for name, value in os.environ.items() if name not in _OWN} | more


def manage(*words: object, **env: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=ROOT,
        env=as_from_a_shell(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


class Product:
    """`up` on a data directory, in whose log one may read; use it as a context."""

    def __init__(self, data: Path, **env: str) -> None:
        self.data, self.port = data, free_port()
        self._env = {"TOKEN_REQUESTS_PER_MINUTE": "1000000", **env}
        self.log = data.with_suffix(".log")

    def __enter__(self) -> "Product":
        words = ["up", "--no-demo", "--data", str(self.data), "--port", str(self.port)]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", *words],
                cwd=ROOT,
                env=as_from_a_shell(**self._env),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if not eventually(lambda: page(self.port, "/readyz") == 200, 90):
            self.__exit__()
            raise AssertionError(self.log.read_text())
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def processes(self, *words: str) -> list[int]:
        """Return the living processes below `up` with all words in their command, parents first."""
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop(0)
            try:
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (thread / "children").read_text().split())
                command = Path(f"/proc/{pid}/cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if alive(pid) and all(word in command for word in words):
                found.append(pid)
        return found

    def command(self, *words: str) -> str:
        """Run a management command on the product's data and return what it says."""
        process = manage(*words, CXPLANNER_DATA=str(self.data))
        told, wrong = process.communicate(timeout=120)
        assert process.returncode == 0, told + wrong
        return told.strip()

    def ready(self) -> dict[str, str]:
        """Return what each part says of itself."""
        try:
            with Caller(self.port) as caller:
                _status, told = caller.ask("GET", "/readyz")
        except OSError:
            return {}
        return dict(told["parts"])


class Caller:
    """One keep-alive connection to the product; use it as a context."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call once. Raises OSError when the connection breaks."""
        content = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, content, self._headers)
            reply = self._connection.getresponse()
            read = reply.read()
        except http.client.HTTPException as error:
            self._connection.close()
            raise ConnectionError(repr(error)) from error
        except OSError:
            self._connection.close()
            raise
        is_json = "json" in reply.headers.get("Content-Type", "")
        return reply.status, json.loads(read) if is_json else read

    def insist(self, method: str, path: str, body: Any, *, seconds: float = 120) -> Any:
        """Call until the product takes it, as a client with retries does."""
        end, said = time.monotonic() + seconds, "nothing"
        while time.monotonic() < end:
            try:
                status, reply = self.ask(method, path, body)
            except OSError as error:
                said = repr(error)
            else:
                if status in {200, 201}:
                    return reply
                said = f"{status} {reply}"
                assert status >= 500, said
            time.sleep(0.2)
        raise AssertionError(f"{path}: {said}")
