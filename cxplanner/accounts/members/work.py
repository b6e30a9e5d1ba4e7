"""Open work: what people answer for. Features declare theirs in settings.OPEN_WORK.

So whoever leaves can hand it over, although nothing down here knows goals.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, TypeAlias

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref

# Who answers for something: a member, or the plain name of somebody without an account.
Heir: TypeAlias = Membership | str


def columns_of(heir: Heir) -> dict[str, Any]:
    """Return the two columns that say who answers for something."""
    is_named = isinstance(heir, str)
    return {"owner": None if is_named else heir, "owner_name": heir if is_named else ""}


def with_owner(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as they are stored: an `owner` may be given by a plain name, too."""
    owner = given.get("owner")
    if isinstance(owner, str):
        return {**given, **columns_of(owner)}
    return {**given} if owner is None else {"owner_name": "", **given}


@dataclass(frozen=True, slots=True)
class Held:
    """One thing somebody answers for, where it lies, and the address of its page.

    `member` may have left; without one `name` stands, or nobody answers for it yet.
    """

    about: Ref
    title: str
    place: str
    page: str
    due_on: date | None = None
    member: Membership | None = None
    name: str = ""

    @property
    def owner(self) -> str:
        return str(self.member) if self.member else self.name


class OpenWork(ABC):
    """A kind of open work. Every call takes many at once and costs a constant number of queries."""

    kind: ClassVar[str]
    title: ClassVar[str | Promise]

    @abstractmethod
    def of(self, members: Iterable[int]) -> Sequence[Held]:
        """Return what these members (ids) answer for."""

    @abstractmethod
    def astray(self) -> Sequence[Held]:
        """Return what no member answers for: a plain name does, one who left, or nobody."""

    @abstractmethod
    def names(self) -> Iterable[str]:
        """Return the plain names in use as owners."""

    @abstractmethod
    def hand_over(self, ids: Sequence[int], *, to: Heir, by: Membership) -> int:
        """Give things another owner and return how many took one; closed ones keep theirs."""


@cache
def all_work() -> tuple[OpenWork, ...]:
    """Return every kind of open work there is."""
    return tuple(import_string(path)() for path in settings.OPEN_WORK)


def work_of(members: Iterable[int]) -> list[Held]:
    """Return what these members (ids) answer for, of every kind."""
    ids = list(members)
    return [held for kind in all_work() for held in kind.of(ids)]


def work_astray() -> list[Held]:
    """Return what no member answers for, of every kind."""
    return [held for kind in all_work() for held in kind.astray()]


def names_in_use() -> list[str]:
    """Return the plain names that own something, in their order."""
    return sorted({name for kind in all_work() for name in kind.names()}, key=str.casefold)


def given_to(heirs: Mapping[Ref, Heir], *, by: Membership) -> int:
    """Hand things over, each to its heir; returns how many changed hands."""
    together: defaultdict[tuple[str, Heir], list[int]] = defaultdict(list)
    for about, heir in heirs.items():
        together[about.kind, heir].append(int(about.id))
    return sum(
        kind.hand_over(ids, to=heir, by=by)
        for kind in all_work()
        for (name, heir), ids in together.items()
        if name == kind.kind
    )
