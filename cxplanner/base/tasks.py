"""What every Celery task stands on, and the worker's own signs of life."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.utils import timezone

from cxplanner.base.history import acting
from cxplanner.base.models import Heartbeat, IdempotencyKey
from cxplanner.base.tenancy import workspace_scope

IDEMPOTENCY_KEPT = timedelta(hours=24)


class WorkspaceTask(DjangoTask[Any, Any]):
    """A task whose declared first argument names the workspace it runs in."""

    abstract = True

    def __call__(self, workspace_id: int, *args: Any, **kwargs: Any) -> Any:
        with workspace_scope(workspace_id), acting(task=self.name):
            return super().__call__(workspace_id, *args, **kwargs)


def sign_of_life(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


@shared_task
def beat() -> None:
    """Say that beat, broker and worker work together: this ran only because all three do."""
    sign_of_life("worker")


@shared_task
def forget_replies() -> None:
    """Drop idempotent replies older than a day."""
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - IDEMPOTENCY_KEPT).delete()
