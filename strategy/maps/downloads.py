"""The page's answer to "Export": the map as a file, or why it cannot be one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from strategy.maps.exporting import exported, wanted
from strategy.maps.printing import TooManyPixels
from strategy.maps.rows import found_journey


@needs(Action.VIEW)
@require_safe
def export(request: MemberRequest, journey_id: int, form: str) -> HttpResponse:
    """Send a map as SVG, PNG or PDF; the query says for whom, and with how much of its future."""
    row = found_journey(journey_id)
    ask = wanted(row, request.GET)
    try:
        return exported(ask, form, member=request.member)
    except TooManyPixels as error:
        context = {"words": str(error), "url": row.page_in(request.member.workspace.slug)}
        return render(request, "strategy/maps/too_large.html", context, status=409)
