"""The Celery app and the one table of periodic jobs."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplanner.settings")

app = Celery("cxplanner")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["surveys.imports"])


def _every(seconds: float, task: str) -> dict[str, Any]:
    # A tick nobody took before the next one is worthless; expiry keeps a dead worker's queue short.
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 2)}}


app.conf.beat_schedule = {
    "heartbeat": _every(5, "cxplanner.base.tasks.beat"),
    "numbers": _every(0.5, "strategy.tasks.tick"),
    "days": _every(60, "strategy.tasks.close_days"),
    "mail": _every(5, "cxplanner.events.tasks.deliver_mail"),
    "old mail": {
        "task": "cxplanner.events.tasks.forget_mail",
        "schedule": crontab(hour=3, minute=41),
    },
    "imports": _every(5, "surveys.imports.tasks.sweep_imports"),
    "files": _every(3600, "surveys.imports.tasks.forget_files"),
    "audit": {"task": "strategy.tasks.audit", "schedule": crontab(hour=3, minute=17)},
}
