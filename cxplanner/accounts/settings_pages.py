"""What the pages of Settings share: their tabs, and the way an error is answered."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cxplanner.accounts.access import MemberRequest
from cxplanner.accounts.roles import Action

A_PAGE = 50  # rows


def show(
    request: MemberRequest,
    tab: str,
    context: dict[str, Any],
    *,
    template: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render one of the pages of Settings, with the way to the others.

    `tab` is the URL name of its tab; `template` stands below templates/accounts.
    """
    member = request.member
    names = {
        "settings": _("Workspace"),
        "members": _("Members"),
        "work": _("Open work"),
        "tokens": _("API tokens"),
        "profile": _("You"),
    }
    tabs = [
        {"url": reverse(name, args=[member.workspace.slug]), "name": words, "current": name == tab}
        for name, words in names.items()
    ]
    page = {"nav": "settings", "tabs": tabs, "may_manage": member.can(Action.MANAGE)}
    return render(request, f"accounts/{template or tab}.html", page | context, status=status)


def status_of(form: BaseForm) -> int:
    """Return 422 for a form that was sent and cannot be taken."""
    return 422 if form.is_bound and not form.is_valid() else 200
