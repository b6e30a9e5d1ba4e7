"""Which touchpoints of a plan the table shows, and in which order: as the address says."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf

from strategy.plans.models import Plan
from strategy.touchpoints.models import FOUND, Audit, Touchpoint

NONE: Final = "-"  # asks for those that have none of it
APART: Final = "apart"  # asks for those of which customers say another thing than the grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; what is empty does not narrow. `order` is a column, with - downward.

    `owner` is `m12` for a member, or `n` and the plain name. `customers` is what they say of a
    grade (an Agreement, or APART), which no query here knows: `showing` reads it.
    """

    text: str = ""
    stage: str = ""
    channel: str = ""
    owner: str = ""
    grade: str = ""
    customers: str = ""
    order: str = ""

    @property
    def narrows(self) -> bool:
        said = (self.text, self.stage, self.channel, self.owner, self.grade, self.customers)
        return any(said)


def wanted_of(plan: Plan, wanted: Wanted) -> QuerySet[Touchpoint]:
    """Return the plan's living touchpoints as wanted, but for what customers say of them.

    They stand in their own order unless told.
    """
    rows = Touchpoint.objects.filter(plan=plan, archived_at=None)
    if wanted.text:
        found = Q(name__icontains=wanted.text) | Q(owner_name__icontains=wanted.text)
        for name in FOUND:
            found |= Q(**{f"{name}__icontains": wanted.text})
        rows = rows.filter(found)
    for column in ("stage", "channel"):
        given = getattr(wanted, column)
        if given:
            rows = rows.filter(**{column: "" if given == NONE else given})
    rows = _of_owner(rows, wanted.owner)
    if wanted.grade:
        rows = graded(rows, None if wanted.grade == NONE else wanted.grade)
    return _ordered(rows, plan, wanted.order).select_related("owner__user")


def graded(rows: QuerySet[Touchpoint], grade: str | None) -> QuerySet[Touchpoint]:
    """Keep the touchpoints whose newest grade is this one; None keeps the ungraded."""
    return rows.alias(newest=_newest("grade")).filter(
        **({"newest": grade} if grade else {"newest__isnull": True})
    )


def _newest(field: str) -> Any:
    audits = Audit.objects.filter(touchpoint=OuterRef("pk"), archived_at=None)
    return Subquery(audits.order_by("-graded_on", "-id").values(field)[:1])


def _of_owner(rows: QuerySet[Touchpoint], owner: str) -> QuerySet[Touchpoint]:
    if not owner:
        return rows
    if owner == NONE:
        return rows.filter(owner=None, owner_name="")
    if owner.startswith("m"):
        return rows.filter(owner=int(owner[1:]))
    return rows.filter(owner=None, owner_name=owner[1:])


def _ordered(rows: QuerySet[Touchpoint], plan: Plan, order: str) -> QuerySet[Touchpoint]:
    """Order by a column; what has nothing there comes last, either way."""
    by: Any
    match order.removeprefix("-"):
        case "stage":
            by = _as_listed("stage", plan.stages)
        case "channel":
            by = _as_listed("channel", plan.channels)
        case "grade" | "graded_on" as field:
            by = _newest(field)
        case "owner":
            who = Coalesce(NullIf("owner__user__name", Value("")), "owner__user__email")
            by = Lower(Coalesce(who, NullIf("owner_name", Value(""))))
        case "name" | "place" | "outcome" | "goes_well" | "pain_points" | "opportunities" as field:
            by = Lower(NullIf(field, Value("")))
        case _:
            return rows.order_by("position", "pk")
    rows = rows.alias(by=by)
    key = F("by").desc(nulls_last=True) if order[0] == "-" else F("by").asc(nulls_last=True)
    return rows.order_by(key, "position", "pk")


def _as_listed(column: str, names: list[str]) -> Any:
    """Order as the plan lists the names; what is not on the list stands behind it."""
    whens = [When(**{column: name}, then=Value(place)) for place, name in enumerate(names)]
    last = When(~Q(**{column: ""}), then=Value(len(names)))
    return Case(*whens, last, default=None, output_field=IntegerField())
