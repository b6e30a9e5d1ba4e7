"""Writes the mails that are due: one to a member for all that waits, in their language."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import CurrentWorkspace
from cxplanner.events.inbox.selectors import Told, told
from cxplanner.events.mail.models import Mail
from cxplanner.events.telling.models import Notification

CONSOLE = "django.core.mail.backends.console.EmailBackend"
_SALT = "no more mail"
_AT_ONCE = 500  # rows
_SUBJECT = 150  # characters


def leaves_this_machine() -> bool:
    """Tell whether mail has somewhere to go; without EMAIL_URL it stays in the outbox."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


@transaction.atomic
def compose_due(now: datetime) -> int:
    """Write the mails due in the active workspace; returns how many.

    Each row is claimed with the mail that carries it in one transaction, so none is carried twice.
    """
    members = Membership.objects.filter(workspace_id=CurrentWorkspace(), user__is_active=True)
    rows = list(
        Notification.objects.filter(
            mail=None, read_at=None, mail_due_at__lte=now, member__in=members
        )
        .select_related("event__by__user", "member__user", "member__workspace")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:_AT_ONCE]
    )
    waiting: defaultdict[Membership, list[Notification]] = defaultdict(list)
    for row in rows:
        waiting[row.member].append(row)
    for member, own in waiting.items():
        mail = _mail_to(member, own)
        mail.save()
        Notification.objects.filter(pk__in=[row.pk for row in own]).update(mail=mail)
    return len(waiting)


def _mail_to(member: Membership, rows: Sequence[Notification]) -> Mail:
    workspace, user = member.workspace, member.user
    with override(user.language or settings.LANGUAGE_CODE), timezone.override(workspace.zone):
        items = told(rows, workspace.slug)
        context = {
            "items": items,
            "member": member,
            "workspace": workspace,
            "site": settings.PUBLIC_URL,
            "inbox_url": settings.PUBLIC_URL + reverse("inbox", args=[workspace.slug]),
            "choices_url": settings.PUBLIC_URL + reverse("inbox-settings", args=[workspace.slug]),
        }
        return Mail(
            member=member,
            address=user.email,
            subject=_subject(member, items),
            text=render_to_string("events/mail/mail.txt", context).strip() + "\n",
            html=render_to_string("events/mail/mail.html", context),
            state=Mail.State.PENDING if leaves_this_machine() else Mail.State.KEPT,
        )


def _subject(member: Membership, items: Sequence[Told]) -> str:
    """Name the one thing that happened, or say how many did; a subject is one line."""
    if len(items) == 1:
        words = _("%(what)s: %(thing)s") % {"what": items[0].words, "thing": items[0].title}
    else:
        words = ngettext(
            "%(n)d thing happened in %(workspace)s", "%(n)d things happened in %(workspace)s",
            len(items),
        ) % {"n": len(items), "workspace": member.workspace.name}  # fmt: skip
    return Truncator(" ".join(words.split())).chars(_SUBJECT)


# --- the way out ----------------------------------------------------------------------------


def stop_url(member_id: int) -> str:
    """Return the address that stops a member's mail without signing in."""
    token = signing.dumps(member_id, salt=_SALT)
    return settings.PUBLIC_URL + reverse("mail-off", args=[token])


def member_of_stop(token: str) -> Membership | None:
    """Return whose mail this address stops; None for one that is not ours."""
    try:
        member_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Membership.objects.select_related("workspace", "user").filter(pk=member_id).first()
