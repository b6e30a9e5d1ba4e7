"""One statement of a persona: its page, and what is done with it on the board."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.htmx import in_page
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.personas import services
from strategy.personas.board import board_answer
from strategy.personas.forms import CheckForm, MoveForm, StatementForm
from strategy.personas.models import PersonaStatement
from strategy.personas.phrases import checked, moved
from strategy.personas.selectors import lines_of


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: MemberRequest, row_id: int) -> HttpResponse:
    """Show a statement; who may edit changes it, on its page or in its place on the board."""
    row = _found(row_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    sent = posted(request)
    if sent is None:
        return _page(request, row, StatementForm.of(row))
    form = StatementForm(sent, auto_id=f"s{row.pk}-%s")
    if not form.is_valid():
        return _page(request, row, form, status=422)
    seen = form.cleaned_data["version"]
    try:
        services.change_statement(
            row, by=request.member, expected_version=seen, **cast("Any", form.said())
        )
    except ValidationError as error:
        form.take(error)
        return _page(request, row, form, status=422)
    except Stale as stale:
        return both(
            request,
            form,
            stale,
            shown=StatementForm.of,
            context={"plan": row.persona.plan, "nav": "plan", "crumbs": _crumbs(request, row)},
            back_url=row.page_in(request.member.workspace.slug),
        )
    now = PersonaStatement.objects.get(pk=row.pk)
    words = _("“%(statement)s” is kept.") % {"statement": now}
    if in_page(request):
        return board_answer(request, row.persona, words, row=row, closed=f"edit-{row.pk}")
    say_done(request, words)
    return redirect("persona-statement", request.member.workspace.slug, row.pk)


def _page(
    request: MemberRequest, row: PersonaStatement, form: StatementForm, *, status: int = 200
) -> HttpResponse:
    workspace = request.member.workspace
    months = workspace.statements_last_months
    context = {
        "plan": row.persona.plan,
        "nav": "plan",
        "row": row,
        "line": lines_of([row], today=workspace.today(), months=months)[row.persona_id][0],
        "months": months,
        "form": form,
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": _crumbs(request, row),
    }
    name = "_editor.html" if in_page(request) else "statement.html"
    return render(request, f"strategy/personas/{name}", context, status=status)


def _crumbs(request: MemberRequest, row: PersonaStatement) -> list[dict[str, str]]:
    slug, plan = request.member.workspace.slug, row.persona.plan
    return [
        {"name": plan.name, "url": address("plan", slug, plan.pk)},
        {"name": _("Personas"), "url": reverse("personas", args=[slug, plan.pk])},
        {"name": row.persona.name, "url": row.persona.page_in(slug)},
        {"name": str(row)},
    ]


@needs(Action.EDIT)
@require_POST
def check(request: MemberRequest, row_id: int) -> HttpResponse:
    """Say how far a statement was found proven today."""
    row = _found(row_id)
    form = CheckForm(request.POST)
    if not form.is_valid():
        words = _("Say whether it is validated, partly validated or an assumption.")
        return board_answer(request, row.persona, words, row=row, quiet=True)
    trust: str = form.cleaned_data["trust"]
    services.check_statement(row, trust=trust, by=request.member)
    return board_answer(request, row.persona, checked(row, trust), row=row)


@needs(Action.EDIT)
@require_POST
def move(request: MemberRequest, row_id: int) -> HttpResponse:
    """Move a statement a step, or into a kind."""
    row = _found(row_id)
    form = MoveForm(request.POST)
    living = PersonaStatement.objects.filter(persona=row.persona, archived_at=None)
    place = form.place(row, list(living)) if form.is_valid() and not row.archived_at else None
    if place is None:
        words = _("“%(statement)s” cannot go further that way.") % {"statement": row}
        return board_answer(request, row.persona, words, row=row, quiet=True)
    kind, position = place
    services.move_statement(row, kind=kind, position=position, by=request.member)
    return board_answer(request, row.persona, moved(row, kind), row=row)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, row_id: int) -> HttpResponse:
    """Hide a statement; the board brings it back."""
    row = _found(row_id)
    services.archive_statement(row, by=request.member)
    words = _("“%(statement)s” is archived.") % {"statement": row}
    return board_answer(request, row.persona, words, closed=f"edit-{row.pk}")


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, row_id: int) -> HttpResponse:
    """Show an archived statement again."""
    row = _found(row_id)
    services.restore_statement(row, by=request.member)
    words = _("“%(statement)s” is back.") % {"statement": row}
    return board_answer(request, row.persona, words, row=row)


def _found(row_id: int) -> PersonaStatement:
    rows = PersonaStatement.objects.select_related("persona__plan__workspace")
    return get_object_or_404(rows, pk=row_id)
