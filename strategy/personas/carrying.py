"""Personas as plain data: for an export, a template, and another plan to start from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cxplanner.base.versions import kept
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.rules import checked_values, count_rules
from strategy.plans.models import Plan

_PERSONA = ("name", "role", "quote", "avatar", "segments")
_STATEMENT = ("kind", "text", "trust")


def dumped(plan: Plan) -> dict[str, Any]:
    """Return the living personas of a plan with their living statements; two queries."""
    personas = Persona.objects.filter(plan=plan, archived_at=None)
    said: dict[int, list[dict[str, Any]]] = {}
    for row in PersonaStatement.objects.filter(persona__in=personas, archived_at=None):
        checked = row.checked_on.isoformat() if row.checked_on else None
        found = {name: getattr(row, name) for name in _STATEMENT} | {"checked_on": checked}
        said.setdefault(row.persona_id, []).append(found)
    return {
        "personas": [
            {name: getattr(row, name) for name in _PERSONA} | {"statements": said.get(row.pk, [])}
            for row in personas
        ]
    }


def loaded(plan: Plan, data: Mapping[str, Any]) -> None:
    """Add personas to a plan. Values that this plan does not declare are kept as they came.

    Raises ValidationError.
    """
    for one in data.get("personas", ()):
        columns = {name: one[name] for name in _PERSONA if name in one}
        values = columns.get("segments", [])
        columns["segments"] = checked_values(plan, values, values)
        persona = kept(Persona(plan=plan, **columns))
        places: dict[str, int] = {}
        for said in one.get("statements", ()):
            day = said.get("checked_on")
            row = PersonaStatement(
                persona=persona,
                checked_on=date.fromisoformat(day) if day else None,
                **{name: said[name] for name in _STATEMENT if name in said},
            )
            row.position = places.get(row.kind, 0)
            places[row.kind] = row.position + 1
            kept(row)
    count_rules()
