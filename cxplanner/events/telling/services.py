"""Tells an event to whom it concerns; and what members say of how they are told."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cxplanner.accounts.models import Membership, Workspace
from cxplanner.accounts.roles import ALLOWED, Action, Role
from cxplanner.base.refs import Ref, targets
from cxplanner.base.tenancy import CurrentWorkspace
from cxplanner.events.facts import Event
from cxplanner.events.telling.models import (
    IN_PERSON,
    MailChoice,
    Notification,
    Reason,
    Watch,
)
from cxplanner.events.telling.rules import RULES, Rule

DIGEST_AT = time(8)  # on the workspace's clock


def tell(event: Event, thing: Any) -> list[Notification]:
    """Put an event into the inbox of everybody it concerns, in its own transaction.

    `thing` is what it is about, or None when that is gone. Nobody is told of their own acts,
    and nobody twice of one event.
    """
    rule = RULES.get(event.name)
    if rule is None:
        return []
    reasons = _concerned(event, thing, rule)
    _heed_watches(reasons, event, rule)
    if event.by_id is not None:
        reasons.pop(event.by_id, None)
    if not reasons:
        return []
    here = Membership.objects.filter(workspace_id=CurrentWorkspace(), pk__in=reasons)
    pace = _Pace(here.select_related("workspace"))
    rows = [
        Notification(
            member_id=member.pk,
            event=event,
            reason=reasons[member.pk],
            mail_due_at=pace.due(member, reasons[member.pk]),
        )
        for member in pace.members
    ]
    return Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _concerned(event: Event, thing: Any, rule: Rule) -> dict[int, Reason]:
    """Return members by id with the weightiest reason of each."""
    found: dict[int, Reason] = {}

    def add(members: Iterable[Any], reason: Reason) -> None:
        for member_id in members:
            if isinstance(member_id, int):
                found.setdefault(member_id, reason)

    owner = event.data.get("fields", {}).get("owner", {})
    add(event.data.get("mentions", ()), Reason.MENTION)
    add([event.data.get("to"), owner.get("after")], Reason.HANDED)
    if rule.approvers:
        roles = [role for role in Role if Action.APPROVE in ALLOWED[role]]
        may = Membership.objects.filter(workspace_id=CurrentWorkspace(), role__in=roles)
        add(may.values_list("pk", flat=True), Reason.ASKED)
    if rule.asker_of:
        asked = Event.objects.filter(
            name=rule.asker_of, about_kind=event.about_kind, about_id=event.about_id
        )
        add(asked.order_by("-pk").values_list("by", flat=True)[:1], Reason.OWNER)
    if rule.owner:
        add([getattr(thing, "owner_id", None), owner.get("before")], Reason.OWNER)
    add(event.data.get("talkers", ()), Reason.TALK)
    return found


def _heed_watches(reasons: dict[int, Reason], event: Event, rule: Rule) -> None:
    """Add who follows, leave out who has muted; what is said of the nearest thing stands."""
    nearest = [(event.about_kind, event.about_id)]
    if rule.part_of in event.data:
        nearest.append((rule.part_of, str(event.data[rule.part_of])))
    if event.plan_id is not None:
        nearest.append(("plan", str(event.plan_id)))
    here = reduce(or_, (Q(about_kind=kind, about_id=pk) for kind, pk in nearest))
    wished: dict[int, Watch] = {}
    # The nearest comes last, and stands.
    found = Watch.objects.filter(here)
    for watch in sorted(found, key=lambda one: -nearest.index((one.about_kind, one.about_id))):
        wished[watch.member_id] = watch
    for member_id, watch in wished.items():
        if watch.mode == Watch.Mode.MUTE:
            if reasons.get(member_id) not in (None, Reason.MENTION):
                del reasons[member_id]
        elif rule.followers:
            reasons.setdefault(member_id, Reason.FOLLOW)


class _Pace:
    """When members want mail, read once for all of them."""

    def __init__(self, members: Iterable[Membership]) -> None:
        self.members = list(members)
        choices = MailChoice.objects.filter(member__in=self.members)
        self.choices = {choice.member_id: choice for choice in choices}
        self.now = timezone.now()

    def due(self, member: Membership, reason: Reason) -> datetime | None:
        choice = self.choices.get(member.pk) or MailChoice()
        pace = choice.in_person if reason in IN_PERSON else choice.news
        if pace == MailChoice.Pace.OFF:
            return None
        return self.now if pace == MailChoice.Pace.NOW else next_digest(member.workspace, self.now)


def next_digest(workspace: Workspace, now: datetime) -> datetime:
    """Return the next 8:00 on the workspace's clock."""
    local = now.astimezone(workspace.zone)
    day = local.date() if local.time() < DIGEST_AT else local.date() + timedelta(days=1)
    return datetime.combine(day, DIGEST_AT, tzinfo=workspace.zone)


# --- reading --------------------------------------------------------------------------------


def inbox_of(member: Membership) -> QuerySet[Notification]:
    """Return what a member was told, the newest first."""
    return Notification.objects.filter(member=member).order_by("-pk")


def mark_read(rows: QuerySet[Notification]) -> int:
    """Note that these were read; what was read needs no mail. Returns how many were unread."""
    now = timezone.now()
    return rows.filter(read_at=None).update(read_at=now, mail_due_at=None)


def mark_unread(row: Notification) -> None:
    """Put a row back among the unread; it is not mailed again."""
    Notification.objects.filter(pk=row.pk).update(read_at=None)


# --- wishes ---------------------------------------------------------------------------------


@transaction.atomic
def watch(member: Membership, about: Ref, *, mode: str) -> None:
    """Follow or mute a thing; an empty mode takes either back."""
    kept = Watch.objects.filter(member=member, about_kind=about.kind, about_id=str(about.id))
    if not mode:
        kept.delete()
    elif not kept.update(mode=mode):
        row = Watch(member=member, mode=mode)
        row.about = about
        row.save()


def watches_of(member: Membership) -> list[tuple[Watch, Any]]:
    """Return what a member follows and has muted, each with the thing itself."""
    rows = list(Watch.objects.filter(member=member).order_by("mode", "pk"))
    things = targets(row.about for row in rows)
    return [(row, things[row.about]) for row in rows if row.about in things]


def mail_choice(member: Membership) -> MailChoice:
    """Return what a member chose, or the defaults."""
    found = MailChoice.objects.filter(member=member).first()
    return found or MailChoice(member=member)


@transaction.atomic
def choose_mail(member: Membership, *, in_person: str, news: str) -> MailChoice:
    """Say when one wants mail; what already waits follows the new choice."""
    chosen = {"in_person": in_person, "news": news}
    choice, _made = MailChoice.objects.update_or_create(member=member, defaults=chosen)
    waiting = Notification.objects.filter(member=member, mail=None, mail_due_at__isnull=False)
    pace = _Pace([member])
    for reasons, reason in ((IN_PERSON, Reason.MENTION), (set(Reason) - IN_PERSON, Reason.OWNER)):
        waiting.filter(reason__in=reasons).update(mail_due_at=pace.due(member, reason))
    return choice
