"""The page of a goal's why."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.links import address
from strategy.goals.models import Goal
from strategy.why.account import Why
from strategy.why.words import too_few


@needs(Action.VIEW)
@require_safe
def why(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Show why a goal stands where it stands, as far as figures can tell."""
    goals = Goal.objects.select_related("cycle__plan", "metric", "touchpoint", "owner__user")
    goal = get_object_or_404(goals, pk=goal_id)
    plan, slug = goal.cycle.plan, request.member.workspace.slug
    context = {
        "plan": plan,
        "nav": "plan",
        "goal": goal,
        "why": Why(goal, request.member),
        "too_few": too_few(),
        "crumbs": [
            {"name": plan.name, "url": address("plan", slug, plan.pk)},
            {"name": _("Goals"), "url": address("goal-tree", slug, plan.pk)},
            {"name": goal.statement, "url": address("goal", slug, goal.pk)},
            {"name": _("Why")},
        ],
    }
    return render(request, "strategy/why/why.html", context)
