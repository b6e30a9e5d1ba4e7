"""Surveys of a plan, and the page on which one is built, opened and closed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale
from strategy.plans.models import Plan
from surveys.design import services
from surveys.design.forms import NewSurveyForm, WordsForm
from surveys.design.models import Question, Survey
from surveys.design.outline import lines_of, outline_of, ties_of
from surveys.design.starters import ABOUT, STARTERS, first_questions

_ask = require_http_methods(["GET", "HEAD", "POST"])


# --- the surveys of a plan ------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def surveys(request: MemberRequest, plan_id: int) -> HttpResponse:
    """List a plan's surveys."""
    plan = get_object_or_404(Plan, pk=plan_id)
    lines = lines_of(plan)
    context = {
        "lines": [line for line in lines if line.survey.archived_at is None],
        "archived": [line for line in lines if line.survey.archived_at is not None],
        "open_count": sum(line.survey.status == Survey.Status.OPEN for line in lines),
        "starters": STARTERS.items(),
    }
    return _show(request, plan, "surveys", context, crumbs=[{"name": _("Surveys")}])


@needs(Action.EDIT)
@_ask
def new(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Begin a survey: its name, and the questions it starts from."""
    plan = get_object_or_404(Plan, pk=plan_id)
    metrics, touchpoints = ties_of(plan)
    asked_for = {
        "starter": request.GET.get("starter", "nps"),
        "touchpoint": request.GET.get("touchpoint", ""),
    }
    form = NewSurveyForm(request.POST or None, touchpoints=touchpoints, initial=asked_for)
    if form.is_valid():
        said = form.cleaned_data
        kind = STARTERS[said["starter"]].kind
        fitting = [metric for metric in metrics if metric.kind == kind]
        touchpoint = next((one for one in touchpoints if one.pk == said["touchpoint"]), None)
        questions = first_questions(
            said["starter"],
            language=said["language"],
            touchpoint=touchpoint,
            # One metric of satisfaction or effort is seldom like the other: the team chooses.
            metric=fitting[0] if len(fitting) == 1 and kind == Question.Kind.NPS else None,
        )
        words = {"name": said["name"], "language": said["language"]}
        try:
            made = services.create_survey(plan, by=request.member, questions=questions, **words)
        except ValidationError as error:
            form.take(error)
        else:
            say_done(request, _("“%(name)s” is begun. Nobody sees it yet.") % words)
            return to_survey(request, made)
    context = {"form": form, "starters": list(zip(form["starter"], STARTERS.values(), strict=True))}
    crumbs = [surveys_crumb(request, plan), {"name": _("New survey")}]
    return _show(request, plan, "new", context, crumbs=crumbs, status=_status(form))


def _show(
    request: MemberRequest,
    plan: Plan,
    name: str,
    context: dict[str, Any],
    *,
    crumbs: list[dict[str, str]],
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        f"surveys/design/{name}.html",
        around(request, plan, crumbs) | context,
        status=status,
    )


def around(request: MemberRequest, plan: Plan, crumbs: list[dict[str, str]]) -> dict[str, Any]:
    """Return what stands around every page of surveys."""
    first = {"name": plan.name, "url": address("plan", request.member.workspace.slug, plan.pk)}
    return {
        "plan": plan,
        "nav": "voices",
        "crumbs": [first, *crumbs],
        "may_edit": request.member.can(Action.EDIT),
    }


def surveys_crumb(request: MemberRequest, plan: Plan) -> dict[str, str]:
    slug = request.member.workspace.slug
    return {"name": _("Surveys"), "url": reverse("surveys", args=[slug, plan.pk])}


def _status(form: NewSurveyForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def to_survey(request: MemberRequest, survey: Survey) -> HttpResponse:
    return redirect("survey", request.member.workspace.slug, survey.pk)


# --- one survey -----------------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Show a survey as it is built."""
    row = found(survey_id)
    return _builder(request, row, WordsForm.of(row))


@needs(Action.EDIT)
@require_POST
def reword(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Keep the words around a survey's questions."""
    row = found(survey_id)
    form = WordsForm(posted(request))
    if form.is_valid():
        said = dict(form.cleaned_data)
        seen = said.pop("version")
        try:
            services.change_survey(row, by=request.member, expected_version=seen, **said)
        except Stale as stale:
            back_url = row.page_in(request.member.workspace.slug)
            here = {"name": row.name, "url": back_url}
            crumbs = [surveys_crumb(request, row.plan), here, {"name": _("Change")}]
            context = around(request, row.plan, crumbs)
            return both(
                request, form, stale, shown=WordsForm.of, context=context, back_url=back_url
            )
        except ValidationError as error:
            form.take(error)
        else:
            say_done(request, _("Changes kept."))
            return to_survey(request, row)
    return _builder(request, row, form, status=422)


def found(survey_id: int) -> Survey:
    return get_object_or_404(Survey.objects.select_related("plan"), pk=survey_id)


def _builder(
    request: MemberRequest, row: Survey, form: WordsForm, *, status: int = 200
) -> HttpResponse:
    context = builder(request, row) | {"form": form}
    crumbs = [surveys_crumb(request, row.plan), {"name": row.name}]
    return _show(request, row.plan, "survey", context, crumbs=crumbs, status=status)


def builder(request: MemberRequest, row: Survey) -> dict[str, Any]:
    """Gather what the builder shows of a survey as it stands now."""
    public = reverse("public-survey", args=[row.token])
    return {
        "survey": row,
        "outline": outline_of(row),
        "public_path": public,
        "public_url": request.build_absolute_uri(public),
        "kinds": ABOUT.items(),
        "plan": row.plan,
        "may_edit": request.member.can(Action.EDIT) and row.archived_at is None,
        "may_restore": request.member.can(Action.EDIT) and row.archived_at is not None,
    }


@needs(Action.EDIT)
@require_POST
def turn(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Open a survey, or close it (`to`); each takes the other back."""
    row = found(survey_id)
    opens = request.POST.get("to") == Survey.Status.OPEN
    try:
        if opens:
            services.open_survey(row, by=request.member)
            words = _("“%(name)s” is open. Send its address to your customers.")
        else:
            services.close_survey(row, by=request.member)
            words = _("“%(name)s” is closed. Its answers stay and still count.")
    except (Refused, ValidationError) as error:
        messages.error(request, said_of(error))
    else:
        say_done(request, words % {"name": row.name})
    return to_survey(request, row)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Hide a survey; one act brings it back."""
    row = services.archive_survey(found(survey_id), by=request.member)
    words = _("“%(name)s” is archived. It takes no more answers; those it has still count.")
    say_done(request, words % {"name": row.name})
    return to_survey(request, row)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, survey_id: int) -> HttpResponse:
    row = services.restore_survey(found(survey_id), by=request.member)
    say_done(request, _("“%(name)s” is back.") % {"name": row.name})
    return to_survey(request, row)


def said_of(error: Exception) -> str:
    """Put a refusal into one line."""
    return " ".join(getattr(error, "messages", None) or [str(error)])
