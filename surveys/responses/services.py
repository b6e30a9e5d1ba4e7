"""Every way an answer enters, changes or leaves. Only a new one adds; all else is recounted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.deletion import delete_for_good
from cxplanner.base.refs import Ref
from cxplanner.base.refusals import Refused
from cxplanner.events.services import record
from strategy.evidence.services import forget_quotes_of
from strategy.metrics.pending import ask_recount
from surveys.design.selectors import Head, known_touchpoints, survey_design, survey_head_by_id
from surveys.responses.answers import Check, Fault, Faulty, Given, Taken
from surveys.responses.models import Response
from surveys.responses.recording import record_many, record_one, replace, same_content

MOST_IN_A_CALL = 5000


class NotOpen(Refused):
    """The survey takes no answers: it is a draft, or this answer came after it was closed."""


class AnsweredDifferently(Refused):
    """The external id is known, with other content."""

    def __init__(self) -> None:
        super().__init__(_("This external_id was sent before with other content."))


class TooMany(Exception):
    """A call carries more answers than one call may."""


class NothingTaken(Exception):
    """A call that wanted all or nothing had faults, so nothing was written."""

    def __init__(self, faults: "list[ItemFault]") -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Receipt:
    """A response's id, and whether this very call wrote it."""

    id: UUID
    fresh: bool


@dataclass(frozen=True, slots=True)
class ItemFault:
    """A fault in the item at `index` of a call."""

    index: int
    fault: Fault


@dataclass(slots=True)
class Outcome:
    """What became of many answers: ids by their index in the call, and faults."""

    accepted: int = 0
    duplicates: int = 0
    faults: list[ItemFault] = field(default_factory=list)
    ids: dict[int, UUID] = field(default_factory=dict)

    def refuse(self, index: int, faults: Iterable[Fault]) -> None:
        self.faults += [ItemFault(index, fault) for fault in faults]


def submit(head: Head, given: Given, *, via: str, update: bool = False) -> Receipt:
    """Take one answer: one statement, one transaction, one round trip.

    Retried with the same external id (or id) and content, it returns the first id and counts
    nothing; `update` replaces other content. The head may be a recent one: the statement checks
    it. Call it outside of a transaction, in the survey's workspace.

    Raises Faulty, NotOpen, AnsweredDifferently.
    """
    while True:
        taken = _check(head, [given])(given)
        closed = _closed_to(head, taken)
        if closed:
            raise NotOpen(closed)
        if record_one(head, taken, via=via):
            return Receipt(taken.id, fresh=True)
        now = survey_head_by_id(head.survey_id, head.workspace_id)
        if now is None:
            raise NotOpen(_("This survey is gone."))
        if now == head:
            return _met_again(head, taken, update=update)
        head = now  # it was changed since the head was read


def _check(head: Head, items: Iterable[Given]) -> Check:
    """Make the check these items are asked by, which knows their touchpoints."""
    wanted = {given.touchpoint_id for given in items if given.touchpoint_id is not None}
    known = known_touchpoints(head.plan_id, wanted)
    return Check(head, survey_design(head), now=timezone.now(), known=known)


def _closed_to(head: Head, taken: Taken) -> str:
    """Say why the survey takes this answer no more; "" when it takes it."""
    if head.is_open:
        return ""
    if head.is_draft or head.ended_at is None:
        return _("This survey is not open yet.")
    if taken.tells_time and taken.answered_at < head.ended_at:
        return ""
    return _("This survey is closed. Answers given before it closed still enter with their time.")


def _met_again(head: Head, taken: Taken, *, update: bool) -> Receipt:
    """Answer a call whose id is known: the same content, a replacement, or a conflict."""
    with transaction.atomic():
        mine = Response.objects.select_for_update(no_key=True).filter(survey_id=head.survey_id)
        if taken.external_id is None:
            first = mine.filter(pk=taken.id).first()
        else:
            first = mine.filter(external_id=taken.external_id).first()
        if first is None:  # the id belongs to another survey, or its row has just been deleted
            raise AnsweredDifferently
        if not same_content(first, taken):
            if not update:
                raise AnsweredDifferently
            replace(first, taken)
        return Receipt(first.pk, fresh=False)


def submit_many(
    head: Head,
    items: Sequence[tuple[int, Given]],
    *,
    via: str,
    update: bool = False,
    atomic: bool = False,
    faults: Sequence[ItemFault] = (),
) -> Outcome:
    """Take many answers, each named by its index in the call; valid ones are kept.

    The first of an external id in the call wins. `faults` are those the caller found before;
    with `atomic` any fault raises NothingTaken. Raises TooMany, and NotOpen for a draft, and
    Refused when other calls keep writing the same external ids.
    """
    if len(items) > MOST_IN_A_CALL:
        raise TooMany
    if head.is_draft:
        raise NotOpen(_("This survey is not open yet."))
    checked, refused = _checked_many(head, items)
    for _attempt in range(2):
        outcome = Outcome(faults=[*faults, *refused])
        try:
            with transaction.atomic():
                _write_many(head, checked, outcome, via=via, update=update)
                if atomic and outcome.faults:
                    raise NothingTaken(outcome.faults)
        except IntegrityError:  # another call wrote one of these external ids: look again, once
            continue
        outcome.faults.sort(key=lambda found: found.index)
        return outcome
    raise Refused(_("Another call writes the same external ids. Send this one again."))


def _checked_many(
    head: Head, items: Sequence[tuple[int, Given]]
) -> tuple[list[tuple[int, Taken]], list[ItemFault]]:
    check = _check(head, (given for _index, given in items))
    checked: list[tuple[int, Taken]] = []
    outcome = Outcome()
    for index, given in items:
        try:
            taken = check(given)
        except Faulty as error:
            outcome.refuse(index, error.faults)
            continue
        closed = _closed_to(head, taken)
        if closed:
            outcome.refuse(index, [Fault(("answered_at",), closed)])
        else:
            checked.append((index, taken))
    return checked, outcome.faults


def _write_many(
    head: Head, checked: list[tuple[int, Taken]], outcome: Outcome, *, via: str, update: bool
) -> None:
    known = _known_responses(head, [taken for _index, taken in checked], locked=update)
    first: dict[str, Taken] = {}
    fresh: list[Taken] = []
    for index, taken in checked:
        external_id = taken.external_id
        if external_id in known:
            _settle_known(known[external_id], index, taken, outcome, update=update)
        elif external_id in first:
            _settle_repeated(first[external_id], index, taken, outcome)
        else:
            fresh.append(taken)
            outcome.ids[index] = taken.id
            outcome.accepted += 1
            if external_id is not None:
                first[external_id] = taken
    # One order for all calls: two that overlap wait for each other and never deadlock.
    if not record_many(head, sorted(fresh, key=lambda taken: taken.external_id or ""), via=via):
        raise NotOpen(_("This survey is gone."))


def _known_responses(head: Head, taken: list[Taken], *, locked: bool) -> dict[str | None, Response]:
    wanted = [one.external_id for one in taken if one.external_id is not None]
    if not wanted:
        return {}
    rows = Response.objects.filter(survey_id=head.survey_id, external_id__in=wanted)
    if locked:
        rows = rows.select_for_update(no_key=True).order_by("external_id")
    return {row.external_id: row for row in rows}


def _settle_known(
    known: Response, index: int, taken: Taken, outcome: Outcome, *, update: bool
) -> None:
    if same_content(known, taken):
        outcome.duplicates += 1
    elif update:
        replace(known, taken)
        outcome.accepted += 1
    else:
        outcome.refuse(index, [Fault(("external_id",), str(AnsweredDifferently()))])
        return
    outcome.ids[index] = known.pk


def _settle_repeated(first: Taken, index: int, taken: Taken, outcome: Outcome) -> None:
    """The first of an external id wins; a later one with other content is told so."""
    mine = (first.answers, first.segments, first.touchpoint_id)
    if mine == (taken.answers, taken.segments, taken.touchpoint_id):
        outcome.duplicates += 1
        outcome.ids[index] = first.id
    else:
        outcome.refuse(index, [Fault(("external_id",), str(AnsweredDifferently()))])


def edit_response(
    response: Response, given: Given, *, head: Head, by: Membership | None
) -> Response:
    """Replace an answer's content; its day is counted again. Raises Faulty."""
    taken = _check(head, [given])(given)
    with transaction.atomic():
        row = Response.objects.select_for_update(no_key=True).get(pk=response.pk)
        replace(row, taken)
        about = Ref("survey", row.survey_id)
        record("response.changed", about, by=by, response=str(row.pk), day=row.day.isoformat())
    return row


def delete_response(response: Response, *, by: Membership | None) -> None:
    """Delete an answer for good; its day is counted again, and the trace has no content."""
    with transaction.atomic():
        row = Response.objects.select_for_update().get(pk=response.pk)
        source, day = f"survey:{row.survey_id}", row.day
        about = Ref("survey", row.survey_id)
        forget_quotes_of(row.ref)
        delete_for_good(row)
        ask_recount(source, [day])
        record("response.deleted", about, by=by, day=day.isoformat())
