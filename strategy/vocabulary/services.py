"""Everything a person can do with a plan's own words: its stages, its channels, its grades."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import assign, locked
from cxplanner.events.services import record
from strategy.plans.models import NAME_LENGTH, Plan
from strategy.plans.services import bump_pulse
from strategy.vocabulary.selectors import COLUMN, USUAL_SENTENCES, Which, in_use, named

LONGEST_SENTENCE = 200
MOST_NAMES = 60


class InUse(Refused):
    """Touchpoints or steps stand under that name; somebody must say where they move."""


@transaction.atomic
def add_name(plan: Plan, which: Which, *, name: str, by: Membership) -> Plan:
    """Put a stage or channel behind the others. Raises ValidationError."""
    plan = locked(plan)
    name = _new(plan, which, name)
    return _keep(plan, which, [*getattr(plan, which), name], by=by)


@transaction.atomic
def rename(
    plan: Plan,
    which: Which,
    *,
    name: str,
    to: str,
    by: Membership,
    expected_version: int | None = None,
) -> Plan:
    """Call a stage or channel otherwise, on touchpoints and journeys too.

    Raises Stale, ValidationError.
    """
    plan = locked(plan, expected_version=expected_version)
    names = _holding(plan, which, name)
    if to.strip() != name:
        to = _new(plan, which, to, instead_of=name)
        names[names.index(name)] = to
        _carry(plan, which, name, to)
        _keep(plan, which, names, by=by)
    return plan


@transaction.atomic
def move_name(plan: Plan, which: Which, *, name: str, position: int, by: Membership) -> Plan:
    """Put a stage or channel at a place (0 = first). Raises ValidationError."""
    plan = locked(plan)
    names = placed(name, position, _holding(plan, which, name))
    return _keep(plan, which, names, by=by)


@transaction.atomic
def remove_name(
    plan: Plan,
    which: Which,
    *,
    name: str,
    by: Membership,
    to: str | None = None,
    expected_version: int | None = None,
) -> Plan:
    """Take a stage or channel off the list; what stands under it moves `to` another, or none ("").

    Raises InUse where touchpoints or steps of journeys stand under it and `to` is not said,
    Stale, ValidationError.
    """
    plan = locked(plan, expected_version=expected_version)
    names = _holding(plan, which, name)
    if in_use(plan, which).get(name):
        if to is None:
            raise InUse(
                _("Touchpoints or steps of journeys stand under “%(name)s”. Say where they go.")
                % {"name": name}
            )
        goes_to = named(plan, which, to) if to else ""
        if goes_to is None or goes_to == name:
            raise ValidationError({"to": _("Choose another of the list.")})
        _carry(plan, which, name, goes_to)
    names.remove(name)
    return _keep(plan, which, names, by=by)


@transaction.atomic
def say_grades(
    plan: Plan,
    *,
    sentences: Mapping[str, str],
    by: Membership,
    expected_version: int | None = None,
) -> Plan:
    """Say what grades mean; an empty sentence means the usual. Raises Stale, ValidationError."""
    plan = locked(plan, expected_version=expected_version)
    said = {grade: text.strip() for grade, text in sentences.items()}
    unknown = set(said) - set(USUAL_SENTENCES)
    if unknown or any(len(text) > LONGEST_SENTENCE for text in said.values()):
        raise ValidationError({"grade_sentences": _("One short sentence for each grade A to F.")})
    own = {
        grade: text for grade, text in said.items() if text and text != str(USUAL_SENTENCES[grade])
    }
    changes = assign(plan, {"grade_sentences": own})
    if changes:
        record("plan.changed", plan.ref, by=by, fields=changes)
        bump_pulse(plan.pk)
    return plan


def settled(plan: Plan, which: Which, name: str, *, by: Membership) -> str:
    """Return a name as the plan writes it; one that is new joins the list. Holds the plan.

    Raises ValidationError.
    """
    name = name.strip()
    if not name:
        return ""
    plan = locked(plan)
    known = named(plan, which, name)
    if known is None:
        known = _new(plan, which, name)
        _keep(plan, which, [*getattr(plan, which), known], by=by)
    return known


def _new(plan: Plan, which: Which, name: str, *, instead_of: str = "") -> str:
    """Check a name that joins the list. Raises ValidationError."""
    name = " ".join(name.split())
    faults = {
        _("Give it a name."): not name,
        _("A name has at most %(most)s characters.") % {"most": NAME_LENGTH}: len(name)
        > NAME_LENGTH,
        _("That one is on the list already."): named(plan, which, name) not in (None, instead_of),
        _("The list is full. Take one off that nobody needs."): len(getattr(plan, which))
        >= MOST_NAMES
        and not instead_of,
    }
    for words, holds in faults.items():
        if holds:
            raise ValidationError({COLUMN[which]: words})
    return name


def _holding(plan: Plan, which: Which, name: str) -> list[str]:
    """Return the list with a name that stands on it, or under which touchpoints stand."""
    names: list[str] = list(getattr(plan, which))
    if name not in names:
        if name not in in_use(plan, which):
            raise ValidationError(
                {"name": _("“%(name)s” is no longer on the list.") % {"name": name}}
            )
        names.append(name)
    return names


def _carry(plan: Plan, which: Which, name: str, to: str) -> None:
    column = COLUMN[which]
    for rows in (plan.touchpoints, plan.journey_steps):
        rows.filter(**{column: name}).update(
            **{column: to}, version=F("version") + 1, updated_at=timezone.now()
        )


def _keep(plan: Plan, which: Which, names: list[str], *, by: Membership) -> Plan:
    changes = assign(plan, {which: names})
    if changes:
        record("plan.changed", plan.ref, by=by, fields=changes)
        bump_pulse(plan.pk)
    return plan
