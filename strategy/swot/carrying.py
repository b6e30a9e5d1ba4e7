"""A plan's own SWOT as plain data: for an export, a template, and another plan to start from."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cxplanner.base.versions import kept
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse
from strategy.swot.models import Absence, SwotEntry
from strategy.swot.selectors import own_entries, reasons_of

_ENTRY = ("quadrant", "text", "weight")


def dumped(plan: Plan) -> dict[str, Any]:
    """Return the living entries about the own brand, and why quadrants are empty; two queries.

    A touchpoint is named; an archived one is left out, as it stays behind.
    """
    rows = own_entries(plan.pk).filter(archived_at=None).select_related("touchpoint")
    return {
        "swot": [
            {name: getattr(row, name) for name in _ENTRY} | {"touchpoint": _place(row)}
            for row in rows
        ],
        "absences": dict(reasons_of(plan.pk)),
    }


def _place(row: SwotEntry) -> str:
    place = row.touchpoint
    return place.name if place is not None and place.archived_at is None else ""


@transaction.atomic
def loaded(plan: Plan, data: Mapping[str, Any]) -> None:
    """Add what was dumped behind what a plan has; entries that stand there already are not doubled.

    Raises ValidationError.
    """
    places = {row.name: row for row in plan.touchpoints.all()}
    there = [*own_entries(plan.pk)]
    said = {(row.quadrant, row.text) for row in there if row.archived_at is None}
    position = {row.quadrant: sum(one.quadrant == row.quadrant for one in there) for row in there}
    for one in data.get("swot", ()):
        if (one["quadrant"], one["text"]) in said:
            continue
        entry = SwotEntry(plan=plan, touchpoint=places.get(one.get("touchpoint", "")))
        for name in _ENTRY:
            setattr(entry, name, one.get(name, getattr(entry, name)))
        entry.about = plan.ref
        entry.position = position.get(entry.quadrant, 0)
        position[entry.quadrant] = entry.position + 1
        kept(entry)
    told = {*Absence.objects.filter(plan=plan).values_list("quadrant", flat=True)}
    for quadrant, reason in data.get("absences", {}).items():
        if quadrant not in told and not position.get(quadrant):
            row = Absence(plan=plan, quadrant=quadrant, reason=reason)
            row.about = plan.ref
            kept(row)
    bump_pulse(plan.pk)
