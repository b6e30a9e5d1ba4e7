"""Step 8: the metrics of a plan, and each one with what stands behind it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Min, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from strategy.measure.findings import headline_of_all
from strategy.measure.forms import PERIODS, LensForm, SearchForm
from strategy.measure.portrait import Portrait
from strategy.measure.selectors import MetricRow, join_rows, metric_rows
from strategy.metrics.definitions import STARTERS
from strategy.metrics.models import Metric, Tally
from strategy.metrics.wording import ABOUT, interval_words, says, version_words
from strategy.plans.models import Plan

A_PAGE = 40


@needs(Action.VIEW)
@require_safe
def metrics(request: MemberRequest, plan_id: int) -> HttpResponse:
    """List what a plan measures: figures, trends, goals and surveys; search and order."""
    plan = get_object_or_404(Plan, pk=plan_id)
    workspace = request.member.workspace
    form = SearchForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    everybody = Metric.objects.filter(plan=plan)
    shows_archived = bool(said.get("archived"))
    rows = metric_rows(_found(everybody, said), today=workspace.today())
    fed = sum(row.reading.current is not None for row in rows)
    page = Paginator(_ordered(rows, said.get("sort") or "name"), A_PAGE).get_page(
        request.GET.get("page")
    )
    join_rows(list(page.object_list), plan, workspace=workspace)
    context = {
        "plan": plan,
        "nav": "plan",
        "form": form,
        "page": page,
        "query": said.get("q", ""),
        "shows_archived": shows_archived,
        "archived_count": everybody.exclude(archived_at=None).count(),
        "headline": _headline(len(rows), fed, said),
        "kinds": ABOUT.items(),
        "starters": STARTERS,
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": _crumbs(request, plan, (_("Metrics"), "")),
    }
    return render_page(request, "strategy/measure/metrics.html", "rows", context)


def _found(everybody: "QuerySet[Metric]", said: dict[str, Any]) -> "QuerySet[Metric]":
    found = everybody.filter(archived_at__isnull=not said.get("archived")).select_related("plan")
    return found.filter(name__icontains=said["q"]) if said.get("q") else found


def _ordered(rows: list[MetricRow], sort: str) -> list[MetricRow]:
    def answers(row: MetricRow) -> int:
        return -row.reading.current.n if row.reading.current else 1

    by_name = sorted(rows, key=lambda row: row.metric.name.casefold())
    match sort:
        case "kind":
            return sorted(by_name, key=lambda row: row.metric.kind)
        case "n":
            return sorted(by_name, key=answers)
        case "new":
            return sorted(rows, key=lambda row: -row.metric.pk)
        case _name:
            return by_name


def _headline(of: int, fed: int, said: dict[str, Any]) -> str:
    if said.get("archived"):
        return _("Archived metrics")
    return _("Metrics") if said.get("q") else headline_of_all(fed, of)


@needs(Action.VIEW)
@require_safe
def metric(request: MemberRequest, metric_id: int) -> HttpResponse:
    """Show one metric: its figure and finding, its history, its answers, where it differs."""
    found = get_object_or_404(Metric.objects.select_related("plan"), pk=metric_id)
    member, plan = request.member, found.plan
    form = LensForm(request.GET)
    earliest = Tally.objects.filter(metric=found, touchpoint=None, segment="").aggregate(
        day=Min("day")
    )["day"]
    lens = form.lens(earliest=earliest, today=member.workspace.today())
    portrait = Portrait(found, lens, member=member)
    list_url = address("metrics", member.workspace.slug, plan.pk)
    context = {
        "plan": plan,
        "nav": "plan",
        "metric": found,
        "portrait": portrait,
        "row": portrait.row,
        "form": LensForm(_shown(lens)) if form.is_valid() else form,
        "place": _place(found, portrait),
        "period": PERIODS[lens.by],
        "says": says(found, plan.customers_are),
        "interval": interval_words(portrait.definition),
        "versions": [(one, version_words(found, one)) for one in reversed(portrait.versions)],
        "may_edit": member.can(Action.EDIT),
        "may_manage": member.can(Action.MANAGE),
        "crumbs": _crumbs(request, plan, (_("Metrics"), list_url), (found.name, "")),
    }
    return render_page(request, "strategy/measure/metric.html", "history", context)


def _shown(lens: Any) -> dict[str, Any]:
    return {
        "from": lens.first,
        "to": lens.last,
        "by": lens.by,
        "touchpoint": lens.touchpoint_id,
        "segment": lens.segment,
    }


def _place(found: Metric, portrait: Portrait) -> str:
    """Name the touchpoint or segment the page is narrowed to; raise 404 for a foreign one."""
    touchpoint_id = portrait.lens.touchpoint_id
    if touchpoint_id is None:
        return portrait.lens.segment
    touchpoint = found.plan.touchpoints.filter(pk=touchpoint_id).first()
    if touchpoint is None:
        raise Http404
    return str(touchpoint)


def _crumbs(request: MemberRequest, plan: Plan, *places: tuple[str, str]) -> list[dict[str, str]]:
    slug = request.member.workspace.slug
    own = (plan.name, address("plan", slug, plan.pk))
    return [{"name": name, "url": url} for name, url in (own, *places)]
