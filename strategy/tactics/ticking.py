"""The steps of a tactic on its page: added, ticked off, changed, moved, taken off."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.members.work import names_in_use
from cxplanner.accounts.roles import Action
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.tactics import steps as services
from strategy.tactics.forms import StepForm, StepMoveForm, place_of
from strategy.tactics.models import Tactic, TacticStep
from strategy.tactics.selectors import steps_of
from strategy.tactics.showing import crumbs, found, held_open, steps, whole


@needs(Action.EDIT)
@require_POST
def add(request: MemberRequest, tactic_id: int) -> HttpResponse:
    """Put a step behind a tactic's others."""
    row = held_open(found(tactic_id))
    form = StepForm(request.POST, members=people_by_label(), auto_id="add-%s")
    if form.is_valid():
        try:
            added = services.add_step(tactic=row, by=request.member, **cast("Any", form.said()))
        except ValidationError as error:
            form.take(error)
        else:
            return _answer(request, row, _("“%(step)s” is added.") % {"step": added}, adding=True)
    return _refused(request, row, adding=form)


def _answer(
    request: MemberRequest,
    row: Tactic,
    words: str,
    step: TacticStep | None = None,
    *,
    adding: bool = False,
    quiet: bool = False,
) -> HttpResponse:
    """Answer an act on a step: the list anew, and what happened, with the offer to undo it."""
    slug = request.member.workspace.slug
    if in_page(request):
        context = steps(request, row) | {"words": words, "quiet": quiet, "focus_adding": adding}
        context["picked"] = step.pk if step else None
        context["undo_url"] = "" if quiet else reverse("undo-act", args=[slug, current_act()])
        response = render(request, "strategy/tactics/_steps_changed.html", context)
        return reswap(retarget(response, "#steps"), "outerHTML")
    if quiet:
        messages.info(request, words)
    else:
        say_done(request, words)
    return redirect(reverse("tactic", args=[slug, row.pk]) + "#steps")


def _refused(
    request: MemberRequest,
    row: Tactic,
    adding: StepForm | None = None,
    changing: Mapping[int, StepForm] | None = None,
) -> HttpResponse:
    if in_page(request):
        context = steps(request, row, adding, changing)
        response = render(request, "strategy/tactics/_steps.html", context, status=422)
        return reswap(retarget(response, "#steps"), "outerHTML")
    context = whole(request, row, adding, changing)
    return render(request, "strategy/tactics/tactic.html", context, status=422)


@needs(Action.EDIT)
@require_POST
def step(request: MemberRequest, step_id: int) -> HttpResponse:
    """Change a step, or tick it off (`done`: 1 or 0)."""
    row = _step(step_id)
    if "done" in request.POST:
        is_done = request.POST["done"] == "1"
        services.change_step(row, done=is_done, by=request.member)
        words = _("“%(step)s” is done.") if is_done else _("“%(step)s” is open again.")
        return _answer(request, row.tactic, words % {"step": row}, row)
    sent = posted(request)
    members = people_by_label()
    shown = StepForm.of(row, members)
    form = StepForm(sent, members=members, initial=shown.initial, auto_id=f"step{row.pk}-%s")
    if form.is_valid():
        try:
            services.change_step(
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
                shown=lambda one: StepForm.of(one, members),
                context={
                    "plan": row.tactic.cycle.plan,
                    "nav": "plan",
                    "crumbs": crumbs(request, row.tactic),
                    "names": [*members, *names_in_use()],
                },
                back_url=row.tactic.page_in(request.member.workspace.slug),
            )
        else:
            now = TacticStep.objects.get(pk=row.pk)
            return _answer(request, row.tactic, _("“%(step)s” is kept.") % {"step": now}, row)
    return _refused(request, row.tactic, changing={row.pk: form})


@needs(Action.EDIT)
@require_POST
def move_step(request: MemberRequest, step_id: int) -> HttpResponse:
    """Move a step up or down, or before another."""
    row = _step(step_id)
    form = StepMoveForm(request.POST)
    is_there = form.is_valid() and row.archived_at is None
    position = place_of(form, row, steps_of(row.tactic)) if is_there else None
    if position is None:
        words = _("“%(step)s” cannot go further that way.") % {"step": row}
        return _answer(request, row.tactic, words, row, quiet=True)
    services.move_step(row, position=position, by=request.member)
    return _answer(request, row.tactic, _("“%(step)s” moved.") % {"step": row}, row)


@needs(Action.EDIT)
@require_POST
def archive_step(request: MemberRequest, step_id: int) -> HttpResponse:
    """Take a step off its tactic; undo brings it back."""
    row = _step(step_id)
    services.archive_step(row, by=request.member)
    return _answer(request, row.tactic, _("“%(step)s” is taken off.") % {"step": row})


def _step(step_id: int) -> TacticStep:
    rows = TacticStep.objects.select_related("tactic__cycle__plan__workspace")
    row = get_object_or_404(rows, pk=step_id)
    held_open(row.tactic)
    return row
