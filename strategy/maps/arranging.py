"""Lanes moved and hidden on the map itself, and its curve bent."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from strategy.journeys import services, steps
from strategy.journeys.lanes import lanes_of
from strategy.journeys.models import GLADDEST, SADDEST
from strategy.maps.forms import LaneMoveForm
from strategy.maps.rows import found_journey
from strategy.maps.selectors import feeling_of
from strategy.maps.showing import changed, lens_of, show_cell
from strategy.maps.words import MOODS


@needs(Action.EDIT)
@require_POST
def move_lane(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Move a lane one place, or before another, or hide it."""
    row = found_journey(journey_id)
    form, lanes = LaneMoveForm(request.POST), lanes_of(row.lanes)
    place = form.place(lanes) if form.is_valid() else None
    key = form.cleaned_data.get("key", "")
    named = {"lane": next((one.name for one in lanes if one.key == key), key)}
    picked = f"l-{key}"
    try:
        if form.is_valid() and form.cleaned_data["to"] == "away":
            services.arrange_lane(row, key=key, act="hide", by=request.member)
            words = _("“%(lane)s” is hidden; Arrange shows it again.") % named
            return changed(request, found_journey(journey_id), words)
        if place is None:
            words = _("“%(lane)s” cannot go further that way.") % named
            return changed(request, row, words, picked=picked, quiet=True)
        services.move_lane(row, key=key, before=place, by=request.member)
    except ValidationError as error:
        words = " ".join(error.messages)
        return changed(request, row, words, picked=picked, quiet=True)
    words = _("“%(lane)s” moved.") % named
    return changed(request, found_journey(journey_id), words, picked=picked)


@needs(Action.EDIT)
@require_POST
def feel(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Bend the curve at one step by one level: `up` or `down` names the step.

    On a map that is looked at as one persona it is that persona's curve.
    """
    row = found_journey(journey_id)
    way = "up" if "up" in request.POST else "down"
    said = request.POST.get(way, "")
    asked = int(said) if said.isdecimal() else 0
    step = row.steps.filter(pk=asked, archived_at=None).first()
    if step is None:
        raise Http404
    persona = lens_of(request, row).persona
    felt = (feeling_of(step, persona) or 0) + (1 if way == "up" else -1)
    felt = min(max(felt, SADDEST), GLADDEST)
    steps.set_feeling(step, emotion=felt, persona=persona, by=request.member)
    named = {"step": step, "mood": MOODS[felt], "persona": persona}
    words = _("At “%(step)s”: %(mood)s.") % named
    if persona is not None:
        words = _("%(persona)s at “%(step)s”: %(mood)s.") % named
    cells = ["curve", f"c{step.pk}-feeling", f"c{step.pk}-score"]
    return show_cell(request, row, cells, words, picked=f"{way}-{step.pk}")
