"""The table as it is shown: its rows with what customers say of them, a page of it, a sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.base.sheets import safe_cell
from strategy.plans.models import Plan
from strategy.touchpoints.bands import standing
from strategy.touchpoints.columns import CUSTOMERS, Row
from strategy.touchpoints.comparing import Compared, compared
from strategy.touchpoints.forms import labels_of, owner_of
from strategy.touchpoints.lens import APART, NONE, Wanted, wanted_of
from strategy.touchpoints.phrases import Beside, beside

A_PAGE: Final = 200


def page_of(
    plan: Plan, wanted: Wanted, number: str | None, *, today: date
) -> tuple[Page[Any], Sequence[Compared]]:
    """Return a page of the table as it is wanted, and its touchpoints beside their scores.

    Scores are read for the touchpoints of the page alone, unless they decide what is on it.
    """
    places = wanted_of(plan, wanted)
    if wanted.customers or wanted.order.removeprefix("-") == CUSTOMERS:
        fitting = _as_customers_say(compared(places, today=today), wanted)
        page: Page[Any] = Paginator(fitting, A_PAGE).get_page(number)
        return page, list(page.object_list)
    page = Paginator(places, A_PAGE).get_page(number)
    return page, compared(page.object_list, today=today)


def _as_customers_say(rows: Sequence[Compared], wanted: Wanted) -> Sequence[Compared]:
    """Keep those of which customers say so; if that is the order, the lowest first.

    Those nobody was asked about come last, either way.
    """
    kept = [row for row in rows if _fits(row, wanted.customers)]
    if wanted.order.removeprefix("-") != CUSTOMERS:
        return kept
    asked = [(_standing(row), row) for row in kept if row.score is not None]
    asked.sort(key=lambda one: one[0], reverse=wanted.order.startswith("-"))
    return [*(row for _at, row in asked), *(row for row in kept if row.score is None)]


def _fits(row: Compared, customers: str) -> bool:
    if customers == NONE:
        return row.score is None
    if not customers:
        return True
    if customers == APART:
        return row.verdict is not None and row.verdict.disagrees
    return row.verdict is not None and row.verdict.agreement == customers


def _standing(row: Compared) -> float:
    return standing(row.score.figure.value, row.score.definition) if row.score else 0.0


def rows_of(plan: Plan, found: Sequence[Compared], members: Mapping[str, Membership]) -> list[Row]:
    """Put touchpoints into rows; no query."""
    labels = labels_of(members)
    rows = []
    for said in beside(found, plan, plan.workspace.slug):
        place, audit = said.row.touchpoint, said.row.audit
        owner = owner_of(place, labels)
        rows.append(Row(place, audit, owner, said.sentence, {CUSTOMERS: said}))
    return rows


@dataclass(frozen=True, slots=True)
class Measured:
    """One column of a sheet that is measured: it goes out, and nothing of it comes in.

    Its values are numbers as every program reads them, or words.
    """

    key: str
    label: str | Promise
    value: Callable[[Beside], str]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _value(one: Beside) -> str:
    return _figure(one.shown.value) if one.shown else ""


def _margin(one: Beside) -> str:
    return _figure(one.shown.margin) if one.shown else ""


def _answers(one: Beside) -> str:
    return str(one.figure.n) if one.figure else ""


MEASURED: Final[tuple[Measured, ...]] = (
    Measured(CUSTOMERS, gettext_lazy("Customers say"), _value),
    Measured("margin", gettext_lazy("Margin (95 %)"), _margin),
    Measured("answers", gettext_lazy("Answers"), _answers),
    Measured("metric", gettext_lazy("Measured by"), lambda one: safe_cell(one.metrics)),
    Measured("verdict", gettext_lazy("Grade and customers"), lambda one: safe_cell(one.chip)),
)
