"""The inbox: what a member was told, and how much of it is unread."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import in_page, render_page
from cxplanner.events.inbox.selectors import told, unread, wanted
from cxplanner.events.telling.services import inbox_of, mark_read, mark_unread

PAGE = "events/inbox/inbox.html"
A_PAGE = 30
FILTERS = ("", "unread", "mentions")


@needs(Action.VIEW)
@require_safe
def inbox(request: MemberRequest) -> HttpResponse:
    """List what one was told, the newest first: all of it, the unread, or mentions."""
    slug = request.member.workspace.slug
    given = request.GET.get("only", "")
    only = given if given in FILTERS else ""
    page = Paginator(wanted(request.member, only=only), A_PAGE).get_page(request.GET.get("page"))
    here = reverse("inbox", args=[slug])
    names = {"": _("Everything"), "unread": _("Unread"), "mentions": _("Mentions only")}
    tabs = [
        {"url": f"{here}?only={key}" if key else here, "name": name, "current": key == only}
        for key, name in names.items()
    ]
    context = {
        "nav": "inbox",
        "page": page,
        "rows": told(list(page), slug),
        "shown": only,
        "tabs": tabs,
        "unread": unread(request.member),
        "newest": inbox_of(request.member).values_list("pk", flat=True).first() or 0,
    }
    return render_page(request, PAGE, "rows", context)


@needs(Action.VIEW)
@require_safe
def count(request: MemberRequest) -> HttpResponse:
    """Say how much is unread; 204 while it is as many as `seen`."""
    number = unread(request.member)
    if request.GET.get("seen") == str(number):
        return HttpResponse(status=204)
    return render(request, "events/inbox/_count.html", {"unread": number})


@needs(Action.VIEW)
@require_POST
def read(request: MemberRequest, notification_id: int) -> HttpResponse:
    """Mark one row read, or unread again."""
    row = get_object_or_404(inbox_of(request.member), pk=notification_id)
    if request.POST.get("as") == "unread":
        mark_unread(row)
    else:
        mark_read(inbox_of(request.member).filter(pk=row.pk))
    if not in_page(request):
        return redirect("inbox", request.member.workspace.slug)
    again = wanted(request.member).filter(pk=row.pk)
    [one] = told(list(again), request.member.workspace.slug)
    return render(request, f"{PAGE}#read", {"one": one, "unread": unread(request.member)})


@needs(Action.VIEW)
@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark everything read that stood there when the page was drawn."""
    rows = inbox_of(request.member)
    newest = request.POST.get("newest", "")
    if newest.isascii() and newest.isdigit():
        rows = rows.filter(pk__lte=int(newest[:18]))
    many = mark_read(rows)
    words = ngettext("%(n)d marked as read.", "%(n)d marked as read.", many)
    messages.success(request, words % {"n": many})
    return redirect("inbox", request.member.workspace.slug)
