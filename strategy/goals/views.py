"""The tree of a plan's goals, and a goal's own page."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale
from cxplanner.events.history.selectors import closings
from cxplanner.events.history.telling import entries_of
from strategy.goals import services
from strategy.goals.criteria import checks_of
from strategy.goals.forms import CheckInForm, MoveForm
from strategy.goals.history import GOAL
from strategy.goals.models import Goal
from strategy.goals.phrases import children_of, finding, from_to, reading, rows_of, settles
from strategy.goals.selectors import course_of, progress_points, where_they_stand
from strategy.goals.smart import BENEFITS
from strategy.plans.models import Cycle, Plan
from strategy.plans.selectors import running_cycle

MOST_SHOWN = 50
FEW_CHANGES = 8  # on the goal's own page; its history has them all


# --- the tree -------------------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def goal_tree(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show the goals of a cycle (`?cycle=`; the running one unless named) as a tree."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    cycle = cycle_of(request, plan)
    return render(request, "strategy/goals/tree.html", page_of(request, plan, cycle))


def cycle_of(request: MemberRequest, plan: Plan) -> Cycle | None:
    """Return the cycle a page is about."""
    wanted = request.GET.get("cycle", "")
    if wanted.isdigit():
        return get_object_or_404(plan.cycles, pk=wanted)
    today = request.member.workspace.today()
    return running_cycle(plan, today) or plan.cycles.order_by("-ends_on").first()


def page_of(request: MemberRequest, plan: Plan, cycle: Cycle | None) -> dict[str, Any]:
    """Gather what the page of the tree shows."""
    cycles = list(plan.cycles.order_by("starts_on", "pk"))
    context = {"plan": plan, "nav": "plan", "cycle": cycle, "cycles": cycles}
    return context | tree_of(request, cycle)


def tree_of(request: MemberRequest, cycle: Cycle | None) -> dict[str, Any]:
    """Gather the rows of a cycle's goals, and the archived ones, in a few queries."""
    everybody = all_of(cycle) if cycle else []
    tree = [goal for goal in everybody if goal.archived_at is None]
    hidden = {goal.pk for goal in everybody} - {goal.pk for goal in tree}
    today = request.member.workspace.today()
    checks = checks_of(tree, tree, cycle=cycle, today=today) if cycle else []
    new = reverse("goal-new", args=[request.member.workspace.slug, cycle.plan_id]) if cycle else ""
    return {
        "cycle": cycle,
        "new_url": f"{new}?cycle={cycle.pk}" if cycle else "",
        "rows": rows_of(tree, checks),
        "goals": tree,
        "archived": [
            goal for goal in everybody if goal.pk in hidden and goal.parent_id not in hidden
        ],
        "may_edit": cycle is not None
        and cycle.closed_at is None
        and request.member.can(Action.EDIT),
    }


def all_of(cycle: Cycle) -> list[Goal]:
    """Return all goals of a cycle in their order, archived ones too."""
    return list(cycle.goals.select_related("metric", "state", "owner__user"))


def changed(
    request: MemberRequest,
    cycle: Cycle,
    words: str,
    *,
    goal: Goal | None = None,
    closed: str = "",
    quiet: bool = False,
    refused: bool = False,
) -> HttpResponse:
    """Answer an act on the tree: the tree anew, and what happened in words.

    `closed`: the slot whose form is done with. `quiet`: nothing was to be done, which is only
    said aloud. `refused`: it could not be done; else the toast offers to take it back.
    """
    if in_page(request):
        context = tree_of(request, cycle) | {"plan": cycle.plan, "words": words, "closed": closed}
        context |= {"quiet": quiet, "picked": goal.pk if goal else None}
        if not (quiet or refused):
            slug = request.member.workspace.slug
            context["undo_url"] = reverse("undo-act", args=[slug, current_act()])
        response = render(request, "strategy/goals/_changed.html", context)
        return reswap(retarget(response, "#tree"), "outerHTML")
    if quiet or refused:
        messages.info(request, words)
    else:
        say_done(request, words)
    there = tree_url(request, cycle)
    return redirect(f"{there}#goal-{goal.pk}" if goal else there)


def tree_url(request: MemberRequest, cycle: Cycle) -> str:
    """Return the address of the tree a cycle's goals stand in."""
    place = reverse("goal-tree", args=[request.member.workspace.slug, cycle.plan_id])
    running = running_cycle(cycle.plan, request.member.workspace.today())
    return place if running == cycle else f"{place}?cycle={cycle.pk}"


def goal_or_404(goal_id: int) -> Goal:
    """Return a goal with its cycle and plan."""
    goals = Goal.objects.select_related("cycle__plan__workspace", "metric", "owner__user")
    return get_object_or_404(goals, pk=goal_id)


@needs(Action.EDIT)
@require_POST
def move(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Move a goal a step, or to a place."""
    goal = goal_or_404(goal_id)
    cycle = goal.cycle
    tree = all_of(cycle)
    form = MoveForm(request.POST, goal=next(one for one in tree if one == goal), tree=tree)
    place = form.place() if form.is_valid() else None
    if place is None:
        words = _("“%(goal)s” cannot go further that way.") % {"goal": goal}
        return changed(request, cycle, words, goal=goal, quiet=True)
    parent, position = place
    try:
        services.move_goal(goal, parent=parent, position=position, by=request.member)
    except (Refused, ValidationError) as error:
        return changed(request, cycle, said(error), goal=goal, refused=True)
    return changed(request, cycle, _moved(goal, parent), goal=goal)


def _moved(goal: Goal, parent: Goal | None) -> str:
    named = {"goal": goal, "parent": parent}
    if goal.parent_id == (parent.pk if parent else None):
        return _("“%(goal)s” moved among its siblings.") % named
    if parent is None:
        return _("“%(goal)s” is at the top now.") % named
    return _("“%(goal)s” now serves “%(parent)s”.") % named


def said(error: Exception) -> str:
    """Put a refusal into one line."""
    return " ".join(getattr(error, "messages", None) or [str(error)])


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Hide a goal with its branch; offer to take it back."""
    goal = goal_or_404(goal_id)
    try:
        services.archive_goal(goal, by=request.member)
    except Refused as error:
        return changed(request, goal.cycle, said(error), goal=goal, refused=True)
    words = _("“%(goal)s” is archived, with the goals below it.") % {"goal": goal}
    return changed(request, goal.cycle, words, closed=f"edit-{goal.pk}")


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Show an archived goal again."""
    goal = goal_or_404(goal_id)
    try:
        services.restore_goal(goal, by=request.member)
    except Refused as error:
        return changed(request, goal.cycle, said(error), refused=True)
    words = _("“%(goal)s” is back.") % {"goal": goal}
    return changed(request, goal.cycle, words, goal=goal)


# --- one goal -------------------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def goal_page(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Show where a goal stands, why, and what was said and changed of it."""
    return _goal_page(request, goal_or_404(goal_id), CheckInForm(auto_id="said-%s"))


def _goal_page(
    request: MemberRequest, goal: Goal, form: CheckInForm, *, status: int = 200
) -> HttpResponse:
    workspace = request.member.workspace
    today = workspace.today()
    where = where_they_stand([goal], workspace=workspace, today=today)[goal.pk]
    first, last = goal.starts_on - timedelta(days=1), min(today, goal.due_on)
    points = progress_points([goal.pk], first=first, last=last).get(goal.pk, [])
    checkins = goal.checkins.select_related("by__user")[:MOST_SHOWN]
    open_ = goal.archived_at is None and goal.cycle.closed_at is None
    worst = next((one for one in where.children if one.goal.pk == where.standing.worst), None)
    context = {
        "plan": goal.cycle.plan,
        "nav": "plan",
        "goal": goal,
        "where": where,
        "parent": goal.parent,
        "benefit": BENEFITS.get(goal.benefit, ""),
        "way": from_to(goal),
        "finding": finding(where),
        "settles": settles(where),
        "status": "too_close_to_call"
        if where.standing.too_close_to_call
        else where.standing.status.value,
        "now": reading(goal, where.estimate) if where.estimate and goal.metric else "",
        "course": course_of(where, points, today),
        "kids": children_of(where),
        "worst": worst,
        "checkins": checkins,
        "form": form,
        "entries": entries_of(GOAL, goal, closings(GOAL, goal.pk)[:FEW_CHANGES]),
        "may_edit": open_ and request.member.can(Action.EDIT),
        "may_say": open_ and request.member.can(Action.COMMENT),
        "tree_url": tree_url(request, goal.cycle),
    }
    return render(request, "strategy/goals/goal.html", context, status=status)


@needs(Action.COMMENT)
@require_POST
def check_in(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Say how a goal stands."""
    goal = goal_or_404(goal_id)
    form = CheckInForm(request.POST, auto_id="said-%s")
    if not form.is_valid():
        return _goal_page(request, goal, form, status=422)
    services.check_in(goal, by=request.member, **form.cleaned_data)
    messages.success(request, _("Thank you: the leaders see it beside the figures."))
    there = reverse("goal", args=[request.member.workspace.slug, goal.pk])
    return redirect(f"{there}#said")


@needs(Action.EDIT)
@require_POST
def take_baseline(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Take the baseline again from the metric's last days."""
    goal = goal_or_404(goal_id)
    try:
        services.take_baseline(goal, by=request.member)
        say_done(request, _("The baseline is taken from the last 90 days."))
    except (Refused, Stale) as error:
        messages.error(request, said(error))
    return redirect("goal", request.member.workspace.slug, goal.pk)
