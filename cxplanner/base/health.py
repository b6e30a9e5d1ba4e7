"""/healthz says the process lives; /readyz names the part that does not work."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError

from cxplanner.base.models import Heartbeat
from cxplanner.base.squashed import lost_migration


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return None


def _migrations() -> str | None:
    try:
        if lost := lost_migration(connection):
            return f"{lost} was never applied and is here no longer"
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return f"{len(plan)} not applied" if plan else None


def _broker() -> str | None:
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=3)
    except (OperationalError, OSError, psycopg.Error) as error:
        return (str(error).splitlines() or [type(error).__name__])[0]
    return None


def _worker() -> str | None:
    try:
        seen = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    except DatabaseError as error:
        return str(error).splitlines()[0]
    if seen is None:
        return "has not been seen yet"
    silent = timezone.now() - seen
    if silent > timedelta(seconds=3 * settings.HEARTBEAT_SECONDS):
        return f"silent for {silent.total_seconds():.0f} seconds"
    return None


PARTS: dict[str, Callable[[], str | None]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
}


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503 with what each says."""
    parts = {name: look() or "ok" for name, look in PARTS.items()}
    ready = all(said == "ok" for said in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)
