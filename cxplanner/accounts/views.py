"""Signing in by link, one's workspaces, their settings, one's tokens and profile."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cxplanner.accounts import selectors, services
from cxplanner.accounts.access import MemberRequest, needs, public, require, signed_in
from cxplanner.accounts.forms import (
    CURRENCIES,
    BeginForm,
    ProfileForm,
    SettingsForm,
    TokenForm,
    WorkspaceForm,
    zones,
)
from cxplanner.accounts.members.work import work_of
from cxplanner.accounts.models import ApiToken, SignInLink, User
from cxplanner.accounts.roles import Action, Scope
from cxplanner.accounts.settings_pages import A_PAGE, show, status_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Go on in one's workspace, choose among several, or begin one."""
    mine = list(selectors.workspaces_of(_user(request))[:2])
    if not mine:
        return redirect("workspace-new")
    if len(mine) > 1:
        return redirect("workspaces")
    return redirect("workspace-home", mine[0].workspace.slug)


def _user(request: HttpRequest) -> User:
    """Return who is signed in; only behind a view that asks for it."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("nobody is signed in")
    return user


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whose link it is; only the button spends it, so a mail scanner cannot."""
    try:
        link = services.find_link(secret)
        if link.user is None:
            return _begin(request, link)
        if request.method == "POST":
            services.spend_link(link)
            login(request, link.user, backend=BACKEND)
            return redirect("home")
    except services.LinkSpent:
        return render(request, "accounts/link_spent.html", status=410)
    return render(request, "accounts/sign_in_link.html", {"person": link.user})


def _begin(request: HttpRequest, link: SignInLink) -> HttpResponse:
    form = BeginForm(request.POST or None)
    if form.is_valid():
        try:
            user = services.begin(link, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            login(request, user, backend=BACKEND)
            return redirect("home")
    return render(request, "accounts/begin.html", {"form": form}, status=status_of(form))


@signed_in
def workspaces(request: HttpRequest) -> HttpResponse:
    """Choose among one's workspaces."""
    mine = selectors.workspaces_of(_user(request))
    return render(request, "accounts/workspaces.html", {"memberships": mine})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_workspace(request: HttpRequest) -> HttpResponse:
    """Name a new workspace and own it."""
    form = WorkspaceForm(request.POST or None)
    if form.is_valid():
        member = services.create_workspace(form.cleaned_data["name"], by=_user(request))
        return redirect("workspace-home", member.workspace.slug)
    return render(request, "accounts/workspace_new.html", {"form": form}, status=status_of(form))


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: MemberRequest) -> HttpResponse:
    """Show the workspace's clock, money and thresholds; an owner changes them."""
    workspace = request.member.workspace
    if request.method == "POST":
        require(request.member, Action.MANAGE)
    # A copy: a form writes what was typed into its row before it knows that it is right.
    form = SettingsForm(request.POST or None, instance=copy(workspace))
    if form.is_valid():
        services.change_workspace(workspace, by=request.member, **form.changes())
        messages.success(request, _("Settings saved."))
        return redirect("settings", workspace.slug)
    context = {"form": form, "zones": zones(), "currencies": CURRENCIES}
    return show(request, "settings", context, status=status_of(form))


@needs(Action.VIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: MemberRequest) -> HttpResponse:
    """List one's own tokens (an owner sees all) and make a new one, shown once."""
    form = TokenForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context["token"], context["secret"] = services.create_token(
            request.member,
            name=form.cleaned_data["name"],
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
            expires_at=form.expires_at,
        )
        context["form"] = TokenForm()
    rows = selectors.tokens(request.member)
    context["page"] = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return show(request, "tokens", context, status=status_of(form))


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_token(request: MemberRequest, token_id: int) -> HttpResponse:
    """Ask before a token ends, then end it."""
    token = get_object_or_404(ApiToken, pk=token_id)
    if request.method == "POST":
        services.revoke_token(token, by=request.member)
        messages.success(request, _("“%(name)s” works no longer.") % {"name": token.name})
        return redirect("tokens", request.member.workspace.slug)
    if not token.may_be_revoked_by(request.member):
        raise PermissionDenied
    return show(request, "tokens", {"token": token}, template="token_revoke")


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """Say what one is called and which language one reads."""
    form = ProfileForm(request.POST or None, instance=copy(request.member.user))
    if form.is_valid():
        user = services.change_person(request.member.user, **form.cleaned_data)
        with override(user.language or None):
            messages.success(request, _("Profile saved."))
        return redirect("profile", request.member.workspace.slug)
    context = {"form": form, "held": len(work_of([request.member.pk]))}
    return show(request, "profile", context, status=status_of(form))
