"""The touchpoints of a plan as a quick table: add, rename, put in their stage, archive."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs, require
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.metrics.models import Metric
from strategy.metrics.readings import Ask, readings
from strategy.metrics.selectors import measured_at
from strategy.metrics.wording import reading_words
from strategy.plans.models import Plan
from strategy.touchpoints import services
from strategy.touchpoints.forms import TouchpointForm
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.selectors import audits_of, newest_grades
from strategy.touchpoints.words import course_of, found_at, graded_words

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
            say_done(request, _("“%(name)s” is added.") % {"name": said["name"]})
            return _to_list(request, plan.pk)
    return _table(request, plan, form)


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Show what is measured at a touchpoint; a POST keeps its row of the table."""
    found = get_object_or_404(
        Touchpoint.objects.select_related("plan__workspace", "owner__user"), pk=touchpoint_id
    )
    if request.method == "POST":
        require(request.member, Action.EDIT)
        return _change(request, found)
    metrics = Metric.objects.filter(pk__in=measured_at([found.pk])[found.pk], archived_at=None)
    asked = list(metrics.order_by("name"))
    today, slug = request.member.workspace.today(), request.member.workspace.slug
    figures = readings([Ask(metric, today, found.pk) for metric in asked])
    past = audits_of(found.pk)
    context = {
        "plan": found.plan,
        "nav": "plan",
        "touchpoint": found,
        "may_edit": request.member.can(Action.EDIT),
        "grades": graded_words(found.plan, past),
        "course": course_of(past),
        "found": found_at(found),
        "figures": [
            (metric, reading_words(metric, one)) for metric, one in zip(asked, figures, strict=True)
        ],
        "crumbs": [
            {"name": found.plan.name, "url": address("plan", slug, found.plan_id)},
            {"name": _("Touchpoints"), "url": address("touchpoints", slug, found.plan_id)},
            {"name": found.name},
        ],
    }
    return render(request, "strategy/touchpoints/touchpoint.html", context)


def _change(request: MemberRequest, touchpoint: Touchpoint) -> HttpResponse:
    """Keep one row of the table; what was typed stays where it cannot be kept."""
    form = TouchpointForm(posted(request), auto_id=f"t{touchpoint.pk}-%s")
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            services.change_touchpoint(
                touchpoint, by=request.member, expected_version=seen, **_said(form)
            )
        except ValidationError as error:
            _take(form, error)
        except Stale as stale:
            slug, plan = request.member.workspace.slug, touchpoint.plan
            back_url = address("touchpoints", slug, plan.pk)
            crumbs = [
                {"name": plan.name, "url": plan.page_in(slug)},
                {"name": _("Touchpoints"), "url": back_url},
                {"name": touchpoint.name},
            ]
            around = {"plan": plan, "nav": "plan", "crumbs": crumbs}
            return both(request, form, stale, shown=_shown, context=around, back_url=back_url)
        else:
            say_done(request, _("Changes kept."))
            return _to_list(request, touchpoint.plan_id)
    return _table(request, touchpoint.plan, None, {touchpoint.pk: form})


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Hide a touchpoint; it stays below the table and comes back in one act."""
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    services.archive_touchpoint(touchpoint, by=request.member)
    say_done(request, _("“%(name)s” is archived.") % {"name": touchpoint.name})
    return _to_list(request, touchpoint.plan_id)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    services.restore_touchpoint(touchpoint, by=request.member)
    say_done(request, _("“%(name)s” is back.") % {"name": touchpoint.name})
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
) -> HttpResponse:
    """Show the table; `bound` are the rows somebody typed in that could not be kept."""
    everybody = list(plan.touchpoints.all())
    living = [one for one in everybody if not one.archived_at]
    grades = newest_grades(one.pk for one in living)
    rows = [(one, (bound or {}).get(one.pk) or _shown(one), grades.get(one.pk)) for one in living]
    failed = bool(bound) or (adding is not None and adding.is_bound)
    context = {
        "plan": plan,
        "nav": "plan",
        "rows": rows,
        "archived": [one for one in everybody if one.archived_at],
        "form": adding or TouchpointForm(auto_id="new-%s"),
        "stages": plan.stages,
        "channels": plan.channels,
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
        status=422 if failed else 200,
    )


def _shown(touchpoint: Touchpoint) -> TouchpointForm:
    held = {name: getattr(touchpoint, name) for name in _FIELDS}
    return TouchpointForm(initial=held, auto_id=f"t{touchpoint.pk}-%s")
