"""Signing in by link, one's workspaces, their settings and one's tokens."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts import services
from cxplanner.accounts.access import MemberRequest, needs, public, signed_in
from cxplanner.accounts.forms import BeginForm, SettingsForm, TokenForm, WorkspaceForm
from cxplanner.accounts.models import ApiToken, Membership, SignInLink, User
from cxplanner.accounts.roles import Action, Scope

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Go on in the workspace somebody used last, or begin one."""
    memberships = Membership.objects.filter(user=_user(request)).select_related("workspace")
    last = request.session.get("workspace")
    member = memberships.filter(workspace__slug=last).first() or memberships.order_by("pk").first()
    if member is None:
        return redirect("workspace-new")
    return redirect("workspace-home", member.workspace.slug)


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
    return render(request, "accounts/begin.html", {"form": form}, status=_status(form))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_workspace(request: HttpRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST or None)
    if form.is_valid():
        member = services.create_workspace(form.cleaned_data["name"], by=_user(request))
        return redirect("workspace-home", member.workspace.slug)
    return render(request, "accounts/workspace_new.html", {"form": form}, status=_status(form))


@needs(Action.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: MemberRequest) -> HttpResponse:
    workspace = request.member.workspace
    form = SettingsForm(request.POST or None, instance=workspace)
    if form.is_valid():
        services.change_workspace(workspace, **form.cleaned_data)
        messages.success(request, _("Settings kept."))
        return redirect("settings", workspace.slug)
    return render(
        request, "accounts/settings.html", {"form": form, "nav": "settings"}, status=_status(form)
    )


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: MemberRequest) -> HttpResponse:
    """List one's own tokens (an owner sees all) and make a new one, shown once."""
    form = TokenForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "nav": "settings"}
    if form.is_valid():
        context["token"], context["secret"] = services.create_token(
            request.member,
            name=form.cleaned_data["name"],
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
        )
        context["form"] = TokenForm()
    rows = ApiToken.objects.select_related("membership__user").order_by("revoked_at", "-pk")
    if not request.member.can(Action.MANAGE):
        rows = rows.filter(membership=request.member)
    context["tokens"] = rows[:100]
    return render(request, "accounts/tokens.html", context, status=_status(form))


@needs(Action.VIEW)
@require_POST
def revoke_token(request: MemberRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id)
    services.revoke_token(token, by=request.member)
    messages.success(request, _("“%(name)s” works no longer.") % {"name": token.name})
    return redirect("tokens", request.member.workspace.slug)


def _status(form: BaseForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
