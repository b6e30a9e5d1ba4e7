"""The public page of a survey: plain HTML without script; only a POST records."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_bidi
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cxplanner.accounts.access import MemberRequest, needs, public
from cxplanner.accounts.roles import Action
from cxplanner.accounts.throttles import limited_by_address
from cxplanner.base.tenancy import enter_workspace
from surveys.design.selectors import (
    Design,
    Head,
    recent_head,
    survey_design,
    survey_head,
    survey_head_by_id,
)
from surveys.responses.answers import Faulty, Given
from surveys.responses.forms import PublicForm, form_class
from surveys.responses.models import Response
from surveys.responses.services import AnsweredDifferently, NotOpen, submit

MARK_LASTS = 365 * 24 * 3600  # seconds
RETRY_AFTER = 10  # seconds


# Exempt: it acts in nobody's name, and readers of mail come without cookies.
@public
@csrf_exempt
@limited_by_address
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show a survey's questions, or take the answers to them."""
    try:
        return _answered(request, token)
    except DatabaseError:
        if request.method != "POST":
            raise
        return _kept_for_later(request)


def _answered(request: HttpRequest, token: str) -> HttpResponse:
    posted = request.method == "POST"
    head, design = _found(recent_head(token) if posted else survey_head(token))
    with translation.override(design.language):
        if not head.is_open:
            return _page(request, design, "closed", status=410 if posted else 200)
        if _is_marked(request, design):
            return _page(request, design, "answered")
        if posted:
            return _take(request, head, design)
        return _page(request, design, "form", form=form_class(design)())


@public
@limited_by_address
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Say thank you."""
    _head, design = _found(survey_head(token))
    with translation.override(design.language):
        return _page(request, design, "thanks")


@needs(Action.VIEW)
@require_safe
def preview(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Show the team what customers will see, drafts too; nothing can be sent from here."""
    head = survey_head_by_id(survey_id, request.member.workspace_id)
    if head is None:
        raise Http404
    design = survey_design(head)
    with translation.override(design.language):
        return _page(request, design, "form", form=form_class(design)(), is_preview=True)


def _found(head: Head | None) -> tuple[Head, Design]:
    if head is None or head.is_draft:
        raise Http404
    enter_workspace(head.workspace_id)
    return head, survey_design(head)


def _take(request: HttpRequest, head: Head, design: Design) -> HttpResponse:
    form = form_class(design)(request.POST)
    if not form.is_valid():
        return _page(request, design, "form", form=form, status=422)
    try:
        _record(head, form, form.cleaned_data["id"])
    except Faulty as error:
        for fault in error.faults:
            form.add_error(None, fault.detail)
        return _page(request, design, "form", form=form, status=422)
    except NotOpen:
        return _page(request, design, "closed", status=410)
    response = HttpResponseRedirect(f"{request.path}thanks/", status=303)
    if not design.many_per_browser:
        response.set_cookie(
            _mark(design),
            "1",
            max_age=MARK_LASTS,
            path=request.path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _record(head: Head, form: PublicForm, submission: UUID) -> None:
    """Write an answer once, however often its page is sent."""
    try:
        submit(head, Given(answers=form.answers(), id=submission), via=Response.Via.PAGE)
    except AnsweredDifferently:
        # The page was sent, changed and sent again: nothing that somebody says is dropped.
        submit(head, Given(answers=form.answers()), via=Response.Via.PAGE)


def _mark(design: Design) -> str:
    return f"answered-{design.survey_id}"


def _is_marked(request: HttpRequest, design: Design) -> bool:
    """Tell whether this browser answered. A courtesy, no lock: without the cookie it may again."""
    return not design.many_per_browser and _mark(design) in request.COOKIES


def _page(
    request: HttpRequest, design: Design, name: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "design": design,
        "brand": design.brand,
        "language": design.language,
        "rtl": get_language_bidi(),
        **more,
    }
    response = render(request, f"surveys/responses/{name}.html", context, status=status)
    response["Cache-Control"] = "private, no-cache"  # every page carries its own submission
    return response


def _kept_for_later(request: HttpRequest) -> HttpResponse:
    """Give back what was typed when it cannot be kept now, ready to be sent again."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    context = {"typed": typed, "rtl": get_language_bidi(), "language": translation.get_language()}
    response = render(request, "surveys/responses/unavailable.html", context, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
