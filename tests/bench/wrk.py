"""Drives a web server with wrk, which costs the least of the cores it shares with the server."""

import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Load

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
EMPTY_UUID = "00000000-0000-0000-0000-000000000000"
ABSENT = "wrk is not installed: `apt-get install wrk` (Debian), or `brew install wrk`"
_SCRIPT = Path(__file__).with_name("post.lua")


class Failed(Exception):
    """The load was not taken: calls were refused or lost."""


@dataclass(frozen=True)
class Call:
    """One POST. An empty UUID in the body becomes a new one each time it is sent."""

    path: str
    body: str
    content_type: str = JSON
    authorization: str = ""

    def line(self) -> str:
        return "\t".join((self.path, self.content_type, self.authorization, self.body))


def is_here() -> bool:
    return shutil.which("wrk") is not None


def drive(port: int, calls: Sequence[Call], *, seconds: int, connections: int = 16) -> Load:
    """Post calls picked at random for some seconds, as fast as they are answered.

    Raises Failed when any was refused, so that no figure is made of errors.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".calls") as file:
        file.write("".join(f"{call.line()}\n" for call in calls))
        file.flush()
        command = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds}s"]
        command += ["--latency", "--timeout=30s", f"--script={_SCRIPT}", f"http://127.0.0.1:{port}"]
        command += ["--", file.name, str(random.randrange(2**31))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(done.stdout + done.stderr)
    load = Load(**json.loads(done.stdout.splitlines()[-1]))
    if load.refused or load.lost or not load.calls:
        raise Failed(f"{load.refused} calls were refused and {load.lost} lost, of {load.calls}")
    return load
