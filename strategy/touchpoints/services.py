"""Everything a person can do with a touchpoint."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.members.work import Heir, columns_of, with_owner
from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.versions import Stale, assign, kept, locked
from cxplanner.events.services import record
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse
from strategy.touchpoints.checklists import answers_of
from strategy.touchpoints.columns import seen_of
from strategy.touchpoints.models import FOUND, Audit, Touchpoint
from strategy.touchpoints.selectors import newest_grades
from strategy.vocabulary.selectors import COLUMN
from strategy.vocabulary.services import settled


class FoundFields(TypedDict, total=False):
    """What is found at a touchpoint, one point a line."""

    goes_well: str
    pain_points: str
    opportunities: str


class TouchpointFields(FoundFields, total=False):
    """What people change on a touchpoint. `owner` is a member, or the plain name of one without
    an account. A stage or channel that is new joins the plan's list.
    """

    plan: Plan
    name: str
    stage: str
    channel: str
    place: str
    outcome: str
    owner: Heir | None
    owner_name: str


class AuditFields(FoundFields, total=False):
    """What people say in an audit; the checklist as {item: {"verdict": …, "note": …}}."""

    grade: str
    graded_on: date
    note: str
    checklist: Mapping[str, Any]


@transaction.atomic
def create_touchpoint(*, by: Membership, **fields: Unpack[TouchpointFields]) -> Touchpoint:
    """Add a touchpoint behind the plan's others. Raises ValidationError."""
    plan = fields["plan"]
    behind = Touchpoint.objects.filter(plan=plan).count()
    touchpoint = kept(Touchpoint(position=behind, **_settled(plan, {**fields}, by=by)))
    record("touchpoint.created", touchpoint.ref, by=by, name=touchpoint.name)
    bump_pulse(touchpoint.plan_id)
    return touchpoint


@transaction.atomic
def change_touchpoint(
    touchpoint: Touchpoint,
    *,
    by: Membership,
    expected_version: int | None = None,
    **fields: Unpack[TouchpointFields],
) -> Touchpoint:
    """Change a touchpoint. Raises Stale, ValidationError."""
    plan = touchpoint.plan
    if fields.get("plan", plan) != plan:
        raise ValidationError({"plan": _("A touchpoint stays in its plan.")})
    # The plan is held before its touchpoints, as its words are.
    given = _settled(plan, {**fields}, by=by)
    touchpoint = locked(touchpoint, expected_version=expected_version)
    changes = assign(touchpoint, given)
    if changes:
        record("touchpoint.changed", touchpoint.ref, by=by, fields=changes)
        bump_pulse(touchpoint.plan_id)
    return touchpoint


def _settled(plan: Plan, given: dict[str, Any], *, by: Membership) -> dict[str, Any]:
    """Return what is to be stored for what was given. Raises ValidationError."""
    for which, column in COLUMN.items():
        if column in given:
            given[column] = settled(plan, which, given[column], by=by)
    return with_owner(given)


@transaction.atomic
def move_touchpoint(
    touchpoint: Touchpoint, *, position: int, by: Membership, expected_version: int | None = None
) -> Touchpoint:
    """Put a touchpoint at a place (0 = first) among its plan's. Raises Stale, ValidationError."""
    touchpoint = locked(touchpoint, expected_version=expected_version)
    beside = Touchpoint.objects.filter(plan=touchpoint.plan_id).select_for_update()
    renumber(placed(touchpoint, position, beside))
    record("touchpoint.moved", touchpoint.ref, by=by, position=touchpoint.position)
    bump_pulse(touchpoint.plan_id)
    return touchpoint


@transaction.atomic
def archive_touchpoint(
    touchpoint: Touchpoint, *, by: Membership, expected_version: int | None = None
) -> Touchpoint:
    """Hide a touchpoint; what was measured there stays and keeps counting."""
    touchpoint = locked(touchpoint, expected_version=expected_version)
    if assign(touchpoint, {"archived_at": touchpoint.archived_at or timezone.now()}):
        record("touchpoint.archived", touchpoint.ref, by=by, name=touchpoint.name)
        bump_pulse(touchpoint.plan_id)
    return touchpoint


@transaction.atomic
def restore_touchpoint(touchpoint: Touchpoint, *, by: Membership) -> Touchpoint:
    """Show an archived touchpoint again."""
    touchpoint = locked(touchpoint)
    if assign(touchpoint, {"archived_at": None}):
        record("touchpoint.restored", touchpoint.ref, by=by, name=touchpoint.name)
        bump_pulse(touchpoint.plan_id)
    return touchpoint


@transaction.atomic
def hand_over_touchpoints(
    touchpoints: Iterable[int], *, to: Heir, by: Membership
) -> list[Touchpoint]:
    """Give touchpoints (ids) another owner in one act; archived ones keep theirs."""
    living = Touchpoint.objects.filter(pk__in=list(touchpoints), archived_at=None)
    handed = []
    for touchpoint in living.select_for_update(of=("self",)).order_by("pk"):
        changes = assign(touchpoint, columns_of(to))
        if changes:
            record("touchpoint.changed", touchpoint.ref, by=by, fields=changes)
            handed.append(touchpoint)
    for plan_id in {touchpoint.plan_id for touchpoint in handed}:
        bump_pulse(plan_id)
    return handed


# --- audits ---------------------------------------------------------------------------------


@transaction.atomic
def grade_touchpoint(
    touchpoint: Touchpoint,
    *,
    by: Membership,
    expected_version: int | None = None,
    **fields: Unpack[AuditFields],
) -> Audit:
    """Grade a touchpoint on a day (today, if not said); the grades before stay.

    What is found and not said is taken from the touchpoint; what is said of the newest audit
    holds for the touchpoint from now on. Whoever says the newest once more, by a second click for
    example, adds nothing. `expected_version` is the touchpoint's. Raises Stale,
    ValidationError.
    """
    touchpoint = locked(touchpoint, expected_version=expected_version)
    said: dict[str, Any] = {**fields}
    found = {name: said.get(name, getattr(touchpoint, name)) for name in FOUND}
    said.setdefault("graded_on", by.workspace.today())
    audit = Audit(touchpoint=touchpoint, by=by, **_checked({**said, **found}, by=by))
    newest = newest_grades([touchpoint.pk]).get(touchpoint.pk)
    if newest is not None and _says_the_same(audit, newest):
        return newest
    kept(audit)
    record("audit.created", audit.ref, by=by, **_facts(audit))
    if newest is None or audit.graded_on >= newest.graded_on:
        changes = assign(touchpoint, found)
        if changes:
            record("touchpoint.changed", touchpoint.ref, by=by, fields=changes)
    bump_pulse(touchpoint.plan_id)
    return audit


def _says_the_same(audit: Audit, other: Audit) -> bool:
    said = ("by_id", "grade", "graded_on", "note", "checklist", *FOUND)
    return all(getattr(audit, name) == getattr(other, name) for name in said)


@transaction.atomic
def grade_in_place(
    touchpoint: Touchpoint,
    *,
    seen: str,
    by: Membership,
    grade: str = "",
    graded_on: date | None = None,
) -> Audit | None:
    """Say what the newest grade is: another grade is one more audit, of today; another day is
    that audit's.

    `seen` names the newest grade the caller saw, as `seen_of` does. Raises Stale with what is the
    newest now, ValidationError.
    """
    touchpoint = locked(touchpoint)
    newest = newest_grades([touchpoint.pk]).get(touchpoint.pk)
    if newest is not None and grade == newest.grade:
        return newest
    if seen_of(newest) != seen:
        raise Stale(newest or touchpoint)
    if grade:
        return grade_touchpoint(touchpoint, by=by, grade=grade)
    if newest is None or graded_on is None:
        raise ValidationError({"graded_on": _("Grade it first; the day goes with the grade.")})
    return change_audit(newest, by=by, graded_on=graded_on)


def create_audit(*, touchpoint: Touchpoint, by: Membership, **fields: Unpack[AuditFields]) -> Audit:
    """Grade a touchpoint, as `grade_touchpoint` does."""
    return grade_touchpoint(touchpoint, by=by, **fields)


@transaction.atomic
def change_audit(
    audit: Audit,
    *,
    by: Membership,
    touchpoint: Touchpoint | None = None,
    expected_version: int | None = None,
    **fields: Unpack[AuditFields],
) -> Audit:
    """Change what one audit says; the touchpoint's own words stay.

    Raises Stale, ValidationError.
    """
    audit = locked(audit, expected_version=expected_version)
    if touchpoint is not None and touchpoint.pk != audit.touchpoint_id:
        raise ValidationError({"touchpoint": _("An audit stays with its touchpoint.")})
    changes = assign(audit, _checked({**fields}, by=by))
    if changes:
        plain = {
            name: {side: str(one) for side, one in two.items()} for name, two in changes.items()
        }
        record("audit.changed", audit.ref, by=by, fields=plain, touchpoint=audit.touchpoint_id)
        bump_pulse(audit.touchpoint.plan_id)
    return audit


@transaction.atomic
def archive_audit(audit: Audit, *, by: Membership, expected_version: int | None = None) -> Audit:
    """Take an audit out of the count; the one before it is the newest again. Raises Stale."""
    audit = locked(audit, expected_version=expected_version)
    if assign(audit, {"archived_at": audit.archived_at or timezone.now()}):
        record("audit.archived", audit.ref, by=by, **_facts(audit))
        bump_pulse(audit.touchpoint.plan_id)
    return audit


@transaction.atomic
def restore_audit(audit: Audit, *, by: Membership) -> Audit:
    """Count an archived audit again."""
    audit = locked(audit)
    if assign(audit, {"archived_at": None}):
        record("audit.restored", audit.ref, by=by, **_facts(audit))
        bump_pulse(audit.touchpoint.plan_id)
    return audit


def _facts(audit: Audit) -> dict[str, Any]:
    return {
        "touchpoint": audit.touchpoint_id,
        "grade": audit.grade,
        "graded_on": str(audit.graded_on),
    }


def _checked(given: dict[str, Any], *, by: Membership) -> dict[str, Any]:
    """Return an audit's fields as they are kept. Raises ValidationError."""
    if "checklist" in given:
        given["checklist"] = answers_of(given["checklist"])
    if "graded_on" in given and given["graded_on"] > by.workspace.today():
        raise ValidationError(
            {"graded_on": _("That day has not come yet. Give today or a day before.")}
        )
    return given
