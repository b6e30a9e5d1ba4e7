"""What people do with a metric: make it, change it, read it another way, hide it, delete it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import RestrictedError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.deletion import what_goes
from cxplanner.base.history import say_done
from cxplanner.base.links import address
from cxplanner.base.merging import both, expect_now, posted
from cxplanner.base.versions import Stale
from strategy.metrics import services
from strategy.metrics.definitions import STARTERS, completed
from strategy.metrics.forms import MetricForm, RedefineForm, definition_of_metric
from strategy.metrics.models import Kind, Metric
from strategy.metrics.wording import ABOUT, version_words
from strategy.plans.models import Plan

_ask = require_http_methods(["GET", "HEAD", "POST"])
_PLAIN = (
    "name",
    "description",
    "unit",
    "higher_is_better",
    "window_days",
    "benchmark_value",
    "benchmark_source",
    "benchmark_on",
    "version",
)


def context_of(request: MemberRequest, metric: Metric, here: str, **more: Any) -> dict[str, Any]:
    """Return what every page about one metric shows around its content."""
    slug, plan = request.member.workspace.slug, metric.plan
    crumbs = [
        {"name": plan.name, "url": address("plan", slug, plan.pk)},
        {"name": _("Metrics"), "url": address("metrics", slug, plan.pk)},
        {"name": metric.name, "url": address("metric", slug, metric.pk)},
        {"name": here},
    ]
    return {"plan": plan, "metric": metric, "nav": "plan", "crumbs": crumbs, **more}


def _found(metric_id: int) -> Metric:
    return get_object_or_404(Metric.objects.select_related("plan"), pk=metric_id)


def _to_page(request: MemberRequest, metric: Metric) -> HttpResponse:
    return redirect("metric", request.member.workspace.slug, metric.pk)


@needs(Action.EDIT)
@_ask
def new(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Choose what to measure, then say it in full; the usual of its kind is filled in."""
    plan = get_object_or_404(Plan, pk=plan_id)
    starter = STARTERS.get(request.GET.get("starter", ""))
    kind = starter["kind"] if starter else request.GET.get("kind", "")
    slug = request.member.workspace.slug
    crumbs = [
        {"name": plan.name, "url": address("plan", slug, plan.pk)},
        {"name": _("Metrics"), "url": address("metrics", slug, plan.pk)},
        {"name": _("New metric")},
    ]
    context: dict[str, Any] = {"plan": plan, "nav": "plan", "crumbs": crumbs}
    if kind not in Kind.values:
        context |= {"kinds": [(one, ABOUT[one]) for one in Kind], "starters": STARTERS.items()}
        return render(request, "strategy/metrics/choose.html", context)
    begun = {"name": request.GET.get("name", "")[:120]} | _usual(starter or {"kind": kind})
    form = MetricForm(request.POST or None, kind=kind, initial=begun)
    if form.is_valid():
        fields = {**_hidden_of(starter or {}), **form.said()}
        try:
            metric = services.create_metric(plan=plan, kind=kind, by=request.member, **fields)
        except ValidationError as error:
            form.take(error)
        else:
            say_done(request, _("“%(name)s” is ready to count.") % {"name": metric.name})
            return _to_page(request, metric)
    context |= {"form": form, "kind": Kind(kind), "about": ABOUT[kind]}
    return render(request, "strategy/metrics/new.html", context, status=_status(form))


def _usual(starter: Any) -> dict[str, Any]:
    """Fill a new metric's form with the usual of its kind."""
    full = completed(starter)
    scale = {"scale": f"{full['scale_min']}-{full['scale_max']}"} if "scale_min" in full else {}
    return {"higher_is_better": True} | full | scale


def _hidden_of(starter: Any) -> dict[str, Any]:
    """Return what a starter settles that its form does not ask."""
    return {name: value for name, value in starter.items() if name not in ("name", "kind")}


@needs(Action.EDIT)
@_ask
def edit(request: MemberRequest, metric_id: int) -> HttpResponse:
    """Change name, unit, window and benchmark; the definition has an act of its own."""
    metric = _found(metric_id)

    def form_of(seen: Metric, sent: QueryDict | None = None) -> MetricForm:
        held = {name: getattr(seen, name) for name in _PLAIN}
        return MetricForm(sent, kind=metric.kind, metric=metric, initial=held)

    form = form_of(metric, posted(request))
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            services.change_metric(metric, by=request.member, expected_version=seen, **form.said())
        except Stale as stale:
            around = context_of(request, metric, _("Change"))
            back_url = metric.page_in(request.member.workspace.slug)
            return both(request, form, stale, shown=form_of, context=around, back_url=back_url)
        except (ValidationError, services.DefinitionInUse) as error:
            form.take(error if isinstance(error, ValidationError) else ValidationError(str(error)))
        else:
            say_done(request, _("Changes kept."))
            return _to_page(request, metric)
    context = context_of(request, metric, _("Change"), form=form)
    return render(request, "strategy/metrics/edit.html", context, status=_status(form))


@needs(Action.MANAGE)
@_ask
def redefine(request: MemberRequest, metric_id: int) -> HttpResponse:
    """Read a metric another way from a day on; first show what that does, then do it."""
    metric = _found(metric_id)
    today = request.member.workspace.today()
    initial = {**definition_of_metric(metric), "from_day": today, "version": metric.version}
    form = RedefineForm(request.POST or None, kind=metric.kind, metric=metric, initial=initial)
    in_use = services.is_in_use(metric)
    context = context_of(
        request,
        metric,
        _("Redefine"),
        form=form,
        in_use=in_use,
        has_choice=any(name in form.fields for name in ("scale", "method", "top_box_from")),
        now=version_words(metric, metric),
    )
    if form.is_valid() and not request.POST.get("confirmed"):
        goals = metric.goals.filter(archived_at=None, cycle__closed_at=None)
        context |= {"asks": True, "goals": goals.exclude(baseline=None) if in_use else []}
        return render(request, "strategy/metrics/redefine.html", context)
    if form.is_valid() and _redefined(request, metric, form):
        return _to_page(request, metric)
    return render(request, "strategy/metrics/redefine.html", context, status=_status(form))


def _redefined(request: MemberRequest, metric: Metric, form: RedefineForm) -> bool:
    """Redefine as the form says; its faults are shown in it."""
    said = form.cleaned_data
    try:
        services.redefine_metric(
            metric,
            by=request.member,
            from_day=said["from_day"],
            expected_version=said["version"],
            **form.definition(),
        )
    except ValidationError as error:
        form.take(error)
    except Stale as stale:
        form.add_error(None, _("Somebody changed this metric meanwhile. Look at it again first."))
        expect_now(form, stale.row)
    else:
        day = date_format(said["from_day"], "DATE_FORMAT")
        say_done(request, _("The new definition holds from %(day)s.") % {"day": day})
        return True
    return False


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, metric_id: int) -> HttpResponse:
    """Hide a metric; one act brings it back."""
    metric = services.archive_metric(_found(metric_id), by=request.member)
    say_done(
        request,
        _("“%(name)s” is archived. Its answers stay, and its goals are still read.")
        % {"name": metric.name},
    )
    return redirect("metrics", request.member.workspace.slug, metric.plan_id)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, metric_id: int) -> HttpResponse:
    metric = services.restore_metric(_found(metric_id), by=request.member)
    say_done(request, _("“%(name)s” is back.") % {"name": metric.name})
    return _to_page(request, metric)


@needs(Action.MANAGE)
@_ask
def delete(request: MemberRequest, metric_id: int) -> HttpResponse:
    """Say what goes with a metric, then delete it; refused while something uses it."""
    metric = _found(metric_id)
    context = context_of(
        request,
        metric,
        _("Delete"),
        action=request.path,
        back_url=address("metric", request.member.workspace.slug, metric.pk),
    )
    try:
        if request.method == "POST":
            services.delete_metric(metric, by=request.member)
            say_done(request, _("“%(name)s” is deleted.") % {"name": metric.name})
            return redirect("metrics", request.member.workspace.slug, metric.plan_id)
        context["words"] = _what_goes_words(metric)
    except (services.MetricInUse, RestrictedError):
        context |= {"goals": metric.goals.all(), "questions": metric.questions.all()}
        context["in_use"] = True
    return render(
        request,
        "strategy/metrics/delete.html",
        context,
        status=409 if request.method == "POST" else 200,
    )


def _what_goes_words(metric: Metric) -> str:
    gone = what_goes(metric)
    rows = gone.get("observation", 0)
    words = ngettext(
        "%(n)d observation goes with it, and its whole history. This cannot be undone.",
        "%(n)d observations go with it, and its whole history. This cannot be undone.",
        rows,
    )
    return words % {"n": rows}


def _status(form: MetricForm | RedefineForm) -> int:
    return 422 if form.is_bound and form.errors else 200
