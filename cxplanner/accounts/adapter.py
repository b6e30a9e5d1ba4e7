"""How allauth meets this product: who may sign up, under which name, and where mail goes."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cxplanner.accounts.models import User

CONSOLE = "django.core.mail.backends.console.EmailBackend"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is partly untyped
    """E-mail is the name people sign in with."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP == "open")

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, **how: Any) -> Any:
        user.name = form.cleaned_data["name"].strip()
        return super().save_user(request, user, form, **how)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; where none leaves this machine, say where it can be read."""
        super().send_mail(template_prefix, email, context)
        if settings.EMAIL_BACKEND == CONSOLE:
            words = _("No mail leaves this machine: read it in the terminal that runs cxplanner.")
            messages.info(self.request, words)
