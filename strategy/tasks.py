"""Jobs on the numbers."""

from celery import shared_task

from strategy import intake


@shared_task
def tick() -> None:
    """Take in pending numbers of all workspaces; also the sweep after a crash."""
    intake.run_all()


@shared_task
def close_days() -> None:
    """Begin the new day of each workspace where midnight has passed."""
    intake.close_days()


@shared_task
def audit() -> None:
    """Check and recount the last two days, every night."""
    intake.audit()
