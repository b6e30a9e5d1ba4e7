"""Reading a plan's own words: its stages and channels, and what its grades mean."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from strategy.plans.models import Plan

# A list of the plan, and the column of touchpoints that names one of it.
Which = Literal["stages", "channels"]
COLUMN: Final[Mapping[Which, str]] = MappingProxyType({"stages": "stage", "channels": "channel"})

USUAL_SENTENCES: Mapping[str, Promise] = MappingProxyType(
    {
        "A": gettext_lazy("Customers praise it unasked."),
        "B": gettext_lazy("Customers are content and say so when asked."),
        "C": gettext_lazy("It does its work; nobody remembers it."),
        "D": gettext_lazy("Customers put up with it and grumble."),
        "E": gettext_lazy("Customers complain about it."),
        "F": gettext_lazy("Customers leave over it."),
    }
)


def sentences_of(plan: Plan) -> dict[str, str]:
    """Return what each grade means in a plan, A first."""
    own = plan.grade_sentences
    return {grade: own.get(grade) or str(usual) for grade, usual in USUAL_SENTENCES.items()}


def named(plan: Plan, which: Which, name: str) -> str | None:
    """Return a name as the plan's list writes it, whatever its capitals; None if not listed."""
    wanted = name.casefold()
    names: list[str] = getattr(plan, which)
    return next((one for one in names if one.casefold() == wanted), None)


def in_use(plan: Plan, which: Which) -> Mapping[str, int]:
    """Count a plan's touchpoints and steps of journeys by the name they are put under.

    Archived ones are among them; two queries.
    """
    column = COLUMN[which]
    found: Counter[str] = Counter()
    for rows in (plan.touchpoints, plan.journey_steps):
        found.update(rows.exclude(**{column: ""}).order_by().values_list(column, flat=True))
    return found


def listed(plan: Plan, which: Which) -> Sequence[tuple[str, int]]:
    """Return the names in their order with how many touchpoints and steps each has; two queries.

    What these name without its being on the list stands behind.
    """
    used = in_use(plan, which)
    names: list[str] = getattr(plan, which)
    return [(name, used.get(name, 0)) for name in dict.fromkeys([*names, *sorted(used)])]
