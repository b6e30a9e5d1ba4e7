"""Everything a person can do with a plan and its cycles."""

from datetime import date, timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.deletion import delete_for_good, what_goes
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.plans import segments
from strategy.plans.models import Cycle, Plan, Pulse


class AlreadyApproved(Refused):
    """The plan as it stands was approved before."""


class CycleClosed(Refused):
    """A closed cycle is frozen with its goals."""


class PlanFields(TypedDict, total=False):
    """What people change on a plan."""

    name: str
    brand: str
    customers_are: str
    currency: str
    segments: segments.Segments


class CycleFields(TypedDict, total=False):
    """What people change on a cycle; both days are inclusive."""

    name: str
    starts_on: date
    ends_on: date


def bump_pulse(plan_id: int) -> None:
    """Tell the plan's live pages that something on them changed."""
    Pulse.objects.filter(plan_id=plan_id).update(number=F("number") + 1)


@transaction.atomic
def create_plan(
    *, starts_on: date, ends_on: date, by: Membership, **fields: Unpack[PlanFields]
) -> Plan:
    """Make a plan with its first cycle (days inclusive). Raises ValidationError."""
    plan = kept(Plan(**_checked({"currency": by.workspace.currency, **fields})))
    kept(Pulse(plan=plan))
    record("plan.created", plan.ref, by=by, name=plan.name)
    create_cycle(plan, by=by, name=_span(starts_on, ends_on), starts_on=starts_on, ends_on=ends_on)
    return plan


@transaction.atomic
def change_plan(
    plan: Plan,
    *,
    by: Membership,
    expected_version: int | None = None,
    **fields: Unpack[PlanFields],
) -> Plan:
    """Change a plan. Raises Stale, ValidationError."""
    plan = locked(plan, expected_version=expected_version)
    changes = assign(plan, _checked({**fields}))
    if changes:
        record("plan.changed", plan.ref, by=by, fields=changes)
        bump_pulse(plan.pk)
    return plan


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    if "segments" in fields:
        fields["segments"] = segments.declared(fields["segments"])
    return fields


@transaction.atomic
def archive_plan(plan: Plan, *, by: Membership, expected_version: int | None = None) -> Plan:
    """Hide a plan; everything in it stays and keeps counting."""
    plan = locked(plan, expected_version=expected_version)
    if assign(plan, {"archived_at": plan.archived_at or timezone.now()}):
        record("plan.archived", plan.ref, by=by, name=plan.name)
    return plan


@transaction.atomic
def restore_plan(plan: Plan, *, by: Membership) -> Plan:
    """Show an archived plan again."""
    plan = locked(plan)
    if assign(plan, {"archived_at": None}):
        record("plan.restored", plan.ref, by=by, name=plan.name)
    return plan


@transaction.atomic
def delete_plan(plan: Plan, *, by: Membership) -> dict[str, int]:
    """Delete a plan for good with all that hangs on it; return how many rows of what went."""
    plan = locked(plan)
    gone = what_goes(plan)
    record("plan.deleted", plan.ref, by=by, name=plan.name, gone=gone)
    delete_for_good(plan)
    return gone


@transaction.atomic
def ask_review(plan: Plan, *, by: Membership) -> Plan:
    """Hand a plan to its reviewers. Raises AlreadyApproved."""
    plan = _open_for_review(plan)
    if assign(plan, {"status": Plan.Status.IN_REVIEW}):
        record("plan.review_asked", plan.ref, by=by, name=plan.name)
        bump_pulse(plan.pk)
    return plan


@transaction.atomic
def approve_plan(plan: Plan, *, by: Membership) -> Plan:
    """Approve a plan: its baselines, targets and dates stand. Raises AlreadyApproved."""
    plan = _open_for_review(plan)
    assign(plan, {"status": Plan.Status.APPROVED})
    record("plan.approved", plan.ref, by=by, name=plan.name)
    bump_pulse(plan.pk)
    return plan


def _open_for_review(plan: Plan) -> Plan:
    plan = locked(plan)
    if plan.status in (Plan.Status.APPROVED, Plan.Status.CLOSED):
        raise AlreadyApproved(_("The plan was approved, and nothing changed since."))
    return plan


def reopen_approval(plan: Plan, *, by: Membership) -> None:
    """Ask for a new approval: what was approved was changed."""
    plan = locked(plan)
    if plan.status == Plan.Status.APPROVED:
        assign(plan, {"status": Plan.Status.IN_REVIEW})
        record("plan.review_asked", plan.ref, by=by, name=plan.name)


@transaction.atomic
def create_cycle(plan: Plan, *, by: Membership, **fields: Unpack[CycleFields]) -> Cycle:
    """Add a period to a plan; without a name it is called by its days. Raises ValidationError."""
    if not fields.get("name"):
        fields["name"] = _span(fields["starts_on"], fields["ends_on"])
    cycle = kept(Cycle(plan=plan, **fields))
    record("cycle.created", cycle.ref, by=by, name=cycle.name)
    bump_pulse(plan.pk)
    return cycle


@transaction.atomic
def change_cycle(
    cycle: Cycle,
    *,
    by: Membership,
    expected_version: int | None = None,
    **fields: Unpack[CycleFields],
) -> Cycle:
    """Change a cycle. Raises Stale, ValidationError, CycleClosed."""
    cycle = open_cycle(cycle, expected_version=expected_version)
    changes = assign(cycle, {**fields})
    if changes:
        if goal_is_due_after(cycle):
            raise ValidationError({"ends_on": _("A goal is due after that day. Move it first.")})
        record("cycle.changed", cycle.ref, by=by, fields=changes)
        bump_pulse(cycle.plan_id)
    return cycle


def goal_is_due_after(cycle: Cycle) -> bool:
    """Tell whether a living goal of the cycle is due after its end."""
    return cycle.goals.filter(archived_at=None, due_on__gt=cycle.ends_on).exists()


def open_cycle(cycle: Cycle, *, expected_version: int | None = None) -> Cycle:
    """Hold a cycle whose goals are about to change. Raises CycleClosed, Stale."""
    cycle = locked(cycle, expected_version=expected_version)
    if cycle.closed_at is not None:
        raise CycleClosed(_("This cycle is closed; its goals stand as they were."))
    return cycle


def _span(starts_on: date, ends_on: date) -> str:
    if (starts_on.month, starts_on.day, ends_on.month, ends_on.day) == (1, 1, 12, 31):
        years = sorted({starts_on.year, ends_on.year})
        return "–".join(str(year) for year in years)
    whole_months = starts_on.day == 1 and (ends_on + timedelta(days=1)).day == 1
    shown = "M Y" if whole_months else "DATE_FORMAT"
    return f"{date_format(starts_on, shown)} – {date_format(ends_on, shown)}"
