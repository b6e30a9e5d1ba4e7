"""What every command needs before Django reads its settings: a data directory and a database."""

import os
import secrets
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, execute_from_command_line

from cxplanner.base.postgres import EmbeddedPostgres, attached
from cxplanner.base.postgres_programs import DatabaseUnavailable
from cxplanner.management.commands.up import Command as Up

# `up` looks after its database itself; the others ask none anything.
_WITHOUT_DATABASE = {
    "", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "startapp", "startproject", "up", "version",
}  # fmt: skip


def main(argv: Sequence[str]) -> None:
    """Run a management command; without DATABASE_URL on the embedded PostgreSQL."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplanner.settings")
    command = argv[1] if len(argv) > 1 and not argv[1].startswith("-") else ""
    _leave_in_order(0 if command == "up" else 128 + signal.SIGTERM)
    asks_nothing = command in _WITHOUT_DATABASE or {"-h", "--help"} & set(argv)
    try:
        data = data_directory(argv if command == "up" else ())
        with nullcontext() if asks_nothing else _database(data):
            _set_environment(data, keep_secret=not asks_nothing or command == "up")
            if command == "up":
                _up(argv)
            else:
                execute_from_command_line(list(argv))
    except (DatabaseUnavailable, ImproperlyConfigured) as error:
        sys.exit(f"cxplanner: {error}")


def _up(argv: Sequence[str]) -> None:
    """Run `up` without loading Django's apps, as Django's own way would."""
    up = Up()
    options = up.create_parser(argv[0], "up").parse_args(list(argv[2:]))
    try:
        up.handle(**vars(options))
    except CommandError as error:
        sys.exit(f"cxplanner: {error}")


def data_directory(argv: Sequence[str]) -> Path:
    """Return `--data`, else CXPLANNER_DATA, else the user's own data directory."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--data")
    known, _ = parser.parse_known_args(argv[2:])
    if given := known.data or os.environ.get("CXPLANNER_DATA"):
        return Path(given).expanduser().absolute()
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "cxplanner"


def _has(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def _database(data: Path) -> AbstractContextManager[object]:
    return nullcontext() if _has("DATABASE_URL") else attached(data)


def _set_environment(data: Path, *, keep_secret: bool) -> None:
    os.environ["CXPLANNER_DATA"] = str(data)
    if not _has("DATABASE_URL"):
        os.environ["DATABASE_URL"] = EmbeddedPostgres(data).url
        os.environ.setdefault("CXPLANNER_EMBEDDED", "1")
    if not _has("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _secret_key(data) if keep_secret else secrets.token_urlsafe(50)


def _secret_key(data: Path) -> str:
    """Return the key of this data directory, made on first use and readable by its owner only."""
    path = data / "secret_key"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            new = path.with_name(f"secret_key.{os.getpid()}")
            new.touch(mode=0o600)
            new.write_text(secrets.token_urlsafe(50))
            new.rename(path)
        return path.read_text()
    except OSError as error:
        raise DatabaseUnavailable(f"Cannot use {data}: {error.strerror}") from error


def _leave_in_order(code: int) -> None:
    """Let SIGTERM (in `up` Ctrl-C too) unwind like an exception and stop what was started."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)  # it may come twice
        sys.exit(code)

    numbers = (signal.SIGTERM, signal.SIGINT) if code == 0 else (signal.SIGTERM,)
    for number in numbers:
        signal.signal(number, leave)
