"""The golden thread of one thing: a panel in its page, or a page of its own."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.links import address
from cxplanner.base.refs import Ref, UnknownRef
from strategy.plans.models import Plan
from strategy.thread.selectors import thread_of

IN_PANEL = 5
ON_PAGE = 40


@needs(Action.VIEW)
@require_safe
def thread(request: MemberRequest, ref: str) -> HttpResponse:
    """Show what a thing serves and what it rests on, down to customers' own words."""
    most = IN_PANEL if in_page(request) else ON_PAGE
    try:
        found = thread_of(Ref.parse(ref), member=request.member, most=most)
    except (ValueError, UnknownRef) as error:
        raise Http404 from error
    plan = get_object_or_404(Plan, pk=found.plan_id)
    slug = request.member.workspace.slug
    own = {"name": plan.name, "url": address("plan", slug, plan.pk)}
    context = {
        "plan": plan,
        "nav": "plan",
        "thread": found,
        "crumbs": [own, {"name": found.here.name, "url": found.here.url}, {"name": _("Thread")}],
    }
    return render_page(request, "strategy/thread/thread.html", "panel", context)
