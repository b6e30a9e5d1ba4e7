"""Real brokers on ports of their own, which a test may stop and start."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cxplanner.base.processes import eventually
from tests.walks.product import free_port


class Broker:
    """A server program with its whole state in one directory."""

    program = ""

    def __init__(self, place: Path) -> None:
        if shutil.which(self.program) is None:
            absent = f"{self.program} is not installed"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(absent)
        self.place, self.port = place, free_port()
        self._started: list[subprocess.Popen[bytes]] = []
        place.mkdir()

    @property
    def url(self) -> str:
        raise NotImplementedError

    def command(self) -> tuple[list[str], dict[str, str]]:
        raise NotImplementedError

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def start(self) -> None:
        words, env = self.command()
        self.run(words, env)
        assert eventually(self.answers, 60), (self.place / "log").read_text()

    def run(self, words: list[str], env: dict[str, str]) -> None:
        with (self.place / "log").open("ab") as log:
            process = subprocess.Popen(
                words,
                cwd=self.place,
                env=os.environ | env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started.append(process)

    def stop(self) -> None:
        while self._started:
            process = self._started.pop()
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


class Redis(Broker):
    program = "redis-server"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> tuple[list[str], dict[str, str]]:
        words = f"{self.program} --port {self.port} --bind 127.0.0.1 --save --appendonly no"
        return [*words.split(), "--dir", str(self.place)], {}


class RabbitMQ(Broker):
    program = "rabbitmq-server"
    # The program in the path wants to be root and then becomes somebody else; this one does not.
    real_program = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._names, self._distribution = free_port(), free_port()

    def start(self) -> None:
        names = ["epmd", "-address", "127.0.0.1", "-port", str(self._names)]
        self.run(names, {})  # or the server would start one that outlives it
        super().start()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def command(self) -> tuple[list[str], dict[str, str]]:
        program = self.real_program if self.real_program.exists() else self.program
        return [str(program)], {
            "HOME": str(self.place),  # the cookie is kept there
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._names),
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.place / "plugins"),
            "RABBITMQ_LOG_BASE": str(self.place),
            "RABBITMQ_MNESIA_BASE": str(self.place),
            "RABBITMQ_NODENAME": f"walk{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_PID_FILE": str(self.place / "pid"),
        }


BROKERS: dict[str, Callable[[Path], Broker]] = {"redis": Redis, "amqp": RabbitMQ}
