"""How allauth meets this product: who may sign up, under which name, and where mail goes."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from cxplanner.accounts.invitations.services import Unusable, find
from cxplanner.accounts.models import User

logger = logging.getLogger(__name__)
CONSOLE = "django.core.mail.backends.console.EmailBackend"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is partly untyped
    """E-mail is the name people sign in with."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Admit everybody, or those on their way to an invitation that still lets somebody in."""
        return settings.SIGNUP == "open" or _is_invited(request)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, **how: Any) -> Any:
        user.name = form.cleaned_data["name"].strip()
        return super().save_user(request, user, form, **how)

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> Any:
        """Take a code that was read for the proof that its address is the reader's.

        Accounts made by link have no row of theirs yet; without one a second code would be asked.
        """
        email = login["email"]
        used = get_authentication_records(request, user)
        if any(one["method"] == "code" and one.get("email") == email for one in used):
            address, made = EmailAddress.objects.get_or_create(
                user=user, email=email, defaults={"verified": True}
            )
            if made:
                address.set_as_primary(conditional=True)
        return super().pre_login(request, user, **login)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; where none leaves this machine, say where it can be read.

        A mail server that cannot be reached is said, too: whoever waits for a code asks again.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # smtplib's errors are of this kind
            logger.exception("a mail could not be sent")
            words = _("The mail could not be sent: the mail server cannot be reached. Try again.")
            messages.error(self.request, words)
        if settings.EMAIL_BACKEND == CONSOLE:
            words = _("No mail leaves this machine: read it in the terminal that runs cxplanner.")
            messages.info(self.request, words)


def _is_invited(request: HttpRequest) -> bool:
    path = urlsplit(get_next_redirect_url(request) or "").path
    try:
        onward = resolve(path)
        if onward.url_name != "invitation":
            return False
        find(onward.kwargs["secret"])
    except (Resolver404, Unusable):
        return False
    return True
