"""The touchpoints of a plan as a quick table: add, rename, put in their stage, archive."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from cxplanner.base.versions import Stale
from strategy.plans.models import Plan
from strategy.touchpoints import services
from strategy.touchpoints.forms import CHANNELS, STAGES, TouchpointForm
from strategy.touchpoints.models import Touchpoint

_FIELDS = ("name", "stage", "channel", "version")


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoints(request: MemberRequest, plan_id: int) -> HttpResponse:
    """List a plan's touchpoints; who may edit adds one under them."""
    plan = get_object_or_404(Plan, pk=plan_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    form = TouchpointForm(request.POST or None, auto_id="new-%s")
    if form.is_valid():
        said = _said(form)
        try:
            services.create_touchpoint(plan=plan, by=request.member, **said)
        except ValidationError as error:
            _take(form, error)
        else:
            messages.success(request, _("“%(name)s” is added.") % {"name": said["name"]})
            return _to_list(request, plan.pk)
    return _table(request, plan, form)


@needs(Action.EDIT)
@require_POST
def change(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Keep one row of the table; what was typed stays where it cannot be kept."""
    touchpoint = get_object_or_404(Touchpoint.objects.select_related("plan"), pk=touchpoint_id)
    form = TouchpointForm(request.POST, auto_id=f"t{touchpoint.pk}-%s")
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            services.change_touchpoint(
                touchpoint, by=request.member, expected_version=seen, **_said(form)
            )
        except ValidationError as error:
            _take(form, error)
        except Stale:
            return _table(request, touchpoint.plan, None, _typed_over(request, touchpoint), 409)
        else:
            messages.success(request, _("Changes kept."))
            return _to_list(request, touchpoint.plan_id)
    return _table(request, touchpoint.plan, None, {touchpoint.pk: form})


def _typed_over(request: MemberRequest, touchpoint: Touchpoint) -> dict[int, TouchpointForm]:
    """Keep what was typed beside what somebody else kept meanwhile."""
    typed = request.POST.copy()
    typed["version"] = str(touchpoint.version)
    form = TouchpointForm(typed, auto_id=f"t{touchpoint.pk}-%s")
    theirs = ", ".join(filter(None, (touchpoint.name, touchpoint.stage, touchpoint.channel)))
    form.add_error(
        "name",
        _("Somebody changed this meanwhile to: %(theirs)s. Keep yours, or type theirs.")
        % {"theirs": theirs},
    )
    return {touchpoint.pk: form}


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Hide a touchpoint; it stays below the table and comes back in one act."""
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    services.archive_touchpoint(touchpoint, by=request.member)
    messages.success(request, _("“%(name)s” is archived.") % {"name": touchpoint.name})
    return _to_list(request, touchpoint.plan_id)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    services.restore_touchpoint(touchpoint, by=request.member)
    messages.success(request, _("“%(name)s” is back.") % {"name": touchpoint.name})
    return _to_list(request, touchpoint.plan_id)


def _to_list(request: MemberRequest, plan_id: int) -> HttpResponse:
    return redirect("touchpoints", request.member.workspace.slug, plan_id)


def _said(form: TouchpointForm) -> Any:
    return {name: form.cleaned_data[name] for name in ("name", "stage", "channel")}


def _take(form: TouchpointForm, error: ValidationError) -> None:
    """Show a service's faults; those of the whole row stand at its name."""
    for name, faults in getattr(error, "error_dict", {"name": [error]}).items():
        form.add_error(name if name in form.fields else "name", faults)


def _table(
    request: MemberRequest,
    plan: Plan,
    adding: TouchpointForm | None,
    bound: dict[int, TouchpointForm] | None = None,
    status: int | None = None,
) -> HttpResponse:
    """Show the table; `bound` are the rows somebody typed in that could not be kept."""
    everybody = list(plan.touchpoints.all())
    rows = [
        (one, (bound or {}).get(one.pk) or _shown(one)) for one in everybody if not one.archived_at
    ]
    failed = bool(bound) or (adding is not None and adding.is_bound)
    context = {
        "plan": plan,
        "nav": "plan",
        "rows": rows,
        "archived": [one for one in everybody if one.archived_at],
        "form": adding or TouchpointForm(auto_id="new-%s"),
        "stages": STAGES,
        "channels": CHANNELS,
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": [
            {"name": plan.name, "url": address("plan", request.member.workspace.slug, plan.pk)},
            {"name": _("Touchpoints")},
        ],
    }
    return render_page(
        request,
        "strategy/touchpoints/touchpoints.html",
        "table",
        context,
        status=status or (422 if failed else 200),
    )


def _shown(touchpoint: Touchpoint) -> TouchpointForm:
    held = {name: getattr(touchpoint, name) for name in _FIELDS}
    return TouchpointForm(initial=held, auto_id=f"t{touchpoint.pk}-%s")
