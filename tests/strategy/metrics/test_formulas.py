"""Formulas give their published examples, and nothing where nothing can be said."""

from decimal import Decimal

import pytest

from strategy.metrics.formulas import churn_percent, lifetime_value, lifetime_value_by_churn


def test_churn_of_fifty_in_five_hundred_is_ten_per_cent() -> None:
    assert churn_percent(at_start=500, still_there=450) == 10
    assert churn_percent(at_start=0, still_there=0) is None


def test_lifetime_value_is_revenue_over_years_less_cost() -> None:
    found = lifetime_value(
        yearly_revenue=Decimal(300), years=Decimal("2.5"), acquisition_cost=Decimal(80)
    )
    assert found == Decimal(670)


@pytest.mark.parametrize(("churn", "worth"), [("0.03", Decimal("1166.67")), ("0", None)])
def test_lifetime_value_by_churn_is_not_defined_without_churn(
    churn: str, worth: Decimal | None
) -> None:
    found = lifetime_value_by_churn(
        revenue=Decimal(50), margin=Decimal("0.7"), churn=Decimal(churn)
    )
    assert (found if found is None else round(found, 2)) == worth
