"""The workspace's plans."""

from django.http import HttpResponse
from django.shortcuts import render

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from strategy.plans.models import Plan


@needs(Action.VIEW)
def home(request: MemberRequest) -> HttpResponse:
    """List the plans of the workspace."""
    plans = Plan.objects.filter(archived_at=None).order_by("-pk")[:100]
    return render(request, "strategy/plans/home.html", {"plans": plans, "nav": "plan"})
