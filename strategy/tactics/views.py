"""The tactics of a plan as a board, and one tactic with its steps."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.merging import both, posted
from cxplanner.base.refs import Ref
from cxplanner.base.versions import Stale
from strategy.goals.models import Goal
from strategy.plans.models import Cycle, Plan
from strategy.tactics import services
from strategy.tactics.forms import (
    MoveForm,
    QuickForm,
    TacticForm,
    choices_in,
)
from strategy.tactics.models import Tactic
from strategy.tactics.phrases import moved
from strategy.tactics.showing import (
    about,
    board,
    crumbs,
    cycle_of,
    found,
    held_open,
    plan_crumb,
    whole,
    words_of,
)

_ask = require_http_methods(["GET", "HEAD", "POST"])


# --- the board --------------------------------------------------------------------------------


@needs(Action.VIEW)
@_ask
def tactics(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show the board; who may edit adds a tactic, which begins with a name."""
    plan = get_object_or_404(Plan, pk=plan_id)
    if request.method != "POST":
        return _board(request, plan)
    if not request.member.can(Action.EDIT):
        raise PermissionDenied
    form = QuickForm(request.POST, auto_id="quick-%s")
    if form.is_valid():
        try:
            made = services.create_tactic(plan=plan, by=request.member, **form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            words = _("“%(tactic)s” is planned. Say whom it helps, and how.") % {"tactic": made}
            return _changed(request, plan, words, made, adding=True)
    return _board(request, plan, form, status=422)


def _board(
    request: MemberRequest, plan: Plan, bound: QuickForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = board(request, plan, bound)
    if in_page(request):
        response = render(request, "strategy/tactics/_board.html", context, status=status)
        return reswap(retarget(response, "#board"), "outerHTML")
    return render(request, "strategy/tactics/tactics.html", context, status=status)


def _changed(
    request: MemberRequest,
    plan: Plan,
    words: str,
    tactic: Tactic | None = None,
    *,
    adding: bool = False,
    quiet: bool = False,
) -> HttpResponse:
    """Answer an act: the board anew, and what happened in words, with the offer to undo it.

    `adding`: the next name is typed right away. `quiet`: nothing was to be done.
    """
    slug = request.member.workspace.slug
    if in_page(request):
        context = board(request, plan) | {"words": words, "quiet": quiet, "adding": adding}
        context["picked"] = tactic.pk if tactic and not adding else None
        context["undo_url"] = "" if quiet else reverse("undo-act", args=[slug, current_act()])
        response = render(request, "strategy/tactics/_changed.html", context)
        return reswap(retarget(response, "#board"), "outerHTML")
    if quiet:
        messages.info(request, words)
    else:
        say_done(request, words)
    look = f"?{request.GET.urlencode()}" if request.GET else ""
    place = reverse("tactics", args=[slug, plan.pk]) + look
    return redirect(f"{place}#tactic-{tactic.pk}" if tactic else place)


@needs(Action.EDIT)
@require_POST
def move(request: MemberRequest, tactic_id: int) -> HttpResponse:
    """Move a tactic a step, or into a state."""
    row = held_open(found(tactic_id))
    form = MoveForm(request.POST)
    living = list(row.cycle.tactics.filter(archived_at=None))
    place = form.place(row, living) if form.is_valid() and not row.archived_at else None
    if place is None:
        words = _("“%(tactic)s” cannot go further that way.") % {"tactic": row}
        return _changed(request, row.cycle.plan, words, row, quiet=True)
    state, position = place
    services.move_tactic(row, state=state, position=position, by=request.member)
    return _changed(request, row.cycle.plan, moved(row, state), row)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, tactic_id: int) -> HttpResponse:
    """Hide a tactic; the board brings it back."""
    row = held_open(found(tactic_id))
    services.archive_tactic(row, by=request.member)
    return _changed(request, row.cycle.plan, _("“%(tactic)s” is archived.") % {"tactic": row})


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, tactic_id: int) -> HttpResponse:
    """Show an archived tactic again."""
    row = held_open(found(tactic_id))
    services.restore_tactic(row, by=request.member)
    return _changed(request, row.cycle.plan, _("“%(tactic)s” is back.") % {"tactic": row}, row)


@needs(Action.VIEW)
@require_safe
def tactics_about(request: MemberRequest, ref: str) -> HttpResponse:
    """Show what is done about a thing, as a page or inside the thing's own."""
    context = about(request, ref)
    return render_page(request, "strategy/tactics/about.html", "list", context)


# --- the whole of one -------------------------------------------------------------------------


@needs(Action.EDIT)
@_ask
def new(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Plan a tactic; `touchpoint`, `goal`, `why` (Refs) and `reason` say what it begins with."""
    plan = get_object_or_404(Plan, pk=plan_id)
    return _new(request, plan, cycle_of(plan, request.member.workspace.today()))


@needs(Action.EDIT)
@_ask
def for_goal(request: MemberRequest, goal_id: int) -> HttpResponse:
    """Plan a tactic that serves a goal."""
    goal = get_object_or_404(Goal.objects.select_related("cycle__plan"), pk=goal_id)
    return _new(request, goal.cycle.plan, goal.cycle, goal)


def _new(
    request: MemberRequest, plan: Plan, cycle: Cycle | None, goal: Goal | None = None
) -> HttpResponse:
    slug = request.member.workspace.slug
    if cycle is None or cycle.closed_at is not None:
        messages.error(request, _("Tactics belong to a running cycle, and this plan has none."))
        return redirect("tactics", slug, plan.pk)
    named = words_of(_refs((request.POST or request.GET).getlist("why")), slug)
    choices = choices_in(cycle, named=named)
    sent = posted(request)
    form = TacticForm(sent, choices=choices, initial=_begin(request, goal))
    if sent is not None and form.is_valid():
        try:
            made = services.create_tactic(
                plan=plan, cycle=cycle, by=request.member, **cast("Any", form.said())
            )
        except ValidationError as error:
            form.take(error)
        else:
            say_done(request, _("“%(tactic)s” is planned. Now its steps.") % {"tactic": made})
            return redirect("tactic", slug, made.pk)
    context = {
        "plan": plan,
        "nav": "plan",
        "form": form,
        "names": choices.owners,
        "crumbs": [
            plan_crumb(request, plan),
            {"name": _("Tactics"), "url": reverse("tactics", args=[slug, plan.pk])},
            {"name": _("A new tactic")},
        ],
    }
    status = 422 if sent is not None else 200
    return render(request, "strategy/tactics/edit.html", context, status=status)


def _begin(request: MemberRequest, goal: Goal | None) -> dict[str, Any]:
    """Return what a new tactic begins with: what the address says, as far as it is on offer."""
    asked = request.GET
    goals = [goal.pk] if goal else _numbers(asked.getlist("goal"))
    words = {name: asked.get(name, "").strip() for name in ("name", "reason")}
    places = _numbers(asked.getlist("touchpoint"))
    return (
        {"goals": goals, "touchpoints": places}
        | words
        | {"why": [str(ref) for ref in _refs(asked.getlist("why"))]}
    )


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _refs(texts: list[str]) -> list[Ref]:
    """Read Refs; what names nothing a tactic may answer is left out."""
    refs = []
    for text in texts:
        try:
            ref = Ref.parse(text)
        except ValueError:
            continue
        if ref.kind in services.REASONS:
            refs.append(ref)
    return refs


@needs(Action.EDIT)
@_ask
def edit(request: MemberRequest, tactic_id: int) -> HttpResponse:
    """Change what is said of a tactic."""
    row = held_open(found(tactic_id))
    slug = request.member.workspace.slug
    named = words_of([one.about for one in row.reason_rows.all()], slug)
    choices = choices_in(row.cycle, named=named, tactic=row)
    sent = posted(request)
    shown = TacticForm.of(row, choices)
    form = TacticForm(sent, choices=choices, initial=shown.initial) if sent else shown
    context = {"plan": row.cycle.plan, "nav": "plan", "tactic": row, "names": choices.owners}
    context |= {"crumbs": crumbs(request, row), "form": form}
    if sent is not None and form.is_valid():
        try:
            services.change_tactic(
                row,
                by=request.member,
                expected_version=form.cleaned_data["version"],
                **cast("Any", form.said()),
            )
        except ValidationError as error:
            form.take(error)
        except Stale as stale:
            return both(
                request,
                form,
                stale,
                shown=lambda one: TacticForm.of(one, choices),
                context=context,
                back_url=row.page_in(slug),
            )
        else:
            now = Tactic.objects.get(pk=row.pk)
            say_done(request, _("“%(tactic)s” is kept.") % {"tactic": now})
            return redirect("tactic", slug, row.pk)
    status = 422 if sent is not None else 200
    return render(request, "strategy/tactics/edit.html", context, status=status)


@needs(Action.VIEW)
@require_safe
def tactic(request: MemberRequest, tactic_id: int) -> HttpResponse:
    """Show a tactic with its steps."""
    return render(request, "strategy/tactics/tactic.html", whole(request, found(tactic_id)))
