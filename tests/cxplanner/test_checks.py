"""Start-up refuses what could not work."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cxplanner import env
from cxplanner.checks import listed_parts_import, production_is_told_its_secrets


def test_the_listed_parts_are_there():
    assert listed_parts_import() == []


def test_a_part_that_cannot_be_imported_is_named(settings):
    settings.PLAN_SECTIONS = ["strategy.nothing.Section"]
    assert "strategy.nothing.Section" in listed_parts_import()[0].msg


def test_a_deployment_without_hosts_is_refused(settings):
    settings.ALLOWED_HOSTS = []
    assert [error.msg for error in production_is_told_its_secrets()] == ["ALLOWED_HOSTS is not set"]


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (lambda: env.flag("CXPLANNER_X", default=True), "maybe"),
        (lambda: env.integer("CXPLANNER_X", 1), "many"),
        (lambda: env.integer("CXPLANNER_X", 1, least=1), "0"),
        (lambda: env.choice("CXPLANNER_X", ("a", "b")), "c"),
        (lambda: env.database("CXPLANNER_X"), "mysql://localhost/x"),
    ],
)
def test_a_value_nobody_can_read_stops_the_start(monkeypatch, reader, value):
    monkeypatch.setenv("CXPLANNER_X", value)
    with pytest.raises(ImproperlyConfigured, match="CXPLANNER_X"):
        reader()


def test_a_secret_may_stand_in_a_mounted_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("CXPLANNER_X_FILE", str(tmp_path / "key"))
    assert env.text("CXPLANNER_X") == "from a file"
    monkeypatch.setenv("CXPLANNER_X_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured):
        env.text("CXPLANNER_X")
