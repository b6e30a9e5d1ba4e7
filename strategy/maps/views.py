"""A journey's map: shown whole, its steps added and moved, its cells written."""

from copy import copy
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.htmx import in_page
from cxplanner.base.merging import merged, posted
from cxplanner.base.versions import Stale
from strategy.journeys import cards, steps
from strategy.journeys.models import JourneyCard, JourneyStep
from strategy.journeys.selectors import pulse_at
from strategy.maps.forms import (
    CardForm,
    CardMoveForm,
    NewCardsForm,
    StepForm,
    StepMoveForm,
    with_own,
)
from strategy.maps.rows import found_card, found_journey, found_step, places_of
from strategy.maps.showing import (
    card_page,
    changed,
    drawn,
    in_both,
    lens_of,
    renewed,
    show_cell,
    step_page,
)
from strategy.touchpoints.models import Touchpoint

_ask = require_http_methods(["GET", "HEAD", "POST"])
# What is written in its place on the map, and the cell in which it stands.
FIELDS = {"name": "h{}", "stage": "h{}", "touchpoint": "c{}-touchpoint", "channel": "c{}-channel"}
FIELDS |= {"feeling": "c{}-feeling"}


@needs(Action.VIEW)
@require_safe
def journey(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Show the map of a journey, for one persona (`persona`) or with its future (`future`).

    With `seen`, what changed since on a map that is open: 204 for nothing.
    """
    is_looking = "seen" in request.GET and in_page(request)
    if is_looking and request.GET["seen"] == str(pulse_at(journey_id)):
        return HttpResponse(status=204)
    row = found_journey(journey_id)
    if is_looking:
        return renewed(request, row)
    return drawn(request, row, places=places_of(row))


@needs(Action.EDIT)
@require_POST
def add_step(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Put a step on a map: at the end, or before another (`before`)."""
    row = found_journey(journey_id)
    places = places_of(row)
    shown = ("name", "stage", "touchpoint")
    form = StepForm(request.POST, journey=row, places=places, only=shown, auto_id="new-%s")
    if form.is_valid():
        ids = list(steps.living_steps(row).values_list("pk", flat=True))
        before = request.POST.get("before", "")
        at = ids.index(int(before)) if before.isdigit() and int(before) in ids else None
        try:
            made = steps.add_step(
                journey=row, by=request.member, position=at, **cast("Any", form.said())
            )
        except ValidationError as error:
            form.take(error)
        else:
            words = _("“%(step)s” is on the map.") % {"step": made}
            return changed(request, row, words, added=made)
    return drawn(request, row, places=places, adding=form, status=422)


@needs(Action.VIEW)
@_ask
def step(request: MemberRequest, step_id: int) -> HttpResponse:
    """Show a step with all that is on it; who may edit changes it."""
    row = found_step(step_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    places, sent = places_of(row), posted(request)
    if sent is None:
        return step_page(request, row, StepForm.of(row, places))
    form = StepForm(
        sent, journey=row.journey, places=with_own(places, row), auto_id=f"s{row.pk}-%s"
    )
    answer = _keep(request, row, form, places)
    if answer is not None:
        return answer
    if not form.is_valid():
        return step_page(request, row, form, status=422)
    return step_page(request, found_step(step_id), None)


def _keep(
    request: MemberRequest,
    row: JourneyStep,
    form: StepForm,
    places: list[Touchpoint],
    *,
    only: tuple[str, ...] = (),
    seen: int | None = None,
) -> HttpResponse | None:
    """Save a form of a step; return the conflict to decide, None where it is kept or faulty.

    `seen`: the version it is kept over, where that is not the one the form was opened at.
    """
    if not form.is_valid():
        return None
    said, opened = cast("Any", form.said()), form.cleaned_data["version"]
    try:
        steps.change_step(row, by=request.member, expected_version=seen or opened, **said)
    except ValidationError as error:
        form.take(error)
    except Stale as stale:

        def shown(one: Any) -> StepForm:
            return StepForm.of(one, places, only=only)

        now = cast("JourneyStep", stale.row)
        if only and not merged(copy(form), now, shown=shown).open:
            return _keep(request, row, form, places, only=only, seen=now.version)
        return in_both(request, row.journey, form, stale, shown=shown)
    return None


@needs(Action.EDIT)
@_ask
def field(request: MemberRequest, step_id: int, name: str) -> HttpResponse:
    """Change one field of a step in its place on the map."""
    if name not in FIELDS:
        raise Http404
    row = found_step(step_id)
    places, sent = places_of(row), posted(request)
    only = (name,)
    if not in_page(request) and sent is None:
        return redirect("journey-step", request.member.workspace.slug, row.pk)
    if sent is None:
        form = StepForm.of(row, places, only=only)
    else:
        form = StepForm(
            sent,
            journey=row.journey,
            places=with_own(places, row),
            only=only,
            auto_id=f"s{row.pk}-%s",
        )
        conflict = _keep(request, row, form, places, only=only)
        if conflict is not None:
            return conflict
        if form.is_valid():
            journey = found_journey(row.journey_id)
            words = _("“%(step)s” is kept.") % {"step": found_step(step_id)}
            if name == "stage":
                return changed(request, journey, words, picked=f"n{row.pk}")
            cells = [FIELDS[name].format(row.pk)]
            if name == "touchpoint":
                cells += [f"c{row.pk}-score", f"c{row.pk}-answers"]
            return show_cell(request, journey, cells, words, picked=f"f{row.pk}-{name}")
    context = {
        "form": form,
        "field": form[name],
        "step": row,
        "post_url": reverse(
            "journey-step-field", args=[request.member.workspace.slug, row.pk, name]
        )
        + lens_of(request, row.journey).query,
        "about": row.ref,
        "stages": row.plan.stages,
        "channels": row.plan.channels,
    }
    return render(request, "strategy/maps/_field.html", context, status=422 if form.errors else 200)


@needs(Action.EDIT)
@require_POST
def move_step(request: MemberRequest, step_id: int) -> HttpResponse:
    """Move a step one place, or before another."""
    row = found_step(step_id)
    journey = found_journey(row.journey_id)
    form = StepMoveForm(request.POST)
    living = list(steps.living_steps(journey))
    place = form.place(row, living) if form.is_valid() and row in living else None
    if place is None:
        words = _("“%(step)s” cannot go further that way.") % {"step": row}
        return changed(request, journey, words, picked=f"n{row.pk}", quiet=True)
    position, stage = place
    steps.move_step(row, position=position, stage=stage, by=request.member)
    words = _("“%(step)s” moved.") % {"step": row}
    return changed(request, journey, words, picked=f"n{row.pk}")


@needs(Action.EDIT)
@require_POST
def archive_step(request: MemberRequest, step_id: int) -> HttpResponse:
    """Take a step off its map; the map brings it back."""
    row = found_step(step_id)
    steps.archive_step(row, by=request.member)
    words = _("“%(step)s” is off the map, with its cards.") % {"step": row}
    return changed(request, found_journey(row.journey_id), words)


@needs(Action.EDIT)
@require_POST
def restore_step(request: MemberRequest, step_id: int) -> HttpResponse:
    """Put an archived step back."""
    row = found_step(step_id)
    steps.restore_step(row, by=request.member)
    words = _("“%(step)s” is back on the map.") % {"step": row}
    return changed(request, found_journey(row.journey_id), words, picked=f"n{row.pk}")


# --- cards --------------------------------------------------------------------------------------


def _cell(card: JourneyCard) -> str:
    return f"c{card.step_id}-{card.lane}"


def _answers(card: JourneyCard) -> str:
    return f"c{card.step_id}-answers"


@needs(Action.EDIT)
@_ask
def add_cards(request: MemberRequest, step_id: int) -> HttpResponse:
    """Put cards into a cell of a step (`lane`), one for each line.

    On a map that is looked at as one persona they are of that one.
    """
    row = found_step(step_id)
    lens = lens_of(request, row.journey)
    lane = request.POST.get("lane") or request.GET.get("lane", "")
    form = NewCardsForm(request.POST or None, auto_id=f"add-{row.pk}-{lane}-%s")
    if form.is_bound and form.is_valid():
        try:
            made = cards.add_cards(
                step=row, lane=lane, texts=form.texts(), persona=lens.persona, by=request.member
            )
        except ValidationError as error:
            form.take(error)
        else:
            words = _("“%(card)s” is kept.") % {"card": made[-1] if made else row}
            journey = found_journey(row.journey_id)
            cell = f"c{row.pk}-{lane}"
            cells = [cell, f"c{row.pk}-answers"]
            return show_cell(request, journey, cells, words, picked=f"add-{row.pk}-{lane}")
    if not in_page(request):
        return step_page(request, row, StepForm.of(row, places_of(row)), unkept=(lane, form))
    # The words for each lane are kept by themselves, however the map is looked at.
    path = reverse("journey-step-cards", args=[request.member.workspace.slug, row.pk])
    draft = f"{path}?{urlencode({'lane': lane})}"
    post_url = draft + lens.query.replace("?", "&")
    context = {"form": form, "field": form["text"], "post_url": post_url, "step": row}
    context["draft"] = draft
    return render(request, "strategy/maps/_field.html", context, status=422 if form.errors else 200)


@needs(Action.VIEW)
@_ask
def card(request: MemberRequest, card_id: int) -> HttpResponse:
    """Show a card; who may edit changes it, on its page or in its place on the map."""
    row = found_card(card_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    people = list(row.step.plan.personas.filter(archived_at=None))
    in_cell, sent = in_page(request), posted(request)
    if sent is None:
        return card_page(request, row, CardForm.of(row, people, in_cell=in_cell))
    form = CardForm(sent, people=people, in_cell="persona" not in sent, auto_id=f"k{row.pk}-%s")
    if not form.is_valid():
        return card_page(request, row, form, status=422)
    try:
        conflict = _keep_card(request, row, form, seen=form.cleaned_data["version"])
    except ValidationError as error:
        form.take(error)
        return card_page(request, row, form, status=422)
    if conflict is not None:
        return conflict
    row = found_card(card_id)
    words = _("“%(card)s” is kept.") % {"card": row}
    if row.archived_at is not None:
        words = _("“%(card)s” is kept, and off the map: somebody took it off.") % {"card": row}
    if in_page(request):
        journey = found_journey(row.step.journey_id)
        return show_cell(request, journey, [_cell(row)], words, picked=f"k{row.pk}")
    say_done(request, words)
    return redirect("journey-card", request.member.workspace.slug, row.pk)


def _keep_card(
    request: MemberRequest, row: JourneyCard, form: CardForm, *, seen: int | None
) -> HttpResponse | None:
    """Save a valid form of a card; return the conflict to decide, None where it is kept.

    Raises ValidationError.
    """

    def shown(one: Any) -> CardForm:
        in_cell = "persona" not in form.fields
        return CardForm.of(one, list(form.people.values()), in_cell=in_cell)

    said = cast("Any", form.said())
    try:
        cards.change_card(row, by=request.member, expected_version=seen, **said)
    except Stale as stale:
        now = cast("JourneyCard", stale.row)
        if not merged(copy(form), now, shown=shown).open and in_page(request):
            return _keep_card(request, row, form, seen=now.version)
        return in_both(request, row.step.journey, form, stale, shown=shown)
    return None


@needs(Action.EDIT)
@require_POST
def move_card(request: MemberRequest, card_id: int) -> HttpResponse:
    """Move a card up or down its cell, to the step beside, or into a cell."""
    row = found_card(card_id)
    journey = found_journey(row.step.journey_id)
    living = list(steps.living_steps(journey))
    there = list(
        JourneyCard.objects.filter(step__in=living, archived_at=None).order_by("position", "pk")
    )
    form = CardMoveForm(request.POST)
    place = form.place(row, living, there) if form.is_valid() and row in there else None
    if place is None:
        words = _("“%(card)s” cannot go further that way.") % {"card": row}
        return show_cell(request, journey, [], words, picked=f"k{row.pk}", quiet=True)
    to, lane, at = place
    try:
        cards.move_card(row, step=to, lane=lane, position=at, by=request.member)
    except ValidationError as error:
        words = " ".join(error.messages)
        return show_cell(request, journey, [], words, picked=f"k{row.pk}", quiet=True)
    named = {"card": row, "step": to}
    words = _("“%(card)s” stands at “%(step)s”.") % named
    cells = [_cell(row), f"c{to.pk}-{lane}", "curve" if "truths" in (lane, row.lane) else ""]
    cells += [_answers(row), f"c{to.pk}-answers"]
    return show_cell(request, journey, cells, words, picked=f"k{row.pk}")


@needs(Action.EDIT)
@require_POST
def archive_card(request: MemberRequest, card_id: int) -> HttpResponse:
    """Take a card off its map; its page brings it back."""
    row = found_card(card_id)
    cards.archive_card(row, by=request.member)
    words = _("“%(card)s” is off the map.") % {"card": row}
    journey = found_journey(row.step.journey_id)
    picked = f"add-{row.step_id}-{row.lane}"
    return show_cell(request, journey, [_cell(row), _answers(row)], words, picked=picked)


@needs(Action.EDIT)
@require_POST
def restore_card(request: MemberRequest, card_id: int) -> HttpResponse:
    """Put an archived card back on its map."""
    row = found_card(card_id)
    cards.restore_card(row, by=request.member)
    words = _("“%(card)s” is back on the map.") % {"card": row}
    journey = found_journey(row.step.journey_id)
    return show_cell(request, journey, [_cell(row), _answers(row)], words, picked=f"k{row.pk}")
