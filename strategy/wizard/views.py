"""The plan page: the path of its steps, and the one useful thing to do next."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from strategy.plans.models import Cycle, Plan
from strategy.plans.selectors import running_cycle
from strategy.wizard.selectors import Step, path


@needs(Action.VIEW)
@require_safe
def plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show how far each step is, the team, the cycle and what may become of the plan."""
    workspace = request.member.workspace
    found = get_object_or_404(Plan, pk=plan_id)
    steps = path(found, workspace=workspace)
    cycle = running_cycle(found, workspace.today())
    team = Membership.objects.filter(workspace=workspace).select_related("user").order_by("pk")
    may_edit = request.member.can(Action.EDIT)
    return render(
        request,
        "strategy/wizard/plan.html",
        {
            "plan": found,
            "steps": steps,
            "finding": _finding(steps),
            "cycle": cycle,
            "cycle_passed": _passed(cycle, workspace.today()) if cycle else None,
            "team": list(team[:50]),
            "may_edit": may_edit,
            "may_ask_review": may_edit and found.status == Plan.Status.DRAFT,
            "may_approve": request.member.can(Action.APPROVE)
            and found.status in (Plan.Status.DRAFT, Plan.Status.IN_REVIEW),
            "nav": "plan",
        },
    )


def _finding(steps: Sequence[Step]) -> str:
    done = sum(step.state == "done" for step in steps)
    if not done:
        return _("What customers say in one step becomes what you do in the next.")
    if done == len(steps):
        return _("Every step on offer is done. What customers say keeps the plan alive.")
    return ngettext(
        "%(done)s of %(of)s steps is done; the next useful act is marked.",
        "%(done)s of %(of)s steps are done; the next useful act is marked.",
        done,
    ) % {"done": done, "of": len(steps)}


def _passed(cycle: Cycle, today: date) -> float:
    """Return how much of a cycle has passed at the close of a day, as a ratio from 0 to 1."""
    days = (cycle.ends_on - cycle.starts_on).days + 1
    return min(max(((today - cycle.starts_on).days + 1) / days, 0.0), 1.0)
