"""The personas of a plan: their cards, one persona's page, whose answers it has, two compared."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.metrics.matching import count_matching
from strategy.personas import services
from strategy.personas.board import board_answer, board_of
from strategy.personas.examples import EXAMPLES, start_from
from strategy.personas.forms import AddForm, LensForm, PeriodForm, PersonaForm, RuleForm, turn_of
from strategy.personas.models import Persona
from strategy.personas.phrases import matching_words, nobody_words
from strategy.personas.pictures import cards_of, compared, shown_scores
from strategy.personas.scores import is_counting
from strategy.personas.selectors import proof_of, wanted_personas
from strategy.plans.models import Plan

A_PAGE = 24  # cards
MOST_COMPARED = 4
_ask = require_http_methods(["GET", "HEAD", "POST"])


# --- the list ---------------------------------------------------------------------------------


@needs(Action.VIEW)
@_ask
def personas(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show the cards; who may edit makes a persona, which begins with a name."""
    plan = get_object_or_404(Plan, pk=plan_id)
    if request.method != "POST":
        return _list(request, plan, PersonaForm())
    _may_edit(request)
    form = PersonaForm(request.POST)
    if form.is_valid():
        try:
            made = services.create_persona(plan=plan, by=request.member, **_said(form))
        except ValidationError as error:
            form.take(error)
        else:
            say_done(request, _("“%(persona)s” is drawn. Say what you know.") % {"persona": made})
            return redirect("persona", request.member.workspace.slug, made.pk)
    return _list(request, plan, form, status=422)


@needs(Action.EDIT)
@require_POST
def start(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Make a persona from an example; all it says is an assumption."""
    plan = get_object_or_404(Plan, pk=plan_id)
    slug = request.member.workspace.slug
    example = EXAMPLES.get(request.POST.get("example", ""))
    if example is None:
        return redirect("personas", slug, plan.pk)
    made = start_from(example, plan=plan, by=request.member)
    words = _("“%(persona)s” is an example: replace what is not so, prove the rest.")
    say_done(request, words % {"persona": made})
    return redirect("persona", slug, made.pk)


def _list(
    request: MemberRequest, plan: Plan, form: PersonaForm, *, status: int = 200
) -> HttpResponse:
    lens = LensForm(request.GET)
    workspace = request.member.workspace
    everybody = list(Persona.objects.filter(plan=plan))
    living = [one for one in everybody if one.archived_at is None]
    proof = proof_of(living, workspace)
    found = wanted_personas(living, proof, text=lens.words, order=lens.by)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "nav": "plan",
        "lens": lens,
        "is_narrowed": bool(lens.words),
        "page": page,
        "cards": cards_of(list(page), proof, member=request.member),
        "has_any": bool(living),
        "can_compare": len(living) > 1,
        "archived": [one for one in everybody if one.archived_at is not None],
        "form": form,
        "examples": EXAMPLES,
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": [_plan_crumb(request, plan), {"name": _("Personas")}],
    }
    return render_page(request, "strategy/personas/personas.html", "rows", context, status=status)


@needs(Action.VIEW)
@require_safe
def compare(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Set two to four personas side by side (`with`, ids)."""
    plan = get_object_or_404(Plan, pk=plan_id)
    living = list(Persona.objects.filter(plan=plan, archived_at=None))
    asked = [one for one in living if str(one.pk) in request.GET.getlist("with")]
    chosen = (asked or living)[:MOST_COMPARED]
    context = {
        "plan": plan,
        "nav": "plan",
        "living": [(one, one in chosen) for one in living],
        "most": MOST_COMPARED,
        "was_cut": len(asked) > MOST_COMPARED,
        "enough": len(chosen) > 1,
        "table": compared(chosen, member=request.member),
        "crumbs": [*_crumbs(request, plan), {"name": _("Side by side")}],
    }
    return render(request, "strategy/personas/compare.html", context)


# --- one persona ------------------------------------------------------------------------------


@needs(Action.VIEW)
@_ask
def persona(request: MemberRequest, persona_id: int) -> HttpResponse:
    """Show a persona; who may edit adds a statement to it."""
    row = _found(persona_id)
    if request.method != "POST":
        return _page(request, row)
    _may_edit(request)
    form = AddForm(request.POST, kind=request.POST.get("kind", ""))
    if form.is_valid():
        try:
            added = services.add_statement(persona=row, by=request.member, **form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            words = _("“%(statement)s” is added.") % {"statement": added}
            return board_answer(request, row, words, added=added)
    return board_answer(request, row, "", bound=form, whole=_page)


def _page(request: MemberRequest, row: Persona, bound: AddForm | None = None) -> HttpResponse:
    member, period = request.member, PeriodForm(request.GET)
    today = member.workspace.today()
    scores = shown_scores(row, member=member, first=period.first(today))
    matches = count_matching(row.plan_id, row.segments, row.source) if row.has_rule else None
    context = {
        "plan": row.plan,
        "nav": "plan",
        "persona": row,
        "period": period,
        "scores": [one for one in scores if one.own or one.is_hidden],
        "silent": [one for one in scores if not one.own and not one.is_hidden],
        "is_counting": is_counting(row),
        "matching": matches,
        "nobody": nobody_words(row.segments) if matches == 0 else "",
        "crumbs": [*_crumbs(request, row.plan), {"name": row.name}],
        **board_of(request, row, bound),
    }
    status = 422 if bound is not None else 200
    return render_page(request, "strategy/personas/persona.html", "scores", context, status=status)


@needs(Action.EDIT)
@_ask
def edit(request: MemberRequest, persona_id: int) -> HttpResponse:
    """Change name, role, quote and picture; `turn` offers another dozen of pictures."""
    row = _found(persona_id)
    sent, turn = posted(request), turn_of(request.GET.get("turn"))
    if sent is None:
        return _edit(request, row, PersonaForm.of(row, turn))
    form = PersonaForm(sent, persona=row, turn=turn)
    return _kept(request, row, form, PersonaForm.of, _edit)


def _edit(
    request: MemberRequest, row: Persona, form: PersonaForm, *, status: int = 200
) -> HttpResponse:
    context = _around(request, row, _("Change it")) | {"form": form, "next_turn": form.turn + 1}
    return render_page(request, "strategy/personas/edit.html", "pictures", context, status=status)


@needs(Action.EDIT)
@_ask
def rule(request: MemberRequest, persona_id: int) -> HttpResponse:
    """Say whose answers are the persona's: segment values, all of which must hold, and a survey."""
    row = _found(persona_id)
    sent = posted(request)
    if sent is None:
        return _rule(request, row, RuleForm.of(row))
    form = RuleForm(sent, plan=row.plan, held=row.segments, source=row.source)
    return _kept(request, row, form, RuleForm.of, _rule)


def _rule(
    request: MemberRequest, row: Persona, form: RuleForm, *, status: int = 200
) -> HttpResponse:
    context = _around(request, row, _("Its answers")) | {
        "form": form,
        "declared": row.plan.segments,
    }
    context["matches"] = _matches(row, row.segments, row.source)
    return render(request, "strategy/personas/rule.html", context, status=status)


@needs(Action.EDIT)
@require_safe
def matching(request: MemberRequest, persona_id: int) -> HttpResponse:
    """Say how many answers match what is chosen, before it is kept."""
    row = _found(persona_id)
    form = RuleForm(request.GET, plan=row.plan, held=row.segments, source=row.source)
    context: dict[str, Any] = {"matches": None}
    if form.is_valid():
        source = f"survey:{form.cleaned_data['survey']}" if form.cleaned_data["survey"] else ""
        context["matches"] = _matches(row, form.values, source)
    return render(request, "strategy/personas/_matching.html", context)


def _matches(row: Persona, values: Sequence[str], source: str) -> dict[str, Any]:
    asks = bool(values or source)
    n = count_matching(row.plan_id, values, source) if asks else None
    return {"n": n, "words": matching_words(row.plan, values, n)}


def _kept(request: MemberRequest, row: Persona, form: Any, shown: Any, page: Any) -> HttpResponse:
    """Keep what a form says; two people's edits meet in the three-way merge."""
    if not form.is_valid():
        return cast("HttpResponse", page(request, row, form, status=422))
    seen = form.cleaned_data["version"]
    try:
        services.change_persona(row, by=request.member, expected_version=seen, **_said(form))
    except ValidationError as error:
        form.take(error)
        return cast("HttpResponse", page(request, row, form, status=422))
    except Stale as stale:
        back_url = row.page_in(request.member.workspace.slug)
        context = _around(request, row, row.name)
        return both(request, form, stale, shown=shown, context=context, back_url=back_url)
    say_done(request, _("“%(persona)s” is kept.") % {"persona": Persona.objects.get(pk=row.pk)})
    return redirect("persona", request.member.workspace.slug, row.pk)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, persona_id: int) -> HttpResponse:
    """Hide a persona; the list brings it back."""
    row = _found(persona_id)
    services.archive_persona(row, by=request.member)
    say_done(request, _("“%(persona)s” is archived.") % {"persona": row})
    return redirect("personas", request.member.workspace.slug, row.plan_id)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, persona_id: int) -> HttpResponse:
    """Show an archived persona again."""
    row = _found(persona_id)
    services.restore_persona(row, by=request.member)
    say_done(request, _("“%(persona)s” is back.") % {"persona": row})
    return redirect("persona", request.member.workspace.slug, row.pk)


def _found(persona_id: int) -> Persona:
    return get_object_or_404(Persona.objects.select_related("plan__workspace"), pk=persona_id)


def _may_edit(request: MemberRequest) -> None:
    if not request.member.can(Action.EDIT):
        raise PermissionDenied


def _said(form: Any) -> Any:
    return form.said()


def _plan_crumb(request: MemberRequest, plan: Plan) -> dict[str, str]:
    return {"name": plan.name, "url": address("plan", request.member.workspace.slug, plan.pk)}


def _crumbs(request: MemberRequest, plan: Plan) -> list[dict[str, str]]:
    own = reverse("personas", args=[request.member.workspace.slug, plan.pk])
    return [_plan_crumb(request, plan), {"name": _("Personas"), "url": own}]


def _around(request: MemberRequest, row: Persona, here: str) -> dict[str, Any]:
    own = {"name": row.name, "url": row.page_in(request.member.workspace.slug)}
    crumbs = [*_crumbs(request, row.plan), own, {"name": here}]
    return {"plan": row.plan, "nav": "plan", "persona": row, "crumbs": crumbs}
