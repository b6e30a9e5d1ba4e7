"""Questions of a survey: asked, changed in place, moved, asked no more."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale
from surveys.asking.forms import QuestionForm, typed_of
from surveys.design import services
from surveys.design.models import Question, Survey
from surveys.design.outline import outline_of, ties_of
from surveys.design.starters import ABOUT, usual_words
from surveys.design.views import around, builder, found, said_of, surveys_crumb, to_survey

_ask = require_http_methods(["GET", "HEAD", "POST"])


@needs(Action.EDIT)
@_ask
def ask(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Ask one more question; its usual words are filled in."""
    row = found(survey_id)
    kind = request.GET.get("kind", "")
    if kind not in ABOUT:
        return to_survey(request, row)
    metrics, touchpoints = ties_of(row.plan)
    usual = usual_words(kind, row.language) | {"scale": "1-5", "metric": ""}
    form = QuestionForm(
        request.POST or None, kind=kind, metrics=metrics, touchpoints=touchpoints, initial=usual
    )
    if form.is_valid():
        try:
            made = services.add_question(row, by=request.member, kind=kind, **form.fields_said())
        except (Refused, ValidationError) as error:
            _take(form, error)
        else:
            return _changed(request, row, _("The question is added."), made)
    return _question_form(request, row, form)


@needs(Action.EDIT)
@_ask
def question(request: MemberRequest, question_id: int) -> HttpResponse:
    """Change a question in place."""
    row = _question(question_id)
    metrics, touchpoints = ties_of(row.survey.plan)
    ties: dict[str, Any] = {
        "metrics": metrics,
        "touchpoints": touchpoints,
        "question": row,
        "kind": row.kind,
    }
    form = QuestionForm(request.POST or None, initial=typed_of(row), **ties)
    theirs: list[tuple[str, Any]] = []
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            now = services.change_question(
                row, by=request.member, expected_version=seen, **form.fields_said()
            )
        except Stale:
            now_kept = typed_of(row)
            theirs = [
                (str(form.fields[name].label), now_kept[name])
                for name, typed in form.cleaned_data.items()
                if name != "version" and name in now_kept and now_kept[name] != typed
            ]
            form = QuestionForm({**request.POST.dict(), "version": str(row.version)}, **ties)
        except (Refused, ValidationError) as error:
            _take(form, error)
        else:
            words = _("The question is kept.") if now.pk == row.pk else _replaced_words()
            return _changed(request, row.survey, words, now)
    return _question_form(request, row.survey, form, question=row, theirs=theirs)


def _replaced_words() -> str:
    return _("A new version is asked from now on; the answers to the old one stay with it.")


def _take(form: QuestionForm, error: Exception) -> None:
    form.take(error if isinstance(error, ValidationError) else ValidationError(str(error)))


def _question(question_id: int) -> Question:
    questions = Question.objects.select_related("survey__plan", "metric", "touchpoint")
    return get_object_or_404(questions, pk=question_id)


def _question_form(
    request: MemberRequest,
    row: Survey,
    form: QuestionForm,
    *,
    question: Question | None = None,
    theirs: list[tuple[str, Any]] | None = None,
) -> HttpResponse:
    slug = request.member.workspace.slug
    here = {"name": row.name, "url": reverse("survey", args=[slug, row.pk])}
    crumbs = [surveys_crumb(request, row.plan), here, {"name": _("Question")}]
    items = outline_of(row).asked if question is not None else []
    counted = next((one.answers for one in items if one.question == question), 0)
    context = around(request, row.plan, crumbs) | {
        "survey": row,
        "form": form,
        "question": question,
        "theirs": theirs,
        "kind": ABOUT[form.kind],
        "answers": counted,
        "back_url": here["url"],
    }
    status = 200
    if form.is_bound and (theirs is not None or form.errors):
        status = 409 if theirs is not None and not form.errors else 422
    return render_page(request, "surveys/asking/question.html", "form", context, status=status)


@needs(Action.EDIT)
@require_POST
def move(request: MemberRequest, question_id: int) -> HttpResponse:
    """Move a question one place up or down (`to`)."""
    row = _question(question_id)
    order = [item.question.pk for item in outline_of(row.survey).asked]
    if row.pk not in order:
        return to_survey(request, row.survey)
    place = order.index(row.pk) + (1 if request.POST.get("to") == "down" else -1)
    if 0 <= place < len(order):
        services.move_question(row, to=place, by=request.member)
    words = _("Now at place %(place)d of %(most)d.") % {
        "place": min(max(place, 0), len(order) - 1) + 1,
        "most": len(order),
    }
    return _changed(request, row.survey, words, row, quiet=True)


@needs(Action.EDIT)
@require_POST
def drop(request: MemberRequest, question_id: int) -> HttpResponse:
    """Ask a question no more; offer to take it back."""
    row = _question(question_id)
    undo = ""
    try:
        services.archive_question(row, by=request.member)
        words = _("“%(text)s” is asked no more. Its answers stay.") % {"text": row.text}
        undo = reverse("question-restore", args=[request.member.workspace.slug, row.pk])
    except Refused as error:
        words = said_of(error)
    return _changed(request, row.survey, words, undo_url=undo)


@needs(Action.EDIT)
@require_POST
def bring_back(request: MemberRequest, question_id: int) -> HttpResponse:
    """Ask an archived question again."""
    row = _question(question_id)
    try:
        services.restore_question(row, by=request.member)
        words = _("“%(text)s” is asked again.") % {"text": row.text}
    except Refused as error:
        words = said_of(error)
    return _changed(request, row.survey, words, row)


def _changed(
    request: MemberRequest,
    row: Survey,
    words: str,
    question: Question | None = None,
    *,
    undo_url: str = "",
    quiet: bool = False,
) -> HttpResponse:
    """Answer an act on a question: the questions anew, and what happened in words.

    `quiet`: said aloud to readers of the page, without a toast.
    """
    there = reverse("survey", args=[request.member.workspace.slug, row.pk])
    if in_page(request):
        said = {"words": words, "undo_url": undo_url, "quiet": quiet}
        context = builder(request, found(row.pk)) | said
        response = render(request, "surveys/design/_changed.html", context)
        return reswap(retarget(response, "#questions"), "outerHTML")
    if not quiet:
        messages.success(request, words)
    return redirect(f"{there}#question-{question.pk}" if question else there)
