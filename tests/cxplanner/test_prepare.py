"""`prepare` goes on from where the data stands, or says in one line why it cannot."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import resolve

SQUASHED = {
    migration.app_label: migration
    for migration in MigrationLoader(None).disk_migrations.values()
    if migration.replaces and migration.app_label in {"accounts", "events", "strategy", "surveys"}
}
each_squashed = pytest.mark.parametrize("app", sorted(SQUASHED))


@pytest.fixture
def record(db, tmp_path, monkeypatch):
    monkeypatch.setenv("CXPLANNER_DATA", str(tmp_path))
    return MigrationRecorder(connection)


def migrations_part(client):
    return client.get("/readyz").json()["parts"]["migrations"]


@each_squashed
def test_data_that_stands_amid_squashed_migrations_is_refused_in_one_line(record, app, client):
    *_, last = SQUASHED[app].replaces
    record.record_unapplied(app, SQUASHED[app].name)
    record.record_unapplied(*last)
    with pytest.raises(CommandError, match=rf"older cxplanner and misses {app}\.{last[1]}") as told:
        call_command("prepare")
    assert len(str(told.value).splitlines()) == 1
    assert migrations_part(client) == f"{app}.{last[1]} was never applied and is here no longer"


@each_squashed
def test_data_that_had_every_replaced_migration_needs_nothing(record, app, client, capsys):
    squashed = SQUASHED[app]
    record.record_unapplied(app, squashed.name)
    assert migrations_part(client) == "ok"
    call_command("prepare")
    assert capsys.readouterr().out == ""
    assert (app, squashed.name) in record.applied_migrations()


def test_data_from_before_tactics_needs_just_these(record, client):
    record.record_unapplied("strategy", SQUASHED["strategy"].name)
    record.record_unapplied("strategy", "0010_tactics")
    assert migrations_part(client) == "1 not applied"


def test_data_of_a_newer_version_is_refused_in_one_line(record):
    record.record_applied("strategy", "9999_tomorrow")
    with pytest.raises(CommandError, match=r"newer cxplanner \(strategy\.9999_tomorrow\)") as told:
        call_command("prepare")
    assert len(str(told.value).splitlines()) == 1


def test_the_link_leads_to_where_one_signs_in(record, client, capsys):
    call_command("prepare", link="http://127.0.0.1:8000/")
    address, path = capsys.readouterr().out.strip().split("8000")
    assert address == "http://127.0.0.1:"
    assert resolve(path).view_name == "sign-in-link"
    assert client.get(path).status_code == 200


def test_what_another_library_once_applied_stops_nothing(record, capsys):
    record.record_applied("forgotten", "0001_initial")
    call_command("prepare")
    assert capsys.readouterr().out == ""
