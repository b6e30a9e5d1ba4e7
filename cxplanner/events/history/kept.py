"""Kept: how the history of a model is told and its rows put back; settings.KEPT_HISTORY lists them.

The list is also the order in which rows are held: the order in which services hold them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import WorkspaceModel

# Columns that no version brings back: whose row it is, and when it was written.
_FIXED = frozenset({"workspace", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Returned:
    """A row that was put back: as it stood and as it stands; None where it was or is not there."""

    before: Any | None
    row: Any | None

    @property
    def thing(self) -> Any:
        """The row, or what it was where it is gone."""
        return self.before if self.row is None else self.row

    @property
    def changes(self) -> set[str]:
        """The columns that differ; all of them when the row came or went."""
        names = {column.name: column.attname for column in self.thing._meta.concrete_fields}
        if self.row is None or self.before is None:
            return set(names)
        return {
            name
            for name, attname in names.items()
            if getattr(self.row, attname) != getattr(self.before, attname)
        }


def _nothing(_rows: Sequence[Any]) -> None:
    """Nothing is held before these rows."""


def _no_more(_returned: Sequence[Returned], _by: Membership) -> None:
    """Nothing follows."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One tracked model. The first argument alone gives it a history, restore and undo."""

    model: type[WorkspaceModel]
    # Its REST resource, as "goals": `goals/{id}/history/` comes by itself. "" for a part of others.
    path: str = ""
    # Checks and follows up rows that were put back, as the services do after an edit.
    settle: Callable[[Sequence[Returned], Membership], None] = _no_more
    # Holds what services hold before such rows, and refuses what they refuse.
    hold: Callable[[Sequence[Any]], None] = _nothing
    # Columns told besides those that people edit.
    also: tuple[str, ...] = ()
    # Columns a restored version leaves as they are; an undo takes them back too.
    own: frozenset[str] = frozenset()
    # Counters that never go back.
    rising: frozenset[str] = frozenset({"version"})
    # Models whose rows may go along when the making of a row is undone, as they can be computed
    # again; with anything else on it, or with None, the row is archived instead.
    goes_with: frozenset[str] | None = frozenset()
    labels: Mapping[str, str | Promise] = field(default_factory=dict)
    # How a column's value reads beside its row: (row as it stands, value) -> words.
    say: Mapping[str, Callable[[Any, Any], str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Name the kind of thing, as its Ref does."""
        return str(getattr(self.model, "ref_kind", self.model._meta.model_name))

    @property
    def archives(self) -> bool:
        return any(column.name == "archived_at" for column in self.columns)

    @property
    def columns(self) -> list["Field[Any, Any]"]:
        """The columns a version can bring back."""
        return [
            column
            for column in self.model._meta.concrete_fields
            if not column.primary_key and column.name not in _FIXED | self.rising
        ]

    @property
    def told(self) -> list["Field[Any, Any]"]:
        """The columns whose changes people read."""
        return [one for one in self.columns if one.editable or one.name in self.also]


@cache
def all_kept() -> tuple[Kept, ...]:
    """Return every model whose history is kept, in the order in which rows are held."""
    return tuple(import_string(path) for path in settings.KEPT_HISTORY)


def kept_of(kind: str) -> Kept | None:
    """Return how a kind's history is kept; None for a kind without, or without a page."""
    return next((one for one in all_kept() if one.path and one.kind == kind), None)
