"""Proof falls back: validated, partly, assumption, a step for each stretch of months."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.personas.trust import Trust, standing

LEVELS = list(Trust)
trusts = st.sampled_from(LEVELS)
days = st.dates(date(2000, 1, 1), date(2090, 1, 1))
months = st.integers(1, 60)


def added(day, n):
    """Add months the long way: one after the other, keeping the day where the month has it."""
    year, month = day.year, day.month
    for _ in range(n):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@given(trusts, days, months)
def test_a_check_holds_through_its_last_day_and_not_a_day_longer(trust, checked, lasts):
    last = added(checked, lasts)
    assert standing(trust, checked, last, lasts).trust is trust
    after = standing(trust, checked, last + timedelta(days=1), lasts)
    assert after.trust is LEVELS[max(LEVELS.index(trust) - 1, 0)]
    assert after.has_fallen == (trust is not Trust.ASSUMPTION)


@given(days, months)
def test_what_was_validated_is_an_assumption_after_twice_the_months(checked, lasts):
    gone = added(checked, 2 * lasts) + timedelta(days=1)
    assert standing(Trust.VALIDATED, checked, gone, lasts).trust is Trust.ASSUMPTION
    assert standing(Trust.VALIDATED, checked, gone, lasts).falls_on is None


@given(trusts, days, st.integers(0, 6000), st.integers(0, 6000), months)
def test_time_never_proves_anything(trust, checked, sooner, more, lasts):
    first = standing(trust, checked, checked + timedelta(days=sooner), lasts)
    later = standing(trust, checked, checked + timedelta(days=sooner + more), lasts)
    assert LEVELS.index(later.trust) <= LEVELS.index(first.trust) <= LEVELS.index(trust)


@given(trusts, days, st.integers(0, 4000), months)
def test_the_day_it_falls_on_is_the_first_on_which_it_stands_lower(trust, checked, passed, lasts):
    today = checked + timedelta(days=passed)
    now = standing(trust, checked, today, lasts)
    if now.trust is Trust.ASSUMPTION:
        assert now.falls_on is None
    else:
        assert now.falls_on is not None
        assert now.falls_on > today
        eve = standing(trust, checked, now.falls_on - timedelta(days=1), lasts)
        there = standing(trust, checked, now.falls_on, lasts)
        assert (eve.trust, LEVELS.index(there.trust)) == (now.trust, LEVELS.index(now.trust) - 1)


@given(trusts, days, months)
def test_a_new_check_makes_it_as_sure_as_it_was(trust, today, lasts):
    assert standing(trust, today, today, lasts).trust is trust


def test_never_checked_is_an_assumption():
    assert standing(Trust.VALIDATED, None, date(2026, 1, 1), 12).trust is Trust.ASSUMPTION


@pytest.mark.parametrize(
    ("checked", "lasts", "falls"),
    [
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 11, 30), 3, date(2027, 3, 1)),
        (date(2026, 5, 4), 12, date(2027, 5, 5)),
    ],
)
def test_months_end_where_the_calendar_has_no_such_day(checked, lasts, falls):
    assert standing(Trust.PARTLY, checked, checked, lasts).falls_on == falls
