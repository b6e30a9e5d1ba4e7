"""The people of a workspace: roles, leaving, and the open work that changes hands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts import selectors
from cxplanner.accounts.access import MemberRequest, needs, require
from cxplanner.accounts.members import services
from cxplanner.accounts.members.forms import HandOverForm, LeavingForm, RoleForm
from cxplanner.accounts.members.work import Held, names_in_use, work_astray, work_of
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import ALLOWED, Action, Role
from cxplanner.accounts.settings_pages import A_PAGE, show, status_of
from cxplanner.base.htmx import in_page

MOST_ASTRAY = 300  # things shown at once
EDIT = ["GET", "HEAD", "POST"]


@needs(Action.VIEW)
@require_safe
def members(request: MemberRequest) -> HttpResponse:
    """List who works here and who is invited, and what each role may do."""
    return _members(request)


def _members(request: MemberRequest, refusal: str = "") -> HttpResponse:
    words = request.GET.get("q", "").strip()
    rows = selectors.members()
    for word in words.split():
        rows = rows.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    everybody = page.paginator.count if not words else selectors.members().count()
    context = {
        "page": page,
        "words": words,
        "everybody": everybody,
        "people": _rows(request, list(page)),
        "roles": list(Role),
        "acts": [(act.label, [act in ALLOWED[role] for role in Role]) for act in Action],
        "refusal": refusal,
    }
    if request.member.can(Action.MANAGE):
        invited = Paginator(selectors.invitations(), A_PAGE)
        context["invited"] = invited.get_page(request.GET.get("invited"))
    status = 409 if refusal else 200
    return show(request, "members", context, template="members/members", status=status)


def _rows(request: MemberRequest, people: Sequence[Membership]) -> list[dict[str, Any]]:
    held = Counter(one.member.pk for one in work_of([p.pk for p in people]) if one.member)
    return [{"member": one, "held": held[one.pk], "you": one == request.member} for one in people]


@needs(Action.MANAGE)
@require_POST
def change_role(request: MemberRequest, member_id: int) -> HttpResponse:
    """Give a member another role, in place."""
    member = get_object_or_404(selectors.members(), pk=member_id)
    form, refusal = RoleForm(request.POST), ""
    if not form.is_valid():
        refusal = _("There is no such role.")
    else:
        try:
            role = Role(form.cleaned_data["role"])
            member = services.change_role(member, role=role, by=request.member)
        except services.LastOwner as error:
            refusal = str(error)
    words = _("%(name)s is %(role)s now.") % {"name": member, "role": member.get_role_display()}
    if in_page(request) and member != request.member:
        [row] = _rows(request, [member])
        shown = {"row": row, "roles": list(Role), "may_manage": True}
        context = shown | {"refusal": refusal, "words": words}
        status = 409 if refusal else 200
        return render(request, "accounts/members/_changed.html", context, status=status)
    if refusal:
        return _members(request, refusal)
    messages.success(request, words)
    return redirect("members", request.member.workspace.slug)


@needs(Action.MANAGE)
@require_http_methods(EDIT)
def remove(request: MemberRequest, member_id: int) -> HttpResponse:
    """Ask before a member goes, and who takes their open work; then do both in one act."""
    member = get_object_or_404(selectors.members(), pk=member_id)
    if member == request.member:
        return redirect("leave", request.member.workspace.slug)
    return _goes(request, member)


@needs(Action.VIEW)
@require_http_methods(EDIT)
def leave(request: MemberRequest) -> HttpResponse:
    """Leave the workspace, and hand one's open work over."""
    return _goes(request, request.member)


def _goes(request: MemberRequest, member: Membership) -> HttpResponse:
    held = work_of([member.pk])
    people = {words: one for words, one in selectors.people_by_label().items() if one != member}
    form = LeavingForm(request.POST if request.method == "POST" else None, held=held, people=people)
    if form.is_valid():
        try:
            services.end_membership(member, by=request.member, handing=form.handing)
        except services.LastOwner as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _gone(request, member)
    leaves = member == request.member
    context = {
        "form": form,
        "person": member,
        "leaves": leaves,
        "names": [*people, *names_in_use()],
        "may_hand_over": request.member.can(Action.EDIT),
    }
    tab, status = "profile" if leaves else "members", status_of(form)
    return show(request, tab, context, template="members/goes", status=status)


def _gone(request: MemberRequest, member: Membership) -> HttpResponse:
    if member == request.member:
        messages.success(request, _("You have left %(place)s.") % {"place": member.workspace})
        return redirect("workspaces")
    messages.success(request, _("%(name)s works here no longer.") % {"name": member})
    return redirect("members", request.member.workspace.slug)


@dataclass(frozen=True, slots=True)
class Group:
    """What one plain name answers for; nobody does where it is empty."""

    name: str
    held: Sequence[Held]
    has_left: bool
    is_you: bool
    form: HandOverForm


@needs(Action.VIEW)
@require_http_methods(EDIT)
def work(request: MemberRequest) -> HttpResponse:
    """List the open work that no member answers for, and hand it over."""
    if request.method == "POST":
        require(request.member, Action.EDIT)
    astray, people = work_astray(), selectors.people_by_label()
    form = None
    if request.method == "POST":
        form = HandOverForm(request.POST, held=astray, people=people)
        if form.is_valid():
            return _handed_over(request, form)
    shown = astray[:MOST_ASTRAY]
    context = {
        "groups": _groups(request, shown, people, form),
        "more": len(astray) - len(shown),
        "names": [*people, *names_in_use()],
        "may_hand_over": request.member.can(Action.EDIT),
    }
    return show(request, "work", context, template="members/work", status=422 if form else 200)


def _handed_over(request: MemberRequest, form: HandOverForm) -> HttpResponse:
    heir = form.cleaned_data["to"]
    count = services.hand_over(form.heirs, by=request.member)
    words = ngettext(
        "%(name)s answers for %(count)d more thing now.",
        "%(name)s answers for %(count)d more things now.",
        count,
    )
    messages.success(request, words % {"count": count, "name": heir})
    return redirect("work", request.member.workspace.slug)


def _groups(
    request: MemberRequest,
    held: Sequence[Held],
    people: Mapping[str, Membership],
    sent: HandOverForm | None,
) -> list[Group]:
    """Put together what one name answers for: first one's own name, then of those who left."""
    by_name: dict[str, list[Held]] = {}
    for one in held:
        by_name.setdefault(one.owner, []).append(one)
    gone = {name.casefold() for name in selectors.names_of_leavers()}
    me = str(request.member).casefold()
    labels = {str(one).casefold(): words for words, one in people.items()}
    groups = [
        Group(
            name,
            things,
            has_left=name.casefold() in gone,
            is_you=name.casefold() == me,
            form=sent
            if sent and request.POST.get("name") == name
            else HandOverForm(
                held=things,
                people=people,
                initial={"to": labels.get(name.casefold(), "")},
                auto_id=f"id_{at}_%s",
            ),
        )
        for at, (name, things) in enumerate(by_name.items())
    ]
    return sorted(groups, key=lambda one: (not one.is_you, not one.has_left, not one.name))
