"""The leaders' page, its live part, quick check-ins, and the list of plans."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import in_page, render_page
from strategy.dashboard.forms import CheckInForm, WantedForm
from strategy.dashboard.selectors import overview, plan_rows, pulse_of
from strategy.goals.models import Goal
from strategy.goals.selectors import living_goals
from strategy.goals.services import check_in as say
from strategy.plans.models import Plan

PAGE = "strategy/dashboard/dashboard.html"
MOST_PLANS = 100


@needs(Action.VIEW)
@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Go on in the only plan there is; else list the plans."""
    slug = request.member.workspace.slug
    only = Plan.objects.filter(archived_at=None).values_list("pk", flat=True)[:2]
    if len(only) == 1:
        return redirect("dashboard", slug, only[0])
    return plans(request)


@needs(Action.VIEW)
@require_safe
def plans(request: MemberRequest) -> HttpResponse:
    """List the plans of the workspace and how their goals stand; or those archived."""
    archived = "archived" in request.GET
    shown = Plan.objects.filter(archived_at__isnull=not archived).order_by("-pk")[:MOST_PLANS]
    return render(
        request,
        "strategy/dashboard/plans.html",
        {
            "rows": plan_rows(list(shown), workspace=request.member.workspace),
            "archived": archived,
            "may_edit": request.member.can(Action.EDIT),
            "nav": "plans",
        },
    )


@needs(Action.VIEW)
@require_safe
def dashboard(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show how the goals stand. With `seen`, the live part: 204 while nothing changed."""
    if "seen" in request.GET and request.GET["seen"] == str(pulse_of(plan_id)):
        return HttpResponse(status=204)
    return render_page(request, PAGE, "live", _goals(request, plan_id))


@needs(Action.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: MemberRequest, plan_id: int, goal_id: int) -> HttpResponse:
    """Say how a goal stands, without leaving the page."""
    goal = get_object_or_404(living_goals().filter(cycle__plan=plan_id), pk=goal_id)
    form = CheckInForm(request.POST or None)
    if form.is_valid():
        say(goal, **form.cleaned_data, by=request.member)
        return _said(request, plan_id, goal)
    status = 422 if form.is_bound else 200
    if in_page(request):
        shown = {"goal": goal, "plan_id": plan_id, "form": form}
        return render(request, f"{PAGE}#check-in", shown, status=status)
    shown = {"goal": goal, "plan_id": plan_id, "form": form, **_goals(request, plan_id)}
    return render(request, PAGE, shown, status=status)


def _said(request: MemberRequest, plan_id: int, goal: Goal) -> HttpResponse:
    words = _("Your check-in on “%(goal)s” is kept.") % {"goal": goal.statement}
    if in_page(request):
        return render(request, f"{PAGE}#said", {"words": words})
    messages.success(request, words)
    return redirect("dashboard", request.member.workspace.slug, plan_id)


def _goals(request: MemberRequest, plan_id: int) -> dict[str, Any]:
    """Gather the page. The pulse is read before the figures, so a change meanwhile is not lost."""
    plan = get_object_or_404(Plan.objects.select_related("pulse"), pk=plan_id)
    filters = WantedForm(request.GET)
    wanted = filters.wanted()
    found = overview(plan, wanted, workspace=request.member.workspace)
    filters.offer(found.owners, member=request.member)
    asked = {name: value for name in filters.fields if (value := request.GET.get(name))}
    address = reverse("dashboard", args=[request.member.workspace.slug, plan_id])
    return {
        "plan": plan,
        "plan_id": plan_id,
        "found": found,
        "filters": filters,
        "is_filtered": not wanted.is_all,
        "address": address,
        "live": f"{address}?{urlencode({**asked, 'seen': plan.pulse.number})}",
        "may_comment": request.member.can(Action.COMMENT),
        "may_edit": request.member.can(Action.EDIT),
        "nav": "dashboard",
    }
