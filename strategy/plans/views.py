"""Making and changing plans and their cycles, and what becomes of a plan."""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm, ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.merging import both, posted
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale, VersionedModel
from strategy.plans import services
from strategy.plans.forms import CycleForm, NewPlanForm, PlanForm, usual_days
from strategy.plans.models import Cycle, Plan


@needs(Action.EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request: MemberRequest) -> HttpResponse:
    """Begin a plan with its first cycle."""
    workspace = request.member.workspace
    starts_on, ends_on = usual_days(workspace.today(), first_month=workspace.fiscal_year_start)
    initial = {"starts_on": starts_on, "ends_on": ends_on, "brand": workspace.name}
    form = NewPlanForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            plan = services.create_plan(**form.cleaned_data, by=request.member)
        except ValidationError as error:
            _point_at(form, error)
        else:
            return redirect("plan", workspace.slug, plan.pk)
    status = 422 if form.is_bound else 200
    return render(request, "strategy/plans/new.html", {"form": form, "nav": "plans"}, status=status)


@needs(Action.EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Change a plan's names and currency."""
    plan = get_object_or_404(Plan, pk=plan_id)
    return _edit(request, plan, plan, PlanForm, services.change_plan)


@needs(Action.EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_cycle(request: MemberRequest, cycle_id: int) -> HttpResponse:
    """Change the name and the days of a cycle."""
    cycle = get_object_or_404(Cycle.objects.select_related("plan"), pk=cycle_id)
    return _edit(request, cycle.plan, cycle, CycleForm, services.change_cycle)


def _edit(
    request: MemberRequest,
    plan: Plan,
    row: VersionedModel,
    form_of: type[ModelForm[Any]],
    change: Callable[..., object],
) -> HttpResponse:
    """Show a form and keep what it says; when somebody else was faster, show both versions."""

    def shown(seen: VersionedModel) -> ModelForm[Any]:
        return form_of(instance=copy(seen), initial={"version": seen.version})

    sent = posted(request)
    form = form_of(sent, instance=copy(row)) if sent else shown(row)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in form.fields}
        version = said.pop("version")
        try:
            change(
                type(row).objects.get(pk=row.pk),
                **said,
                expected_version=version,
                by=request.member,
            )
        except Stale as stale:
            slug = request.member.workspace.slug
            crumbs = [{"name": plan.name, "url": plan.page_in(slug)}, {"name": _("Change")}]
            around = {"plan": plan, "nav": "plan", "crumbs": crumbs}
            return both(
                request, form, stale, shown=shown, context=around, back_url=plan.page_in(slug)
            )
        except (ValidationError, Refused) as error:
            _point_at(form, error)
        else:
            say_done(request, _("Your changes are kept."))
            return redirect("plan", request.member.workspace.slug, plan.pk)
    context = {"form": form, "plan": plan, "row": row, "nav": "plan", "is_cycle": row is not plan}
    status = 422 if form.is_bound else 200
    return render(request, "strategy/plans/edit.html", context, status=status)


def _point_at(form: BaseForm, error: ValidationError | Refused) -> None:
    """Show what a service refused beside the field it is about, or above the form."""
    if isinstance(error, Refused):
        form.add_error(None, str(error))
        return
    known = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, said in known.items():
        form.add_error(name if name in form.fields else None, said)


# --- what becomes of a plan -----------------------------------------------------------------


@needs(Action.EDIT)
@require_POST
def ask_review(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Hand the plan to its reviewers."""
    done = gettext_lazy("The plan is with its reviewers.")
    return _become(request, plan_id, services.ask_review, done)


@needs(Action.APPROVE)
@require_POST
def approve(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Approve the plan: its baselines, targets and dates stand."""
    done = gettext_lazy("The plan is approved. Its baselines, targets and dates stand.")
    return _become(request, plan_id, services.approve_plan, done)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Hide a plan; it waits among the archived ones."""
    done = gettext_lazy("The plan is archived. You find it under “Archived”.")
    return _become(request, plan_id, services.archive_plan, done, then="plans")


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show an archived plan again."""
    done = gettext_lazy("The plan is back.")
    return _become(request, plan_id, services.restore_plan, done)


def _become(
    request: MemberRequest,
    plan_id: int,
    act: Callable[..., Plan],
    done: Promise,
    *,
    then: str = "plan",
) -> HttpResponse:
    plan = get_object_or_404(Plan, pk=plan_id)
    member: Membership = request.member
    try:
        act(plan, by=member)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        say_done(request, str(done))
    where = [member.workspace.slug] if then == "plans" else [member.workspace.slug, plan_id]
    return redirect(then, *where)
