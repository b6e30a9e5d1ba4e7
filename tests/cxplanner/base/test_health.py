"""Signs of life name the part that fails."""

import re
from datetime import timedelta

from celery import current_app
from django.utils import timezone

from cxplanner.base.models import Heartbeat
from cxplanner.base.tasks import beat


def test_alive_asks_nothing_of_the_database(client):
    assert client.get("/healthz").content == b"ok"


def test_ready_names_the_silent_worker(client, db, caplog):
    assert client.get("/readyz").json()["parts"]["worker"] == "has not been seen yet"
    assert not caplog.records, "an answer is no error of the server"
    beat.delay()
    assert client.get("/readyz").json()["parts"]["worker"] == "ok"
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=5))
    page = client.get("/readyz")
    assert page.status_code == 503
    assert re.fullmatch(r"silent for 3\d\d seconds", page.json()["parts"]["worker"])
    assert page.json()["parts"]["database"] == "ok"


def test_ready_names_a_dead_broker(client, db):
    configured = current_app.conf.broker_url
    current_app.conf.update(broker_url="redis://127.0.0.1:1/0")
    try:
        assert client.get("/readyz").json()["parts"]["broker"] != "ok"
    finally:
        current_app.conf.update(broker_url=configured)
    assert client.get("/readyz").json()["parts"]["broker"] == "ok"
