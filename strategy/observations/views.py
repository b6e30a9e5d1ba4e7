"""Numbers typed in by hand: add one, put one right, take one away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from strategy.metrics import observing
from strategy.metrics.models import Metric, Observation
from strategy.metrics.wording import figure_words
from strategy.observations.forms import ObservationForm, observation_as_typed

A_PAGE = 50
_ask = require_http_methods(["GET", "HEAD", "POST"])


def _context(request: MemberRequest, metric: Metric, here: str = "") -> dict[str, Any]:
    slug, plan = request.member.workspace.slug, metric.plan
    own = address("observations", slug, metric.pk) if here else ""
    crumbs = [
        {"name": plan.name, "url": address("plan", slug, plan.pk)},
        {"name": _("Metrics"), "url": address("metrics", slug, plan.pk)},
        {"name": metric.name, "url": address("metric", slug, metric.pk)},
        {"name": _("Observations"), "url": own},
    ]
    crumbs += [{"name": here, "url": ""}] if here else []
    return {"plan": plan, "metric": metric, "nav": "plan", "crumbs": crumbs}


def _found(observation_id: int) -> Observation:
    rows = Observation.objects.select_related("metric__plan", "metric__workspace")
    return get_object_or_404(rows, pk=observation_id)


def _to_list(request: MemberRequest, metric_id: int) -> HttpResponse:
    return redirect("observations", request.member.workspace.slug, metric_id)


@needs(Action.VIEW)
@_ask
def observations(request: MemberRequest, metric_id: int) -> HttpResponse:
    """List the observations of a metric, newest first; who may edit adds one above them."""
    metric = get_object_or_404(Metric.objects.select_related("plan", "workspace"), pk=metric_id)
    may_edit = request.member.can(Action.EDIT)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = ObservationForm(request.POST or None, metric=metric)
    if form.is_valid() and _recorded(request, metric, form):
        return _to_list(request, metric.pk)
    rows = metric.observations.select_related("touchpoint", "by__user").order_by(
        "-observed_at", "-pk"
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = _context(request, metric) | {
        "form": form,
        "may_edit": may_edit,
        "page": page,
        "rows": [(row, figure_words(metric, row)) for row in page.object_list],
    }
    return render_page(
        request, "strategy/observations/list.html", "rows", context, status=_status(form)
    )


def _recorded(request: MemberRequest, metric: Metric, form: ObservationForm) -> bool:
    """Record what was typed; its faults are shown in the form."""
    try:
        observing.record_observation(metric, form.observed(), by=request.member)
    except ValidationError as error:
        form.take(error)
        return False
    messages.success(request, _("Noted. The figures follow in a moment."))
    return True


@needs(Action.EDIT)
@_ask
def edit_observation(request: MemberRequest, observation_id: int) -> HttpResponse:
    """Put an observation right; its days are counted again."""
    row = _found(observation_id)
    form = ObservationForm(
        request.POST or None, metric=row.metric, initial=observation_as_typed(row)
    )
    if form.is_valid():
        try:
            observing.change_observation(row, form.observed(row.external_id), by=request.member)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("Changed. The figures follow in a moment."))
            return _to_list(request, row.metric_id)
    context = _context(request, row.metric, _("Change")) | {"form": form, "row": row}
    return render(request, "strategy/observations/edit.html", context, status=_status(form))


@needs(Action.EDIT)
@_ask
def delete_observation(request: MemberRequest, observation_id: int) -> HttpResponse:
    """Ask first, then delete an observation; its day is counted again."""
    row = _found(observation_id)
    if request.method == "POST":
        observing.delete_observation(row, by=request.member)
        messages.success(request, _("Deleted. The figures follow in a moment."))
        return _to_list(request, row.metric_id)
    context = _context(request, row.metric, _("Delete")) | {
        "row": row,
        "action": request.path,
        "back_url": address("observations", request.member.workspace.slug, row.metric_id),
    }
    return render(request, "strategy/observations/delete.html", context)


def _status(form: ObservationForm) -> int:
    return 422 if form.is_bound and form.errors else 200
