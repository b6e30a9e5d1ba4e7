"""Fields every resource shares."""

from datetime import UTC, datetime

import pytest
from rest_framework.exceptions import ValidationError

from cxplanner.accounts.serializers import Moment


def test_a_time_keeps_its_offset():
    found = Moment().run_validation("2026-06-01T12:00:00+02:00")
    assert found == datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("naive", ["2026-06-01T12:00:00", "2026-06-01 12:00", "2026-06-01"])
def test_a_time_without_offset_is_refused(naive):
    with pytest.raises(ValidationError):
        Moment().run_validation(naive)
