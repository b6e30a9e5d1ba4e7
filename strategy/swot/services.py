"""Everything a person can do with a SWOT."""

from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.refs import Ref, UnknownRef, target
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse
from strategy.swot.models import Absence, SwotEntry, entry_words
from strategy.swot.selectors import entries_at
from strategy.touchpoints.models import Touchpoint

# Whom a SWOT may be of: the plan's own brand, and its rivals.
OF = frozenset({Plan.ref_kind, "competitor"})


class EntryFields(TypedDict, total=False):
    """What people say of an entry."""

    quadrant: str
    text: str
    weight: int
    touchpoint: Touchpoint | None


@transaction.atomic
def add_entry(
    *, plan: Plan, by: Membership, about: Ref | None = None, **fields: Unpack[EntryFields]
) -> SwotEntry:
    """Add an entry behind its quadrant's others; without `about` it is of the own brand.

    Raises ValidationError.
    """
    entry = SwotEntry(plan=plan, **fields)
    entry.about = _about(plan, about)
    _check_touchpoint(entry)
    entry.position = _beside(entry).count()
    kept(entry)
    record("swot.added", entry.ref, by=by, quadrant=entry.quadrant, text=entry.text)
    bump_pulse(plan.pk)
    return entry


def entry_from(
    touchpoint: Touchpoint, quadrant: str, text: str, *, by: Membership
) -> tuple[SwotEntry, bool]:
    """Make an entry of the own brand from what was noted of a touchpoint.

    Words too long for an entry are cut. What stands there already is returned as it is, with
    False. Raises ValidationError.
    """
    words, plan = entry_words(text), touchpoint.plan
    there = entries_at(touchpoint).get((quadrant, words))
    if there is not None:
        return there, False
    return add_entry(plan=plan, by=by, quadrant=quadrant, text=words, touchpoint=touchpoint), True


@transaction.atomic
def change_entry(
    entry: SwotEntry,
    *,
    by: Membership,
    plan: Plan | None = None,
    about: Ref | None = None,
    expected_version: int | None = None,
    **fields: Unpack[EntryFields],
) -> SwotEntry:
    """Change an entry; in another quadrant it stands behind the others.

    It stays in its plan and with whom it is about. Raises Stale, ValidationError.
    """
    entry = locked(entry, expected_version=expected_version)
    if plan is not None and plan.pk != entry.plan_id:
        raise ValidationError({"plan": _("An entry stays in its plan.")})
    if about is not None and about != entry.about:
        raise ValidationError({"about": _("An entry stays with whom it is about.")})
    given: dict[str, Any] = {**fields}
    if given.get("quadrant", entry.quadrant) != entry.quadrant:
        given["position"] = _beside(entry, given["quadrant"]).count()
    changes = assign(entry, given)
    if changes:
        _check_touchpoint(entry)
        record("swot.changed", entry.ref, by=by, fields=changes)
        bump_pulse(entry.plan_id)
    return entry


@transaction.atomic
def move_entry(
    entry: SwotEntry,
    *,
    quadrant: str,
    position: int,
    by: Membership,
    expected_version: int | None = None,
) -> SwotEntry:
    """Put an entry into a quadrant, at a place (0 = first) among the living entries there.

    Raises Stale, ValidationError.
    """
    entry = locked(entry, expected_version=expected_version)
    before = list(_beside(entry, quadrant).filter(archived_at=None).select_for_update())
    order = placed(entry, position, before)
    if order == before:
        return entry
    assign(entry, {"quadrant": quadrant, "position": order.index(entry)})
    renumber(order)
    record("swot.moved", entry.ref, by=by, quadrant=quadrant, position=entry.position)
    bump_pulse(entry.plan_id)
    return entry


@transaction.atomic
def archive_entry(
    entry: SwotEntry, *, by: Membership, expected_version: int | None = None
) -> SwotEntry:
    """Hide an entry. Raises Stale."""
    entry = locked(entry, expected_version=expected_version)
    if assign(entry, {"archived_at": entry.archived_at or timezone.now()}):
        record("swot.archived", entry.ref, by=by, quadrant=entry.quadrant, text=entry.text)
        bump_pulse(entry.plan_id)
    return entry


@transaction.atomic
def restore_entry(entry: SwotEntry, *, by: Membership) -> SwotEntry:
    """Show an archived entry again."""
    entry = locked(entry)
    if assign(entry, {"archived_at": None}):
        record("swot.restored", entry.ref, by=by, quadrant=entry.quadrant, text=entry.text)
        bump_pulse(entry.plan_id)
    return entry


@transaction.atomic
def mark_none(
    plan: Plan, *, quadrant: str, reason: str, by: Membership, about: Ref | None = None
) -> Absence | None:
    """Say why a quadrant stays empty, which counts as done; "" takes that back.

    Raises ValidationError, also where the quadrant has entries.
    """
    whom = _about(plan, about)
    there = {"about_kind": whom.kind, "about_id": str(whom.id), "quadrant": quadrant}
    entries = SwotEntry.objects.filter(plan=plan, archived_at=None, **there)
    if reason and entries.exists():
        raise ValidationError({"reason": _("There are entries here. Archive them first.")})
    found = Absence.objects.select_for_update().filter(plan=plan, **there).first()
    if reason == (found.reason if found else ""):
        return found
    if found is None:
        found = kept(Absence(plan=plan, reason=reason, **there))
    else:
        assign(found, {"reason": reason})
    record("swot.marked_none", plan.ref, by=by, quadrant=quadrant, reason=reason)
    bump_pulse(plan.pk)
    return found


@transaction.atomic
def take_none_back(
    absence: Absence, *, by: Membership, expected_version: int | None = None
) -> None:
    """Say that a quadrant is open again. Raises Stale."""
    absence = locked(absence, expected_version=expected_version)
    mark_none(absence.plan, quadrant=absence.quadrant, reason="", by=by, about=absence.about)


def _about(plan: Plan, about: Ref | None) -> Ref:
    """Return whom it is of. Raises ValidationError for anybody but the brand and its rivals."""
    whom = about or plan.ref
    try:
        fits = whom.kind in OF and target(whom).ref_plan_id == plan.pk
    except UnknownRef:
        fits = False
    if not fits:
        words = _("A SWOT is about the plan’s own brand or one of its rivals.")
        raise ValidationError({"about": words})
    return whom


def _check_touchpoint(entry: SwotEntry) -> None:
    if entry.touchpoint is not None and entry.touchpoint.plan_id != entry.plan_id:
        raise ValidationError({"touchpoint": _("That touchpoint belongs to another plan.")})


def _beside(entry: SwotEntry, quadrant: str | None = None) -> QuerySet[SwotEntry]:
    """Return the entries of a quadrant that are about the same, archived ones too."""
    return SwotEntry.objects.filter(
        plan=entry.plan_id,
        about_kind=entry.about_kind,
        about_id=entry.about_id,
        quadrant=quadrant or entry.quadrant,
    )
