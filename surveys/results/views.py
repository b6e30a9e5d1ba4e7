"""Voices: what customers answered, one row each; one answer in full; all of them as a sheet."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from cxplanner.base.sheets import csv_lines
from cxplanner.base.tenancy import workspace_scope
from strategy.evidence.services import quote
from strategy.metrics.definitions import SCORES
from strategy.metrics.models import Metric
from strategy.metrics.readings import definition_of, in_force, versions_of
from strategy.plans.models import Plan
from strategy.thread.selectors import nearest, thread_of
from surveys.design.models import Survey
from surveys.responses.models import Response
from surveys.responses.selectors import BadCursor, Wanted, answers_page, export_rows
from surveys.responses.services import delete_response
from surveys.results.forms import FilterForm
from surveys.results.groups import TONES, groups_of
from surveys.results.hearing import in_one_line
from surveys.results.selectors import Voice, found, moved_by, voices_of

PAGE = 30
MOST_JOINED = 8


# --- all of them ----------------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def voices(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Read a plan's answers, newest first, narrowed as the address says."""
    plan = get_object_or_404(Plan, pk=plan_id)
    surveys = list(plan_surveys(plan))
    form, metric = _filter(request, plan, surveys)
    context = _around(request, plan, [{"name": _("Voices")}])
    context |= {"form": form, "metric": metric, "has_surveys": bool(surveys)}
    if not form.is_valid():
        return render_page(request, "surveys/results/voices.html", "rows", context, status=422)
    anonymous = [survey.pk for survey in surveys if survey.is_anonymous]
    sees_all = request.member.can(Action.RESPONDENTS)
    result = found(
        form.wanted(), definition=form.definition, anonymous=anonymous, shows_everybody=sees_all
    )
    try:
        page = answers_page(result.rows, cursor=request.GET.get("cursor"), size=PAGE)
    except BadCursor as error:
        raise Http404 from error
    places = dict(form.fields["touchpoint"].choices)  # type: ignore[attr-defined]  # a choice field
    context |= {
        "chips": form.chips(request.GET),
        "tally": result.tally,
        "groups": _groups(form, result.tally.groups),
        "page": page,
        "voices": voices_of(page.rows, places=places, anonymous=anonymous, all_=sees_all),
        "may_export": sees_all,
        "may_edit": request.member.can(Action.EDIT),
    }
    return render_page(request, "surveys/results/voices.html", "rows", context)


def plan_surveys(plan: Plan) -> Iterable[Survey]:
    return plan.surveys.order_by("name")


def _filter(
    request: MemberRequest, plan: Plan, surveys: list[Survey]
) -> tuple[FilterForm, Metric | None]:
    """Read the filters of an address, and the metric whose scores they mean."""
    metrics = list(plan.metrics.filter(kind__in=SCORES).order_by("name"))
    wanted = request.GET.get("metric", "")
    metric = next((one for one in metrics if str(one.pk) == wanted), None)
    definition = None
    if metric is not None:
        last = _day(request.GET.get("to", "")) or request.member.workspace.today()
        held = in_force(versions_of([metric])[metric.pk], last)
        definition = definition_of(metric, held)
    form = FilterForm(
        request.GET,
        plan=plan,
        metrics=metrics,
        surveys=surveys,
        touchpoints=list(plan.touchpoints.all()),
        definition=definition,
    )
    return form, metric


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _groups(form: FilterForm, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """List the groups of the metric as ways to narrow down further."""
    if form.definition is None or not counts:
        return []
    chosen = form.cleaned_data["group"]
    return [
        {"name": name, "words": words, "n": counts[name], "tone": TONES[name]}
        | {"current": name == chosen}
        for name, words in groups_of(form.definition).items()
    ]


def _around(request: MemberRequest, plan: Plan, crumbs: list[dict[str, str]]) -> dict[str, Any]:
    slug = request.member.workspace.slug
    first = {"name": plan.name, "url": address("plan", slug, plan.pk)}
    return {"plan": plan, "nav": "voices", "crumbs": [first, *crumbs]}


@needs(Action.RESPONDENTS)
@require_safe
def export(request: MemberRequest, plan_id: int) -> HttpResponse | StreamingHttpResponse:
    """Send the answers of the address as a sheet, while they are read."""
    plan = get_object_or_404(Plan, pk=plan_id)
    surveys = list(plan_surveys(plan))
    form, _metric = _filter(request, plan, surveys)
    if not form.is_valid():
        raise Http404
    wanted = form.wanted()
    asked = [survey for survey in surveys if wanted.survey_id in (None, survey.pk)]
    response = StreamingHttpResponse(
        _sheet(request.member.workspace, asked, wanted), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="answers.csv"'
    return response


def _sheet(workspace: Workspace, surveys: list[Survey], wanted: Wanted) -> Iterator[str]:
    """Write lines as they are read; the request's own scope has ended by then."""
    with workspace_scope(workspace.pk):
        yield from csv_lines(export_rows(surveys, wanted, zone=workspace.zone))


# --- one of them ----------------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def voice(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """Show one answer in full, and what it moves."""
    one = _one(request, response_id)
    context = _of(request, one)
    return render(request, "surveys/results/voice.html", context)


def _one(request: MemberRequest, response_id: UUID) -> Voice:
    rows = Response.objects.select_related("survey__plan")
    row = get_object_or_404(rows, pk=response_id)
    places = dict(row.survey.plan.touchpoints.values_list("pk", "name"))
    anonymous = [row.survey_id] if row.survey.is_anonymous else []
    sees_all = request.member.can(Action.RESPONDENTS)
    [one] = voices_of([row], places=places, anonymous=anonymous, all_=sees_all)
    return one


def _of(request: MemberRequest, one: Voice) -> dict[str, Any]:
    """Gather what the page of one answer shows, and the question whether to delete it."""
    slug, plan = request.member.workspace.slug, one.response.survey.plan
    back = reverse("voices", args=[slug, plan.pk])
    day = date_format(one.response.day, "DATE_FORMAT")
    crumbs = [{"name": _("Voices"), "url": back}, {"name": day}]
    moves = moved_by(one)
    goals = list({goal.pk: goal for found in moves.values() for goal in found}.values())
    return _around(request, plan, crumbs) | {
        "voice": one,
        "thread": thread_of(one.response.ref, member=request.member, most=MOST_JOINED),
        "may_edit": request.member.can(Action.EDIT),
        "may_delete": request.member.can(Action.RESPONDENTS),
        "delete_url": reverse("voice-delete", args=[slug, one.response.pk]),
        "goes": _what_goes(moves, len(goals)),
        "back_url": back,
    }


def _what_goes(moves: Mapping[Metric, list[Any]], goals: int) -> str:
    """Say what deleting an answer takes away."""
    if not moves:
        return _("Its words go for good. No metric counts it. This cannot be undone.")
    names = ", ".join(metric.name for metric in moves)
    words = {"metrics": names, "n": goals}
    if not goals:
        return _("1 answer leaves %(metrics)s. Its words go for good.") % words
    return (
        _("1 answer leaves %(metrics)s. Goals that read it: %(n)d. Its words go for good.") % words
    )


@needs(Action.RESPONDENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """Say what goes with an answer, then delete it."""
    one = _one(request, response_id)
    if request.method == "POST":
        delete_response(one.response, by=request.member)
        messages.success(request, _("The answer is deleted. Figures follow within seconds."))
        slug = request.member.workspace.slug
        return redirect("voices", slug, one.response.survey.plan_id)
    context = _of(request, one)
    context["back_url"] = reverse("voice", args=[request.member.workspace.slug, response_id])
    return render(request, "surveys/results/delete.html", context)


# --- taken as evidence ----------------------------------------------------------------------


@needs(Action.EDIT)
@require_POST
def take_as_evidence(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """Keep an answer's words as evidence on what it counts in (`about`; the nearest unless said).

    Who answered is not copied.
    """
    one = _one(request, response_id)
    row = one.response
    try:
        about = Ref.parse(request.POST["about"]) if "about" in request.POST else nearest(row.ref)
        kept = quote(about, row.ref, in_one_line(one), by=request.member, day=row.day)
    except (ValueError, ValidationError):
        messages.error(request, _("Choose what the answer is evidence of."))
        return redirect("voice", request.member.workspace.slug, row.pk)
    messages.success(request, _("These words are kept as evidence. Its page says of what."))
    return redirect("evidence-piece", request.member.workspace.slug, kept.pk)
