"""What was it before: every insert, update and delete of a tracked row, kept per workspace."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

import pghistory
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware
from pghistory.models import Event, EventQuerySet
from pghistory.runtime import _tracker

from cxplanner.base.tenancy import CurrentWorkspace

Model = TypeVar("Model", bound=type[models.Model])


class ScopedHistoryManager(models.Manager.from_queryset(EventQuerySet)):  # type: ignore[misc]  # a class made at run time
    """Versions of the active workspace's rows only."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(workspace_id=CurrentWorkspace())


class ScopedHistory(Event):
    """Base of all history tables of workspace-owned rows."""

    objects: ClassVar[Any] = ScopedHistoryManager()

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


class PageHistory(HistoryMiddleware):
    """Say who acts on a page, and where. The API says it itself; a public answer is no version."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(("/api/", "/s/")):
            answered: HttpResponse = self.get_response(request)
        else:
            answered = super().__call__(request)  # type: ignore[no-untyped-call]  # pghistory leaves it bare
        return answered


def acting(**who: Any) -> Any:
    """Say who acts inside the block: a token, a task or a command (a page says it by itself)."""
    return pghistory.context(**who)


def current_act() -> UUID | None:
    """Return the id that all versions written now share: one request, command or task is one act.

    None where nobody said who acts.
    """
    context = getattr(_tracker, "value", None)  # the library shows it only to who enters a context
    return context.id if context else None


def say_done(request: HttpRequest, words: str) -> None:
    """Tell on the next page that an act is done; the page offers to take it back."""
    messages.success(request, words, extra_tags=str(current_act() or ""))


def versions_of(model: type[models.Model]) -> Any:
    """Return the history of a tracked model's rows in the active workspace, as a queryset."""
    tracked_model: Any = model
    return tracked_model.pgh_event_model.objects.all()
