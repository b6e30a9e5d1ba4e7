"""Workspace scoping that fails closed: no active workspace, no rows."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models
from django.db.models.expressions import Expression

_current: ContextVar[int | None] = ContextVar("workspace_id", default=None)
Row = TypeVar("Row", bound="WorkspaceModel")


class NoWorkspace(RuntimeError):
    """A workspace-owned table was touched with no workspace, or with another one, active."""


def current_workspace_id() -> int:
    """Return the active workspace's id. Raises NoWorkspace when none is active."""
    workspace_id = _current.get()
    if workspace_id is None:
        raise NoWorkspace("no workspace is active")
    return workspace_id


def enter_workspace(workspace_id: int) -> None:
    """Make a workspace active for the rest of the request; its middleware takes it back."""
    _current.set(workspace_id)


@contextmanager
def workspace_scope(workspace_id: int | None) -> Iterator[None]:
    """Make a workspace active inside the block; None shuts every owned table."""
    token = _current.set(workspace_id)
    try:
        yield
    finally:
        _current.reset(token)


class CurrentWorkspace(Expression):
    """Read the active workspace when SQL is compiled, not when the queryset is built.

    Class-level querysets and form fields can thus be declared at import time.
    """

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[int]]:
        return "%s", (current_workspace_id(),)


def claim(row: "WorkspaceModel") -> None:
    """Give an unowned row to the active workspace; refuse one owned by another."""
    active = current_workspace_id()
    if row.workspace_id is None:
        row.workspace_id = active
    elif row.workspace_id != active:
        raise NoWorkspace(f"{type(row).__name__} {row.pk} belongs to another workspace")


class ScopedQuerySet(models.QuerySet[Row]):
    """Rows of the active workspace, which writes cannot leave."""

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        rows = list(objs)
        for row in rows:
            claim(row)
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        if {"workspace", "workspace_id"} & set(kwargs):
            raise NoWorkspace("a row cannot move to another workspace")
        return super().update(**kwargs)


class ScopedManager(models.Manager[Row]):
    """The default manager of every owned table."""

    def get_queryset(self) -> ScopedQuerySet[Row]:
        return ScopedQuerySet(self.model, using=self._db).filter(workspace_id=CurrentWorkspace())

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Row]:
        return self.get_queryset().bulk_create(*args, **kwargs)


class WorkspaceModel(models.Model):
    """A row owned by one workspace."""

    workspace = models.ForeignKey(
        "accounts.Workspace", models.CASCADE, editable=False, related_name="+"
    )

    objects = ScopedManager()
    # For the few listed files that find the workspace themselves (a public token, the runner).
    unscoped = models.Manager()  # noqa: DJ012  # the rule takes a second manager for a field

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "unscoped"

    def save(self, *args: Any, **kwargs: Any) -> None:
        claim(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        claim(self)
        return super().delete(*args, **kwargs)
