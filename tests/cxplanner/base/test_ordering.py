"""Rows in an order of their own: put anywhere, told apart by where they stand, in one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cxplanner.base.ordering import placed, renumber
from strategy.touchpoints.models import Touchpoint
from tests import factories


@given(count=st.integers(1, 9), moved=st.integers(0, 8), position=st.integers(-3, 12))
def test_a_row_comes_to_its_place_and_the_others_keep_their_order(count, moved, position):
    rows = [Touchpoint(pk=number) for number in range(1, count + 1)]
    row = rows[moved % count]
    order = placed(row, position, rows)
    assert order.index(row) == min(max(position, 0), count - 1)
    assert [one for one in order if one is not row] == [one for one in rows if one is not row]


@pytest.mark.parametrize("count", [3, 30])
def test_storing_an_order_takes_one_query_however_many_moved(scope, count):
    plan = factories.plan()
    rows = [factories.touchpoint(plan=plan, position=place) for place in range(count)]
    order = placed(rows[-1], 0, rows)
    with CaptureQueriesContext(connection) as queries:
        renumber(order)
    assert len(queries) == 1
    assert list(Touchpoint.objects.order_by("position")) == order
    with CaptureQueriesContext(connection) as queries:
        renumber(order)
    assert not queries
