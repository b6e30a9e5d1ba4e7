"""Formulas of figures a team works out itself; the formula used stands beside the number."""

from decimal import Decimal


def churn_percent(*, at_start: int, still_there: int) -> float | None:
    """Per cent of a period's first-day customers who left; its new customers do not count."""
    return 100 * (at_start - still_there) / at_start if at_start > 0 else None


def lifetime_value(
    *, yearly_revenue: Decimal, years: Decimal, acquisition_cost: Decimal
) -> Decimal:
    """Worth of a customer: revenue over the relationship less what it cost to win them (money)."""
    return yearly_revenue * years - acquisition_cost


def lifetime_value_by_churn(*, revenue: Decimal, margin: Decimal, churn: Decimal) -> Decimal | None:
    """Worth of a customer by churn, undiscounted (money).

    Revenue per customer and churn (0 to 1) of the same period, gross margin 0 to 1. None without
    churn: a relationship without end has no worth one could name.
    """
    return revenue * margin / churn if churn > 0 else None
