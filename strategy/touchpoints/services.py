"""Everything a person can do with a touchpoint."""

from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse
from strategy.touchpoints.models import Touchpoint


class TouchpointFields(TypedDict, total=False):
    """What people change on a touchpoint."""

    plan: Plan
    name: str
    stage: str
    channel: str


@transaction.atomic
def create_touchpoint(*, by: Membership, **fields: Unpack[TouchpointFields]) -> Touchpoint:
    """Add a touchpoint behind the plan's others. Raises ValidationError."""
    behind = Touchpoint.objects.filter(plan=fields["plan"]).count()
    touchpoint = kept(Touchpoint(position=behind, **fields))
    record("touchpoint.created", _ref(touchpoint), by=by, name=touchpoint.name)
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
    touchpoint = locked(touchpoint, expected_version=expected_version)
    if fields.get("plan", touchpoint.plan) != touchpoint.plan:
        raise ValidationError({"plan": _("A touchpoint stays in its plan.")})
    changes = assign(touchpoint, {**fields})
    if changes:
        record("touchpoint.changed", _ref(touchpoint), by=by, fields=changes)
        bump_pulse(touchpoint.plan_id)
    return touchpoint


@transaction.atomic
def move_touchpoint(touchpoint: Touchpoint, *, position: int, by: Membership) -> Touchpoint:
    """Put a touchpoint at a place (0 = first) among its plan's. Raises ValidationError."""
    touchpoint = locked(touchpoint)
    others = list(
        Touchpoint.objects.select_for_update()
        .filter(plan=touchpoint.plan_id)
        .exclude(pk=touchpoint.pk)
    )
    others.insert(max(position, 0), touchpoint)
    for place, one in enumerate(others):
        if one.position != place:
            one.position = place
            one.save(update_fields=["position"])
    record("touchpoint.moved", _ref(touchpoint), by=by, position=touchpoint.position)
    bump_pulse(touchpoint.plan_id)
    return touchpoint


@transaction.atomic
def archive_touchpoint(
    touchpoint: Touchpoint, *, by: Membership, expected_version: int | None = None
) -> Touchpoint:
    """Hide a touchpoint; what was measured there stays and keeps counting."""
    touchpoint = locked(touchpoint, expected_version=expected_version)
    if assign(touchpoint, {"archived_at": touchpoint.archived_at or timezone.now()}):
        record("touchpoint.archived", _ref(touchpoint), by=by, name=touchpoint.name)
        bump_pulse(touchpoint.plan_id)
    return touchpoint


@transaction.atomic
def restore_touchpoint(touchpoint: Touchpoint, *, by: Membership) -> Touchpoint:
    """Show an archived touchpoint again."""
    touchpoint = locked(touchpoint)
    if assign(touchpoint, {"archived_at": None}):
        record("touchpoint.restored", _ref(touchpoint), by=by, name=touchpoint.name)
        bump_pulse(touchpoint.plan_id)
    return touchpoint


def _ref(touchpoint: Touchpoint) -> Ref:
    return Ref("touchpoint", touchpoint.pk)
