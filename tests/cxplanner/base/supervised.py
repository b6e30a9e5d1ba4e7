"""A small program for the supervisor's tests: `python -m tests.cxplanner.base.supervised DIR`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from cxplanner.base.postgres import EmbeddedPostgres
from cxplanner.base.supervisor import Service, Supervisor, program

# A leader with a helper that outlives it, as a web server with its workers.
_SERVER = 'sleep 600 & echo "$$ $!" > "$1/server.new"; mv "$1/server.new" "$1/server"; wait'


def main(place: Path, *wanted: str) -> None:
    supervisor = Supervisor(lambda who, line: print(f"{who}| {line}", flush=True))
    supervisor.catch_signals()
    if "database" in wanted:
        server = EmbeddedPostgres(place)

        def launch() -> "subprocess.Popen[bytes]":
            process = server.launch()
            (place / "database").write_text(str(process.pid))
            return process

        supervisor.start(Service("database", launch, signal.SIGINT, stage=1, precious=True))
    command = ["/bin/sh", "-c", _SERVER, "sh", str(place)]
    if "stubborn" in wanted:
        command[2] = f"trap 'echo asked' TERM; {_SERVER}; wait; wait; wait"
    supervisor.start(program("server", command, os.environ))
    supervisor.run()
    supervisor.stop()
    print("up| stopped", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
