"""`manage.py tallies` finds cells that are not what raw rows make, and heals them."""

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics.models import Tally
from strategy.metrics.observing import Observed, record_observation
from tests import factories


@pytest.fixture
def wrong(scope):
    """A workspace whose only answer is counted twice."""
    at = datetime.now(UTC)
    record_observation(factories.metric(), Observed(observed_at=at, value=Decimal(9)), by=None)
    intake.run(scope.pk)
    Tally.objects.update(n=2)
    return scope


def tallies(*options):
    out = StringIO()
    call_command("tallies", *options, stdout=out)
    return out.getvalue()


def test_a_difference_is_reported_and_fails_the_check(wrong):
    with workspace_scope(None), pytest.raises(CommandError, match="1 cells differ"):
        tallies("--check", "--workspace", wrong.slug)


def test_a_rebuild_heals(wrong):
    assert "1 slices" in tallies("--rebuild")
    assert "0 cells differ" in tallies("--check")
    assert Tally.objects.get().n == 1


def test_an_unknown_workspace_is_named(db):
    with pytest.raises(CommandError, match="nowhere"):
        tallies("--check", "--workspace", "nowhere")


def test_the_nightly_audit_reports_and_heals(wrong, caplog):
    assert intake.audit() == 1
    assert "differ from raw rows" in caplog.text
    assert intake.audit() == 0
