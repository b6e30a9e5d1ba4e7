"""Bringing the rows of a sheet into a plan's touchpoints, all in one act."""

from collections.abc import Collection

from django.db import transaction

from cxplanner.accounts.models import Membership
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import locked
from strategy.plans.models import Plan
from strategy.sheets.understanding import Known, Line, Proposal, understood
from strategy.touchpoints import services
from strategy.touchpoints.models import Touchpoint


class NotAsLookedAt(Refused):
    """The rows would do something else than what was confirmed."""


@transaction.atomic
def bring_in(
    plan: Plan,
    text: str,
    *,
    looked_at: str,
    left_out: Collection[tuple[str, str]] = (),
    by: Membership,
) -> Proposal:
    """Add and change touchpoints as the rows of a sheet say; rows that are wrong stay out.

    `looked_at` is the fingerprint of the proposal that was confirmed, `left_out` the stages and
    channels that do not join the plan's lists. Raises NotAsLookedAt, ValidationError.
    """
    plan = locked(plan)
    # Held before they are compared, so that nobody changes them between comparing and keeping.
    list(Touchpoint.objects.select_for_update(of=("self",)).filter(plan=plan).order_by("pk"))
    found = understood(text, Known.of(plan, people_by_label(), left_out))
    if found.trouble or found.fingerprint != looked_at:
        raise NotAsLookedAt
    for line in [*found.new, *found.changed]:
        _keep(line, plan, by)
    return found


def _keep(line: Line, plan: Plan, by: Membership) -> None:
    touchpoint = line.touchpoint
    if touchpoint is None:
        touchpoint = services.create_touchpoint(plan=plan, by=by, **line.fields)
    elif line.fields:
        touchpoint = services.change_touchpoint(touchpoint, by=by, **line.fields)
    if line.grade:
        services.grade_touchpoint(touchpoint, by=by, **line.grade)
