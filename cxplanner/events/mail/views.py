"""When one wants mail and what one follows; the outbox of a machine that no mail leaves."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cxplanner.accounts.access import MemberRequest, needs, public
from cxplanner.accounts.roles import Action
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.mail.composing import leaves_this_machine, member_of_stop
from cxplanner.events.mail.forms import ChoicesForm
from cxplanner.events.mail.models import Mail
from cxplanner.events.telling.models import MailChoice
from cxplanner.events.telling.services import choose_mail, mail_choice, watches_of

A_PAGE = 30


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: MemberRequest) -> HttpResponse:
    """Say when one wants mail; see what one follows and has muted."""
    member = request.member
    form = ChoicesForm(request.POST or None, instance=mail_choice(member))
    if form.is_valid():
        choose_mail(member, **form.cleaned_data)
        messages.success(request, _("Kept. It holds from now on, and for what still waits."))
        return redirect("inbox-settings", member.workspace.slug)
    slug = member.workspace.slug
    watched = [(row, thing, thing.page_in(slug)) for row, thing in watches_of(member)]
    context = {
        "nav": "inbox",
        "form": form,
        "watched": watched,
        "mail_leaves": leaves_this_machine(),
        "may_see_outbox": member.can(Action.MANAGE),
    }
    status = 422 if form.is_bound else 200
    return render(request, "events/mail/choices.html", context, status=status)


@needs(Action.MANAGE)
@require_safe
def outbox(request: MemberRequest) -> HttpResponse:
    """List the mails written to members, and how far each got."""
    rows = Mail.objects.select_related("member__user").order_by("-pk")
    page = Paginator(rows.defer("text", "html"), A_PAGE).get_page(request.GET.get("page"))
    context = {"nav": "inbox", "page": page, "mail_leaves": leaves_this_machine()}
    return render(request, "events/mail/outbox.html", context)


@needs(Action.MANAGE)
@require_safe
def one(request: MemberRequest, mail_id: int) -> HttpResponse:
    """Show one mail as text."""
    mail = get_object_or_404(Mail.objects.select_related("member__user"), pk=mail_id)
    context = {"nav": "inbox", "mail": mail}
    return render(request, "events/mail/one.html", context)


@csrf_exempt  # a reader's mail program asks with one click, without our cookie
@public
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a member's mail without signing in: asked by a page, done by a POST alone."""
    member = member_of_stop(token)
    if member is None:
        raise Http404
    if request.method == "POST":
        never = MailChoice.Pace.OFF
        with workspace_scope(member.workspace_id):
            choose_mail(member, in_person=never, news=never)
    context = {"member": member, "is_done": request.method == "POST"}
    return render(request, "events/mail/off.html", context)
