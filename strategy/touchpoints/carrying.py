"""Touchpoints, grades and the plan's own words as plain data: for an export or another plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.versions import assign, kept, locked
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse
from strategy.touchpoints.checklists import answers_of
from strategy.touchpoints.models import FOUND, Audit, Touchpoint
from strategy.vocabulary.selectors import COLUMN

_WORDS = (*COLUMN, "grade_sentences")
_TOUCHPOINT = ("name", "stage", "channel", "place", "outcome", *FOUND)
_AUDIT = ("grade", "note", *FOUND, "checklist")


def dumped(plan: Plan) -> dict[str, Any]:
    """Return stages, channels, what grades mean, and the living touchpoints with their grades.

    Owners are named, as people choose them; who graded stays behind. Three queries.
    """
    labels = {member.pk: label for label, member in people_by_label().items()}
    touchpoints = list(plan.touchpoints.filter(archived_at=None).select_related("owner__user"))
    graded: dict[int, list[dict[str, Any]]] = {}
    for audit in Audit.objects.filter(touchpoint__in=touchpoints, archived_at=None):
        found = {name: getattr(audit, name) for name in _AUDIT}
        found["graded_on"] = audit.graded_on.isoformat()
        graded.setdefault(audit.touchpoint_id, []).append(found)
    return {name: getattr(plan, name) for name in _WORDS} | {
        "touchpoints": [
            {name: getattr(row, name) for name in _TOUCHPOINT}
            | {"owner": _owner(row, labels), "audits": graded.get(row.pk, [])}
            for row in touchpoints
        ]
    }


def _owner(row: Touchpoint, labels: Mapping[int, str]) -> str:
    if row.owner is None:
        return row.owner_name
    return labels.get(row.owner.pk) or str(row.owner)


@transaction.atomic
def loaded(plan: Plan, data: Mapping[str, Any]) -> None:
    """Fill a plan with what was dumped, behind the touchpoints it has.

    One of a name that is there already stays as it is, with its own grades. An owner whom nobody
    here is called as stays a plain name. Raises ValidationError.
    """
    assign(locked(plan), {name: data[name] for name in _WORDS if name in data})
    plan.refresh_from_db(fields=[*_WORDS, "version", "updated_at"])
    members, there = people_by_label(), {*plan.touchpoints.values_list("name", flat=True)}
    place = len(there)
    for one in data.get("touchpoints", ()):
        if one["name"] in there:
            continue
        owner = members.get(one.get("owner", ""))
        columns = {name: one[name] for name in _TOUCHPOINT if name in one}
        plain = "" if owner else one.get("owner", "")
        row = kept(Touchpoint(plan=plan, position=place, owner=owner, owner_name=plain, **columns))
        there.add(row.name)
        place += 1
        for said in one.get("audits", ()):
            fields = {name: said[name] for name in _AUDIT if name in said}
            fields["checklist"] = answers_of(fields.get("checklist", {}))
            day = date.fromisoformat(said["graded_on"])
            kept(Audit(touchpoint=row, graded_on=day, **fields))
    bump_pulse(plan.pk)
