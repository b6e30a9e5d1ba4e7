"""Lanes moved and hidden on the map itself."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from strategy.journeys import services
from strategy.journeys.lanes import lanes_of
from strategy.maps.forms import LaneMoveForm
from strategy.maps.rows import found_journey
from strategy.maps.showing import changed


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
