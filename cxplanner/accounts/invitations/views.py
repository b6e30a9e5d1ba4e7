"""Inviting by link or mail; and the page where somebody invited says yes."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts import selectors
from cxplanner.accounts.access import MemberRequest, needs, public
from cxplanner.accounts.invitations import mail, services
from cxplanner.accounts.invitations.forms import InviteForm
from cxplanner.accounts.invitations.services import AlreadyHere, ForAnother, Unusable, Why
from cxplanner.accounts.members.work import work_astray
from cxplanner.accounts.models import MemberInvitation, Membership, User
from cxplanner.accounts.roles import ALLOWED, Action, Role
from cxplanner.accounts.settings_pages import show, status_of
from cxplanner.accounts.throttles import limited_by_address
from cxplanner.base.refusals import Refused
from cxplanner.base.tenancy import workspace_scope

EDIT = ["GET", "HEAD", "POST"]


@needs(Action.MANAGE)
@never_cache
@require_http_methods(EDIT)
def invite(request: MemberRequest) -> HttpResponse:
    """Make an invitation; its link is shown once."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.invite(
                by=request.member, address=services.link_of(request), **form.invited
            )
            return _made(request, made)
        except ValidationError as error:
            form.refuse(error.message_dict)
        except Refused as error:
            form.add_error(None, str(error))
    roles = [(role, [act.label for act in Action if act in ALLOWED[role]]) for role in Role]
    context = {"form": form, "roles": roles, "leaves": mail.leaves()}
    return show(request, "members", context, template="invitations/invite", status=status_of(form))


@needs(Action.MANAGE)
@never_cache
@require_POST
def renew(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Make a new link for an invitation, and mail it again."""
    invitation = get_object_or_404(MemberInvitation, pk=invitation_id)
    try:
        made = services.renew(invitation, by=request.member, address=services.link_of(request))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("members", request.member.workspace.slug)
    return _made(request, made)


@needs(Action.MANAGE)
@require_http_methods(EDIT)
def revoke(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Ask before an invitation ends, then end it."""
    invitation = get_object_or_404(selectors.invitations(), pk=invitation_id)
    if request.method == "POST":
        try:
            services.revoke(invitation, by=request.member)
            messages.success(request, _("The invitation is withdrawn; its link works no longer."))
        except Refused as error:
            messages.error(request, str(error))
        return redirect("members", request.member.workspace.slug)
    context = {"invitation": invitation}
    return show(request, "members", context, template="invitations/revoke")


def _made(request: MemberRequest, made: services.Made) -> HttpResponse:
    context = {"made": made, "leaves": mail.leaves()}
    return show(request, "members", context, template="invitations/made")


@public
@never_cache
@limited_by_address
@require_http_methods(EDIT)
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """Say who invites to what, and record nothing; the button joins."""
    user = request.user if isinstance(request.user, User) else None
    try:
        if request.method == "POST" and user:
            as_other = request.POST.get("as_other") == "yes"
            return _joined(request, services.accept(secret, user=user, as_other=as_other))
        invitation = services.find(secret)
    except Unusable as error:
        status = 404 if error.why is Why.UNKNOWN else 410
        context = {"why": error.why.value}
        return render(request, "accounts/invitations/unusable.html", context, status=status)
    except AlreadyHere as error:
        return _here(request, error.member, status=409)
    except ForAnother:
        return _asked(request, services.find(secret), user, status=409)
    member = selectors.membership(user, invitation.workspace_id) if user else None
    return _here(request, member) if member else _asked(request, invitation, user)


def _asked(
    request: HttpRequest, invitation: MemberInvitation, user: User | None, *, status: int = 200
) -> HttpResponse:
    onward = {"next": request.path}
    context = {
        "invitation": invitation,
        "acts": [act.label for act in Action if act in ALLOWED[Role(invitation.role)]],
        "other": bool(user and not services.is_for(invitation, user)),
        "sign_in": f"{reverse('account_login')}?{urlencode(onward)}",
        "sign_up": f"{reverse('account_signup')}?{urlencode(onward | _to(invitation))}",
    }
    return render(request, "accounts/invitations/answer.html", context, status=status)


def _to(invitation: MemberInvitation) -> dict[str, str]:
    return {"email": invitation.email} if invitation.email else {}


def _here(request: HttpRequest, member: Membership, *, status: int = 200) -> HttpResponse:
    context = {"member": member}
    return render(request, "accounts/invitations/here.html", context, status=status)


def _joined(request: HttpRequest, member: Membership) -> HttpResponse:
    words = _("Welcome to %(place)s. You are %(role)s here.")
    shown = {"place": member.workspace, "role": member.get_role_display()}
    messages.success(request, words % shown)
    with workspace_scope(member.workspace_id):
        named = any(one.owner.casefold() == str(member).casefold() for one in work_astray())
    return redirect("work" if named else "workspace-home", member.workspace.slug)
