"""The mail that carries an invitation."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from cxplanner.accounts.models import MemberInvitation

logger = logging.getLogger(__name__)
CONSOLE = "django.core.mail.backends.console.EmailBackend"
LETTER = "accounts/invitations/mail"


def leaves() -> bool:
    """Tell whether mail leaves this machine; without EMAIL_URL it does not."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


def post(invitation: MemberInvitation, link: str) -> bool:
    """Mail a link in the language of whoever invites; tell whether the mail server took it."""
    if not leaves():
        return False
    context = {"invitation": invitation, "link": link}
    subject = " ".join(render_to_string(f"{LETTER}_subject.txt", context).split())
    body = render_to_string(f"{LETTER}.txt", context)
    try:
        EmailMessage(subject, body, to=[invitation.email]).send()
    except (OSError, SMTPException):
        logger.warning("invitation %s could not be mailed", invitation.pk, exc_info=True)
        return False
    return True
