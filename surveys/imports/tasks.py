"""Jobs on files of past answers."""

from celery import shared_task

from cxplanner.base.tasks import WorkspaceTask
from surveys.imports import keeping, running
from surveys.imports.selectors import files_to_forget, left_alone


@shared_task(base=WorkspaceTask)
def read_file(workspace_id: int, import_id: int) -> None:
    """Check a file or bring it in."""
    running.work(import_id)


@shared_task
def sweep_imports() -> None:
    """Begin files again whose worker is gone."""
    for workspace_id, import_id in left_alone():
        read_file.delay(workspace_id, import_id)


@shared_task
def forget_files() -> None:
    """Remove kept files nobody needs any more."""
    for row in files_to_forget():
        keeping.drop(row)
