"""Voices: what customers answered, one row each; one answer in full; all of them as a sheet."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from cxplanner.base.tenancy import workspace_scope
from strategy.goals.selectors import where_they_stand
from strategy.metrics.definitions import SCORES
from strategy.metrics.models import Metric
from strategy.metrics.readings import definition_of, in_force, versions_of
from strategy.plans.models import Plan
from surveys.design.models import Survey
from surveys.responses.models import Response
from surveys.responses.selectors import BadCursor, Wanted, answers_page, export_rows
from surveys.responses.services import delete_response
from surveys.results.forms import FilterForm
from surveys.results.groups import TONES, groups_of
from surveys.results.selectors import Voice, found, moved_by, voices_of

PAGE = 30


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


class _Echo:
    """Hands a line straight back to the writer's caller."""

    def write(self, line: str) -> str:
        return line


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
    writer = csv.writer(cast("Any", _Echo()))
    yield "\ufeff"  # so that spreadsheets read UTF-8
    with workspace_scope(workspace.pk):
        for line in export_rows(surveys, wanted, zone=workspace.zone):
            yield cast("str", writer.writerow(line))


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
        "stitches": _stitches(request, one, moves),
        "may_delete": request.member.can(Action.RESPONDENTS),
        "delete_url": reverse("voice-delete", args=[slug, one.response.pk]),
        "goes": _what_goes(moves, len(goals)),
        "back_url": back,
    }


def _stitches(
    request: MemberRequest, one: Voice, moves: Mapping[Metric, list[Any]]
) -> list[dict[str, Any]]:
    """Follow the thread from the customer's words up to the goals they move."""
    slug, workspace = request.member.workspace.slug, request.member.workspace
    first: dict[str, Any] = {"kind": _("Customer"), "current": True}
    first |= {"quote": one.quote} if one.quote else {"name": _("a score without words")}
    stitches = [first]
    if one.place:
        stitches.append({"kind": _("Touchpoint"), "name": one.place})
    goals = {goal.pk: goal for found in moves.values() for goal in found}
    where = where_they_stand(goals.values(), workspace=workspace) if goals else {}
    for metric, found_goals in moves.items():
        loose = not found_goals
        words = _("No goal reads this metric yet.") if loose else ""
        url = address("metric", slug, metric.pk)
        stitches.append(
            {"kind": _("Metric"), "name": metric.name, "url": url, "words": words, "loose": loose}
        )
        for goal in found_goals:
            stands = where[goal.pk].standing
            status = "too_close_to_call" if stands.too_close_to_call else stands.status.value
            stitches += _goal_stitches(slug, goal, status)
    if not moves:
        first["loose"] = True
        first["words"] = _("No metric counts this answer yet.")
    return stitches


def _goal_stitches(slug: str, goal: Any, status: str) -> list[dict[str, Any]]:
    """Name a goal, and those it serves."""
    name = {"kind": _("Goal"), "name": goal.statement, "url": address("goal", slug, goal.pk)}
    found = [name | {"status": status}]
    if goal.parent is not None:
        url = address("goal", slug, goal.parent.pk)
        found.append({"kind": _("Which serves"), "name": goal.parent.statement, "url": url})
    return found


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
