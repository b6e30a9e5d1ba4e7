"""Sends what is written: each mail under a lock, again after a failure, for five days."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.mail.composing import compose_due, leaves_this_machine, stop_url
from cxplanner.events.mail.models import Mail
from cxplanner.events.telling.models import Notification

KEPT_FOR = timedelta(days=30)
_REFUSED_FOR_GOOD = 500  # SMTP replies from here on are final
log = logging.getLogger(__name__)


def deliver_all() -> None:
    """Write and send the mail that is due, of all workspaces."""
    now = timezone.now()
    due = Notification.unscoped.filter(mail=None, read_at=None, mail_due_at__lte=now)
    pending = Mail.unscoped.filter(state=Mail.State.PENDING, next_try_at__lte=now)
    found = set(due.values_list("workspace", flat=True).distinct())
    found |= set(pending.values_list("workspace", flat=True).distinct())
    for workspace_id in sorted(found):
        with workspace_scope(workspace_id):
            compose_due(now)
            while leaves_this_machine() and _send_next(now):
                pass


@transaction.atomic
def _send_next(now: datetime) -> bool:
    """Send one mail; tell whether to go on. Nothing is lost by a crash: the row still waits.

    Who dies between the server's yes and our commit sends twice; the same Message-ID lets the
    reader's side see that.
    """
    waiting = Mail.objects.filter(state=Mail.State.PENDING, next_try_at__lte=timezone.now())
    mail = waiting.select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
    if mail is None:
        return False
    try:
        _message(mail).send()
    except SMTPRecipientsRefused as error:
        mail.put_off(now, str(error))
        if all(code >= _REFUSED_FOR_GOOD for code, _why in error.recipients.values()):
            mail.state = Mail.State.FAILED
        mail.save()
    except (OSError, ValueError) as error:
        log.warning("mail %s waits: %s", mail.pk, error)
        mail.put_off(now, str(error) or type(error).__name__)
        mail.save()
        # The others would meet the same server: they wait as long.
        waiting.exclude(pk=mail.pk).update(next_try_at=mail.next_try_at)
        return False
    else:
        mail.state, mail.sent_at, mail.error = Mail.State.SENT, timezone.now(), ""
        mail.attempts += 1
        mail.save()
    return True


def _message(mail: Mail) -> EmailMultiAlternatives:
    stop = stop_url(mail.member_id)
    host = stop.partition("://")[2].partition("/")[0].partition(":")[0]
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.address],
        headers={
            "Message-ID": f"<mail-{mail.pk}.{mail.made_at:%Y%m%d%H%M%S}@{host}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def forget_old() -> None:
    """Drop mails of more than thirty days; what they told stays in the inbox."""
    Mail.unscoped.filter(made_at__lt=timezone.now() - KEPT_FOR).exclude(
        state=Mail.State.PENDING
    ).delete()
