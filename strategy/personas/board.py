"""A persona's statements as a board of kinds, shown whole and after each act."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest
from cxplanner.accounts.roles import Action
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page
from strategy.personas.forms import AddForm
from strategy.personas.lessons import LESSONS
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.selectors import grouped, lines_of, proof_of


def board_of(
    request: MemberRequest, persona: Persona, bound: AddForm | None = None
) -> dict[str, Any]:
    """Gather the board in a few queries; `bound` is the line that could not be added."""
    workspace = request.member.workspace
    everything = list(PersonaStatement.objects.filter(persona=persona))
    living = [one for one in everything if one.archived_at is None]
    months = workspace.statements_last_months
    lines = lines_of(living, today=workspace.today(), months=months).get(persona.pk, [])
    refused = bound.data.get("kind") if bound is not None else None
    return {
        "persona": persona,
        "months": months,
        "proof": proof_of([persona], workspace)[persona.pk],
        "falling": [one for one in lines if one.falls_soon],
        "fallen": [one for one in lines if one.standing.has_fallen],
        "groups": [
            {
                "group": one,
                "lesson": LESSONS[one.kind],
                "adding": bound if refused == one.kind else AddForm(kind=one.kind),
            }
            for one in grouped(lines)
        ],
        "kinds": PersonaStatement.Kind.choices,
        "archived_lines": [one for one in everything if one.archived_at is not None],
        "may_edit": request.member.can(Action.EDIT) and persona.archived_at is None,
    }


def board_answer(
    request: MemberRequest,
    persona: Persona,
    words: str,
    *,
    row: PersonaStatement | None = None,
    added: PersonaStatement | None = None,
    bound: AddForm | None = None,
    closed: str = "",
    quiet: bool = False,
    whole: Callable[..., HttpResponse] | None = None,
) -> HttpResponse:
    """Answer an act: the board anew, and what happened in words, with the offer to undo it.

    `row` keeps the focus, after `added` the line of its kind takes the next one. `closed`: the
    slot whose form is done with. `quiet`: nothing was to be done. `bound` was refused, and is
    shown on the `whole` page to who has no script.
    """
    slug = request.member.workspace.slug
    if in_page(request):
        context = board_of(request, persona, bound)
        context |= {"words": words, "quiet": quiet, "closed": closed, "refused": bound is not None}
        context["picked"] = row.pk if row else None
        context["adding_to"] = added.kind if added else ""
        context["undo_url"] = "" if quiet else reverse("undo-act", args=[slug, current_act()])
        status = 422 if bound is not None else 200
        response = render(request, "strategy/personas/_changed.html", context, status=status)
        return reswap(retarget(response, "#board"), "outerHTML")
    if bound is not None and whole is not None:
        return whole(request, persona, bound)
    if quiet:
        messages.info(request, words)
    else:
        say_done(request, words)
    here = added or row
    place = reverse("persona", args=[slug, persona.pk])
    return redirect(f"{place}#entry-{here.pk}" if here else place)
