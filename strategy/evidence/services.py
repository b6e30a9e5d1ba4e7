"""Everything a person can do with evidence."""

import re
from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.deletion import delete_for_good
from cxplanner.base.history import versions_of
from cxplanner.base.refs import Ref, UnknownRef, target
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.models import Event
from cxplanner.events.services import record
from strategy.evidence.models import Evidence
from strategy.plans.services import bump_pulse

# A check was of these; whoever changes one asks for a new one.
_CHECKED = frozenset({"text", "source", "link", "date"})
# E-mail addresses, and numbers long enough to be a telephone's.
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+\.\w+|\+\d(?:[\s()/-]*\d){6,}|\b\d(?:[\s()/-]*\d){8,}")


class EvidenceFields(TypedDict, total=False):
    """What people say of a piece of evidence."""

    kind: str
    text: str
    source: str
    link: str
    date: date | None


@transaction.atomic
def add_evidence(
    *, about: Ref, by: Membership, quotes: Ref | None = None, **fields: Unpack[EvidenceFields]
) -> Evidence:
    """Hang evidence on a thing. `quotes` names the answer its words were taken from.

    Raises ValidationError, also where there is no such thing in the workspace.
    """
    _refuse_a_day_to_come(fields.get("date"), by=by)
    evidence = Evidence(plan_id=_plan_of(about), quotes=str(quotes or ""), **fields)
    evidence.about = about
    kept(evidence)
    record("evidence.added", evidence.ref, by=by, about=str(about), kind=evidence.kind)
    bump_pulse(evidence.plan_id)
    return evidence


def _refuse_a_day_to_come(day: date | None, *, by: Membership) -> None:
    if day is not None and day > by.workspace.today():
        raise ValidationError({"date": _("That day has not come yet. Give today or a day before.")})


def _plan_of(about: Ref) -> int:
    try:
        plan_id: int = target(about).ref_plan_id
    except UnknownRef:
        found = None
    else:
        found = None if about.kind == Evidence.ref_kind else plan_id
    if found is None:
        raise ValidationError({"about": _("There is no such thing that evidence can hang on.")})
    return found


def quote(about: Ref, answer: Ref, words: str, *, by: Membership, day: date) -> Evidence:
    """Take a customer's words as evidence, without addresses and numbers to reach them by.

    An answer already taken for the same thing stays as it is. Raises ValidationError.
    """
    taken = Evidence.objects.filter(
        quotes=str(answer), about_kind=about.kind, about_id=str(about.id), archived_at=None
    ).first()
    if taken is not None:
        return taken
    kind = Evidence.Kind.REVIEW
    text = _ADDRESS.sub("…", words)[:5_000]
    return add_evidence(about=about, quotes=answer, by=by, kind=kind, text=text, date=day)


@transaction.atomic
def change_evidence(
    evidence: Evidence,
    *,
    by: Membership,
    about: Ref | None = None,
    expected_version: int | None = None,
    **fields: Unpack[EvidenceFields],
) -> Evidence:
    """Change evidence; new words, source, link or date are not verified yet.

    Evidence stays with the thing it hangs on. Raises Stale, ValidationError.
    """
    evidence = locked(evidence, expected_version=expected_version)
    if about is not None and about != evidence.about:
        raise ValidationError({"about": _("Evidence stays with what it hangs on. Add it there.")})
    _refuse_a_day_to_come(fields.get("date"), by=by)
    given: dict[str, Any] = {**fields}
    differs = any(given[name] != getattr(evidence, name) for name in _CHECKED & set(given))
    if differs and evidence.is_verified:
        given |= {"verified_by": None, "verified_at": None}
    changes = assign(evidence, given)
    if changes:
        record("evidence.changed", evidence.ref, by=by, fields=changes)
        bump_pulse(evidence.plan_id)
    return evidence


@transaction.atomic
def verify_evidence(
    evidence: Evidence,
    *,
    by: Membership,
    verified: bool = True,
    expected_version: int | None = None,
) -> Evidence:
    """Say that somebody checked the source, or take that back. Raises Stale."""
    evidence = locked(evidence, expected_version=expected_version)
    if evidence.is_verified == verified:
        return evidence
    who, when = (by, timezone.now()) if verified else (None, None)
    assign(evidence, {"verified_by": who, "verified_at": when})
    record("evidence.verified", evidence.ref, by=by, verified=verified)
    bump_pulse(evidence.plan_id)
    return evidence


@transaction.atomic
def archive_evidence(
    evidence: Evidence, *, by: Membership, expected_version: int | None = None
) -> Evidence:
    """Hide evidence. Raises Stale."""
    evidence = locked(evidence, expected_version=expected_version)
    if assign(evidence, {"archived_at": evidence.archived_at or timezone.now()}):
        record("evidence.archived", evidence.ref, by=by, kind=evidence.kind)
        bump_pulse(evidence.plan_id)
    return evidence


@transaction.atomic
def restore_evidence(evidence: Evidence, *, by: Membership) -> Evidence:
    """Show archived evidence again."""
    evidence = locked(evidence)
    if assign(evidence, {"archived_at": None}):
        record("evidence.restored", evidence.ref, by=by, kind=evidence.kind)
        bump_pulse(evidence.plan_id)
    return evidence


@transaction.atomic
def forget_quotes_of(answer: Ref) -> int:
    """Delete what was quoted from an answer that goes; return how many.

    Its versions go too, and what happened to it stays told without content.
    """
    quoting = list(Evidence.objects.filter(quotes=str(answer)))
    for evidence in quoting:
        ref = evidence.ref
        delete_for_good(evidence)
        versions_of(Evidence).filter(pgh_obj_id=ref.id).delete()
        Event.objects.filter(about_kind=ref.kind, about_id=str(ref.id)).update(data={})
    return len(quoting)
