"""What was it before: every insert, update and delete of a tracked row, kept per workspace."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pghistory
from django.db import models
from pghistory.models import Event, EventQuerySet

from cxplanner.base.tenancy import CurrentWorkspace

Model = TypeVar("Model", bound=type[models.Model])

if TYPE_CHECKING:
    _Manager = models.Manager[Event]
else:
    _Manager = models.Manager.from_queryset(EventQuerySet)


class ScopedHistoryManager(_Manager):
    """Versions of the active workspace's rows only."""

    def get_queryset(self) -> "models.QuerySet[Event]":
        return super().get_queryset().filter(workspace_id=CurrentWorkspace())


class ScopedHistory(Event):
    """Base of all history tables of workspace-owned rows."""

    objects = ScopedHistoryManager()

    class Meta:
        abstract = True


def tracked() -> Callable[[Model], Model]:
    """Track every version of a model, deletions among them; no field is left out."""
    return cast(
        "Callable[[Model], Model]",
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            base_model=ScopedHistory,
        ),
    )


def acting(**who: Any) -> Any:
    """Say who acts inside the block: a token, a task or a command (a page says it by itself)."""
    return pghistory.context(**who)
