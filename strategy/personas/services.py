"""Everything a person can do with a persona and with what is said of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.personas.avatars import drawn_for
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.rules import checked_source, checked_values, count_rules
from strategy.personas.trust import Trust
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse


class PersonaFields(TypedDict, total=False):
    """What people say of a persona; `segments` and `survey` (an id) are whose answers it has."""

    name: str
    role: str
    quote: str
    avatar: int
    segments: Sequence[str]
    survey: int | None


class StatementFields(TypedDict, total=False):
    """What people say in a statement."""

    kind: str
    text: str
    trust: str
    checked_on: date | None


# --- personas ---------------------------------------------------------------------------------


@transaction.atomic
def create_persona(*, plan: Plan, by: Membership, **fields: Unpack[PersonaFields]) -> Persona:
    """Make a persona, drawn by its name unless a picture is chosen. Raises ValidationError."""
    columns = _columns(plan, {**fields})
    columns.setdefault("avatar", drawn_for(str(fields.get("name", ""))))
    persona = kept(Persona(plan=plan, **columns))
    record("persona.created", persona.ref, by=by, name=persona.name)
    bump_pulse(plan.pk)
    if persona.has_rule:
        count_rules()
    return persona


@transaction.atomic
def change_persona(
    persona: Persona,
    *,
    by: Membership,
    plan: Plan | None = None,
    expected_version: int | None = None,
    **fields: Unpack[PersonaFields],
) -> Persona:
    """Change a persona; it stays in its plan. Raises Stale, ValidationError."""
    persona = locked(persona, expected_version=expected_version)
    if plan is not None and plan.pk != persona.plan_id:
        raise ValidationError({"plan": _("A persona stays in its plan.")})
    changes = assign(persona, _columns(persona.plan, {**fields}, persona))
    if changes:
        record("persona.changed", persona.ref, by=by, fields=changes)
        bump_pulse(persona.plan_id)
    if "segments" in changes:
        count_rules()
    return persona


def _columns(plan: Plan, fields: dict[str, Any], persona: Persona | None = None) -> dict[str, Any]:
    """Return the fields as columns hold them. What a rule says already is not questioned."""
    if "segments" in fields:
        known = set(persona.segments) if persona else set()
        fields["segments"] = checked_values(plan, fields["segments"], known)
    if "survey" in fields:
        survey = fields.pop("survey")
        same = persona is not None and survey == persona.survey_id
        fields["source"] = persona.source if same and persona else checked_source(plan, survey)
    return fields


@transaction.atomic
def archive_persona(
    persona: Persona, *, by: Membership, expected_version: int | None = None
) -> Persona:
    """Hide a persona; its combination of values is counted no more. Raises Stale."""
    persona = locked(persona, expected_version=expected_version)
    if assign(persona, {"archived_at": persona.archived_at or timezone.now()}):
        record("persona.archived", persona.ref, by=by, name=persona.name)
        bump_pulse(persona.plan_id)
        count_rules()
    return persona


@transaction.atomic
def restore_persona(persona: Persona, *, by: Membership) -> Persona:
    """Show an archived persona again, and count its answers."""
    persona = locked(persona)
    if assign(persona, {"archived_at": None}):
        record("persona.restored", persona.ref, by=by, name=persona.name)
        bump_pulse(persona.plan_id)
        count_rules()
    return persona


# --- statements -------------------------------------------------------------------------------


@transaction.atomic
def add_statement(
    *, persona: Persona, by: Membership, **fields: Unpack[StatementFields]
) -> PersonaStatement:
    """Add a statement behind the others of its kind. Raises ValidationError."""
    locked(persona)
    row = PersonaStatement(persona=persona, **_dated({**fields}, persona))
    row.position = _beside(row, row.kind).count()
    kept(row)
    record("statement.added", row.ref, by=by, kind=row.kind, text=row.text)
    bump_pulse(persona.plan_id)
    return row


@transaction.atomic
def change_statement(
    row: PersonaStatement,
    *,
    by: Membership,
    persona: Persona | None = None,
    expected_version: int | None = None,
    **fields: Unpack[StatementFields],
) -> PersonaStatement:
    """Change a statement; of another kind it stands behind the others.

    It stays with its persona. Whoever raises its trust and names no day checked it today.
    Raises Stale, ValidationError.
    """
    row = _held(row, expected_version)
    if persona is not None and persona.pk != row.persona_id:
        raise ValidationError({"persona": _("A statement stays with its persona.")})
    given = _dated({**fields}, row.persona, row)
    if given.get("kind", row.kind) != row.kind:
        given["position"] = _beside(row, given["kind"]).count()
    changes = assign(row, given)
    if changes:
        record("statement.changed", row.ref, by=by, fields=changes)
        bump_pulse(row.persona.plan_id)
    return row


def _dated(
    fields: dict[str, Any], persona: Persona, row: PersonaStatement | None = None
) -> dict[str, Any]:
    """Give proof its day: today where a higher trust comes without one."""
    today = persona.plan.workspace.today()
    day, trust = fields.get("checked_on"), fields.get("trust")
    if day is not None and day > today:
        raise ValidationError({"checked_on": _("That day is still to come.")})
    is_new = row is None or trust != row.trust
    if trust is not None and trust != Trust.ASSUMPTION and day is None and is_new:
        fields["checked_on"] = today
    return fields


@transaction.atomic
def check_statement(
    row: PersonaStatement, *, trust: str, by: Membership, expected_version: int | None = None
) -> PersonaStatement:
    """Say how far a statement was found proven today. Raises Stale, ValidationError."""
    today = row.persona.plan.workspace.today()
    return change_statement(
        row, by=by, trust=trust, checked_on=today, expected_version=expected_version
    )


@transaction.atomic
def move_statement(
    row: PersonaStatement,
    *,
    kind: str,
    position: int,
    by: Membership,
    expected_version: int | None = None,
) -> PersonaStatement:
    """Put a statement into a kind, at a place (0 = first) among the living ones there.

    Raises Stale, ValidationError.
    """
    row = _held(row, expected_version)
    before = list(_beside(row, kind).filter(archived_at=None).select_for_update())
    order = placed(row, position, before)
    if order == before:
        return row
    assign(row, {"kind": kind, "position": order.index(row)})
    renumber(order)
    record("statement.moved", row.ref, by=by, kind=kind, position=row.position)
    bump_pulse(row.persona.plan_id)
    return row


@transaction.atomic
def archive_statement(
    row: PersonaStatement, *, by: Membership, expected_version: int | None = None
) -> PersonaStatement:
    """Hide a statement. Raises Stale."""
    row = _held(row, expected_version)
    if assign(row, {"archived_at": row.archived_at or timezone.now()}):
        record("statement.archived", row.ref, by=by, kind=row.kind, text=row.text)
        bump_pulse(row.persona.plan_id)
    return row


@transaction.atomic
def restore_statement(row: PersonaStatement, *, by: Membership) -> PersonaStatement:
    """Show an archived statement again."""
    row = _held(row)
    if assign(row, {"archived_at": None}):
        record("statement.restored", row.ref, by=by, kind=row.kind, text=row.text)
        bump_pulse(row.persona.plan_id)
    return row


def _held(row: PersonaStatement, expected_version: int | None = None) -> PersonaStatement:
    """Hold the persona, then the statement: moves of two people never cross."""
    locked(row.persona)
    return locked(row, expected_version=expected_version)


def _beside(row: PersonaStatement, kind: str) -> QuerySet[PersonaStatement]:
    """Return the persona's statements of a kind, archived ones too."""
    return PersonaStatement.objects.filter(persona=row.persona_id, kind=kind)
