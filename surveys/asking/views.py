"""Questions of a survey: asked, changed in place, moved, asked no more."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.merging import both, posted
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

    def form_of(seen: Question, sent: QueryDict | None = None) -> QuestionForm:
        return QuestionForm(
            sent,
            initial=typed_of(seen),
            question=row,
            kind=row.kind,
            metrics=metrics,
            touchpoints=touchpoints,
        )

    form = form_of(row, posted(request))
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            now = services.change_question(
                row, by=request.member, expected_version=seen, **form.fields_said()
            )
        except Stale as stale:
            back_url = row.survey.page_in(request.member.workspace.slug)
            context = _around(request, row.survey)
            return both(request, form, stale, shown=form_of, context=context, back_url=back_url)
        except (Refused, ValidationError) as error:
            _take(form, error)
        else:
            words = _("The question is kept.") if now.pk == row.pk else _replaced_words()
            return _changed(request, row.survey, words, now)
    return _question_form(request, row.survey, form, question=row)


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
) -> HttpResponse:
    items = outline_of(row).asked if question is not None else []
    counted = next((one.answers for one in items if one.question == question), 0)
    context = _around(request, row) | {
        "survey": row,
        "form": form,
        "question": question,
        "kind": ABOUT[form.kind],
        "answers": counted,
        "back_url": row.page_in(request.member.workspace.slug),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "surveys/asking/question.html", "form", context, status=status)


def _around(request: MemberRequest, row: Survey) -> dict[str, Any]:
    here = {"name": row.name, "url": row.page_in(request.member.workspace.slug)}
    return around(
        request, row.plan, [surveys_crumb(request, row.plan), here, {"name": _("Question")}]
    )


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
    try:
        services.archive_question(row, by=request.member)
        words = _("“%(text)s” is asked no more. Its answers stay.") % {"text": row.text}
    except Refused as error:
        return _changed(request, row.survey, said_of(error), refused=True)
    return _changed(request, row.survey, words)


@needs(Action.EDIT)
@require_POST
def bring_back(request: MemberRequest, question_id: int) -> HttpResponse:
    """Ask an archived question again."""
    row = _question(question_id)
    try:
        services.restore_question(row, by=request.member)
        words = _("“%(text)s” is asked again.") % {"text": row.text}
    except Refused as error:
        return _changed(request, row.survey, said_of(error), row, refused=True)
    return _changed(request, row.survey, words, row)


def _changed(
    request: MemberRequest,
    row: Survey,
    words: str,
    question: Question | None = None,
    *,
    quiet: bool = False,
    refused: bool = False,
) -> HttpResponse:
    """Answer an act on a question: the questions anew, and what happened in words.

    `quiet`: said aloud to readers of the page, without a toast. `refused`: nothing was done; else
    the toast offers to take it back.
    """
    there = reverse("survey", args=[request.member.workspace.slug, row.pk])
    if in_page(request):
        said: dict[str, Any] = {"words": words, "quiet": quiet}
        if not refused:
            said["undo_url"] = reverse(
                "undo-act", args=[request.member.workspace.slug, current_act()]
            )
        context = builder(request, found(row.pk)) | said
        response = render(request, "surveys/design/_changed.html", context)
        return reswap(retarget(response, "#questions"), "outerHTML")
    if refused:
        messages.error(request, words)
    elif not quiet:
        say_done(request, words)
    return redirect(f"{there}#question-{question.pk}" if question else there)
