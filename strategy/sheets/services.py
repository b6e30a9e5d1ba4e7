"""Bringing the rows of a sheet into a plan's touchpoints, all in one act."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from cxplanner.accounts.models import Membership
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import locked
from cxplanner.events.services import record
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse
from strategy.sheets.mapping import Reading
from strategy.sheets.understanding import WORDS, Known, Line, Proposal, understood
from strategy.touchpoints.models import FOUND, Audit, Touchpoint
from strategy.vocabulary.services import settled

# What is not typed in a sheet, and was checked before it came here.
_GIVEN = ("workspace", "plan", "touchpoint", "owner", "by", "checklist")


class NotAsLookedAt(Refused):
    """The rows would do something else than what was confirmed."""


def bring_in(
    plan: Plan,
    text: str,
    *,
    looked_at: str,
    left_out: Collection[tuple[str, str]] = (),
    told: Reading | None = None,
    by: Membership,
) -> Proposal:
    """Add and change touchpoints as the rows of a sheet say; rows that are wrong stay out.

    `looked_at` is the fingerprint of the proposal that was confirmed, `left_out` the stages and
    channels that do not join the plan's lists, `told` how the columns are read. Raises
    NotAsLookedAt, ValidationError.
    """
    try:
        return _brought_in(plan, text, looked_at, left_out, told, by)
    except IntegrityError as error:  # somebody took a name at the same moment
        raise NotAsLookedAt from error


@transaction.atomic
def _brought_in(
    plan: Plan,
    text: str,
    looked_at: str,
    left_out: Collection[tuple[str, str]],
    told: Reading | None,
    by: Membership,
) -> Proposal:
    plan = locked(plan)
    # Held before they are compared, so that nobody changes them between comparing and keeping.
    list(Touchpoint.objects.select_for_update(of=("self",)).filter(plan=plan).order_by("pk"))
    found = understood(text, Known.of(plan, people_by_label(), left_out), told)
    if found.trouble or found.fingerprint != looked_at:
        raise NotAsLookedAt
    _settle_words(plan, [*found.new, *found.changed], by)
    done = [*_add(plan, found.new), *_change(found.changed)]
    graded = _grade([(line, one) for line, one in done if line.grade], by)
    counts = {"added": len(found.new), "changed": len(found.changed), "graded": graded}
    # One fact, not a thousand: whoever follows the plan is told once.
    record("touchpoints.brought_in", plan.ref, by=by, **counts)
    bump_pulse(plan.pk)
    return found


def _settle_words(plan: Plan, lines: Sequence[Line], by: Membership) -> None:
    """Write stages and channels as the plan does; those that are new join its lists."""
    known: dict[tuple[str, str], str] = {}
    for line in lines:
        for column, which in WORDS.items():
            word = line.fields.get(column)
            if not word:
                continue
            if (which, word) not in known:
                known[which, word] = settled(plan, which, word, by=by)
            line.fields[column] = known[which, word]


def _add(plan: Plan, lines: Sequence[Line]) -> list[tuple[Line, Touchpoint]]:
    behind = plan.touchpoints.count()
    made = [Touchpoint(plan=plan, position=place) for place, _line in enumerate(lines, behind)]
    for line, touchpoint in zip(lines, made, strict=True):
        _fill(touchpoint, line.fields)
    return list(zip(lines, Touchpoint.objects.bulk_create(made), strict=True))


def _change(lines: Sequence[Line]) -> list[tuple[Line, Touchpoint]]:
    found = [(line, line.touchpoint) for line in lines if line.touchpoint is not None]
    for line, touchpoint in found:
        if line.fields:
            _fill(touchpoint, line.fields)
            touchpoint.edit(expected_version=None)
            touchpoint.save()
    return found


def _grade(lines: Sequence[tuple[Line, Touchpoint]], by: Membership) -> int:
    """Grade touchpoints; each audit keeps what is found there now. Return how many there are."""
    audits = []
    for line, touchpoint in lines:
        held = {name: getattr(touchpoint, name) for name in FOUND}
        audit = Audit(touchpoint=touchpoint, by=by, **held, **line.grade)
        audit.clean_fields(exclude=_GIVEN)
        audits.append(audit)
    return len(Audit.objects.bulk_create(audits))


def _fill(touchpoint: Touchpoint, fields: dict[str, Any]) -> None:
    """Put what a row says into a touchpoint. Raises ValidationError."""
    given = {**fields}
    if "owner" in given:
        owner = given.pop("owner")
        is_member = isinstance(owner, Membership)
        given |= {"owner": owner if is_member else None, "owner_name": "" if is_member else owner}
    for name, value in given.items():
        setattr(touchpoint, name, value)
    touchpoint.clean_fields(exclude=_GIVEN)
