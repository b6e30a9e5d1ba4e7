"""Writing goals in place: a form opens in a slot of the tree, or on a page of its own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.merging import as_opened, both, posted
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale
from strategy.drafting.forms import GoalForm, offer_of, plain
from strategy.goals import services
from strategy.goals.criteria import checks_of
from strategy.goals.models import Goal
from strategy.goals.phrases import criteria, figure, reading
from strategy.goals.views import all_of, changed, cycle_of, goal_or_404, page_of, tree_url
from strategy.metrics.selectors import Offer
from strategy.plans.models import Cycle, Plan

EDIT = ["GET", "HEAD", "POST"]


@needs(Action.EDIT)
@require_http_methods(EDIT)
def new(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Write a goal at the top of the plan, or under another one (`?under=`)."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    cycle = cycle_of(request, plan)
    if cycle is None:
        raise Http404("the plan has no cycle")
    cycle.plan = plan
    under = request.GET.get("under", "")
    parent = get_object_or_404(cycle.goals, pk=under) if under.isdigit() else None
    slot = f"new-{parent.pk}" if parent else "new"
    form = GoalForm(
        posted(request),
        cycle=cycle,
        tree=_living(cycle),
        slot=slot,
        serves=f"goal:{parent.pk}" if parent else "",
        starts_on=max(cycle.starts_on, request.member.workspace.today()),
        due_on=parent.due_on if parent else cycle.ends_on,
    )
    if (early := _before_keeping(request, form)) is not None:
        return early
    try:
        goal = services.create_goal(by=request.member, **form.changes)
    except (ValidationError, Refused) as error:
        return _refused(request, form, error)
    return changed(request, cycle, _("“%(goal)s” added.") % {"goal": goal}, goal=goal, closed=slot)


@needs(Action.EDIT)
@require_http_methods(EDIT)
def edit(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Change a goal right under its row."""
    goal, sent = goal_or_404(goal_id), posted(request)
    tree, slot = _living(goal.cycle), f"edit-{goal.pk}"

    def form_of(seen: Goal | None, sent: QueryDict | None = None) -> GoalForm:
        return GoalForm(sent, cycle=goal.cycle, tree=tree, slot=slot, goal=goal, seen=seen)

    form = form_of(as_opened(goal, sent.get("version")) if sent else goal, sent)
    if (early := _before_keeping(request, form)) is not None:
        return early
    wanted = form.cleaned_data["version"]
    try:
        goal = services.change_goal(
            goal, by=request.member, expected_version=wanted, **form.changes
        )
    except Stale as stale:
        around = {"plan": form.plan, "nav": "plan", "crumbs": _crumbs(request, goal)}
        back_url = tree_url(request, goal.cycle)
        return both(request, form, stale, shown=form_of, context=around, back_url=back_url)
    except (ValidationError, Refused) as error:
        return _refused(request, form, error)
    words = _("“%(goal)s” kept.") % {"goal": goal}
    return changed(request, goal.cycle, words, goal=goal, closed=slot)


def _crumbs(request: MemberRequest, goal: Goal) -> list[dict[str, str]]:
    page = reverse("goal", args=[request.member.workspace.slug, goal.pk])
    return [
        {"name": _("Goals"), "url": tree_url(request, goal.cycle)},
        {"name": goal.statement, "url": page},
        {"name": _("Change")},
    ]


@needs(Action.EDIT)
@require_POST
def check(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Read a goal as it is typed, and say how SMART it is; writes nothing."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    wanted = request.POST.get("goal", "")
    goal = (
        get_object_or_404(Goal.objects, pk=wanted, cycle__plan=plan) if wanted.isdigit() else None
    )
    cycle = goal.cycle if goal else cycle_of(request, plan)
    if cycle is None:
        raise Http404("the plan has no cycle")
    cycle.plan = plan
    form = GoalForm(
        request.POST,
        cycle=cycle,
        tree=_living(cycle),
        slot=request.POST.get("slot", "new"),
        goal=goal,
    )
    return render(
        request, "strategy/drafting/_check.html", {"form": form} | _checked(request, form)
    )


def _living(cycle: Cycle) -> list[Goal]:
    return [goal for goal in all_of(cycle) if goal.archived_at is None]


def _before_keeping(request: MemberRequest, form: GoalForm) -> HttpResponse | None:
    """Answer what keeps nothing yet: the form opened, a baseline taken into it, a fault."""
    if not form.is_bound:
        return _editor(request, form)
    valid = form.is_valid()
    if "take" in request.POST:
        offer = _offer(form.draft())
        return _editor(
            request, _again(form, form.goal, baseline=plain(offer.amount if offer else None))
        )
    return None if valid else _editor(request, form, status=422)


def _again(form: GoalForm, goal: Goal | None, **over: Any) -> GoalForm:
    """Return the form with what was typed, but for some fields."""
    posted: Any = form.data  # a request's POST
    typed: QueryDict = posted.copy()
    for name, value in over.items():
        widget = form.fields[name].widget
        text = value if isinstance(widget, ChoiceWidget) else widget.format_value(value)
        typed[name] = "" if text is None else str(text)
    tree = list(form.parents.values())
    again = GoalForm(typed, cycle=form.cycle, tree=tree, slot=form.slot, goal=goal)
    again.is_valid()
    return again


def _refused(request: MemberRequest, form: GoalForm, error: Exception) -> HttpResponse:
    if isinstance(error, ValidationError):
        form.refuse(error)
    else:
        form.add_error(None, str(error))
    return _editor(request, form, status=422)


def _editor(
    request: MemberRequest, form: GoalForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "plan": form.plan, "cycle": form.cycle, "open": form.slot}
    context |= {"tree_url": tree_url(request, form.cycle)} | _checked(request, form) | more
    if not in_page(request):
        context = page_of(request, form.plan, form.cycle) | context
    return render_page(request, "strategy/goals/tree.html", "editor", context, status=status)


def _checked(request: MemberRequest, form: GoalForm) -> dict[str, Any]:
    """Gather the SMART check of what is typed, the target it means and the baseline on offer."""
    if form.is_bound:
        form.is_valid()
        draft = form.draft()
    else:
        draft = form.goal or Goal(
            cycle=form.cycle,
            starts_on=form.initial["starts_on"],
            due_on=form.initial["due_on"],
            parent=form.parents.get(str(form.initial["serves"]).partition(":")[2]),
        )
    today = request.member.workspace.today()
    checks = checks_of([draft], form.parents.values(), cycle=form.cycle, today=today)[0]
    offer = _offer(draft)
    return {
        "criteria": criteria(checks),
        "offer": offer if offer and offer.amount != draft.baseline else None,
        "offered": reading(draft, offer.estimate) if offer else "",
        "meant": figure(draft, float(draft.target))
        if draft.target is not None and draft.target_sentence
        else "",
    }


def _offer(draft: Goal) -> Offer | None:
    if draft.metric is None:
        return None
    return offer_of(draft.cycle.plan, draft.metric, draft.touchpoint_id, draft.segment)
