"""Jobs of the project itself."""

from celery import shared_task
from django.utils import timezone

from cxplanner import demo
from cxplanner.base.tasks import WorkspaceTask


@shared_task(base=WorkspaceTask)
def fill_demo(workspace_id: int) -> None:
    demo.fill(workspace_id, timezone.now().date())
