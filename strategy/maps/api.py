"""`journeys/{id}/map.svg`, `map.png` and `map.pdf`."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from cxplanner.accounts.api import READ, member_of
from cxplanner.accounts.narrowing import yes_or_no
from cxplanner.accounts.resources import Rows
from cxplanner.base.problems import Problem
from strategy.journeys.models import Journey
from strategy.journeys.serializers import JourneySerializer
from strategy.maps.exporting import FORMS, exported, wanted

_VERSIONS = ["current", "future"]
_ASKS = [
    OpenApiParameter("persona", int, description="Only what is for this persona of the journey."),
    OpenApiParameter("version", enum=_VERSIONS, description="How it is, or how it shall be."),
    OpenApiParameter("overlay", bool, description="Draw the future over how it is."),
]


def _asked(request: Request) -> dict[str, str]:
    """Read which map is asked for; what names none is refused rather than not found."""
    given = request.query_params
    version, persona = given.get("version", "current"), given.get("persona", "")
    if version not in _VERSIONS:
        raise Problem(400, f"version is one of {', '.join(_VERSIONS)}.")
    if not (persona == "" or (persona.isascii() and persona.isdigit())):
        raise Problem(400, "persona is the id of a thing: a whole number.")
    over = "overlay" in given and yes_or_no("overlay", given["overlay"])
    return {"version": version, "persona": persona, "overlay": "true" if over else ""}


class _File(BaseRenderer):
    """Lets a caller ask for the media type by name; the view sends the file itself."""

    def render(self, data: Any, *where: Any, **more: Any) -> Any:
        return data


def _sends(form: str) -> Any:
    """Make the view that sends maps in one form."""

    class Sent(_File):
        media_type = FORMS[form]
        format = form
        charset = None

    class MapFile(Rows):
        queryset = Journey.objects.select_related("plan__workspace").prefetch_related("personas")
        serializer_class = JourneySerializer
        renderer_classes = [JSONRenderer, Sent]
        actions_by_method = READ
        file_form = form

        @extend_schema(
            operation_id=f"journeys_map_{form}",
            parameters=_ASKS,
            responses={(200, FORMS[form]): OpenApiResponse(bytes, "The map as a file.")},
        )
        def retrieve(self, request: Request, **where: Any) -> HttpResponse:
            """Send the map of a journey as a file."""
            ask = wanted(self.found(), _asked(request))
            return exported(ask, self.file_form, member=member_of(request))

    return MapFile.as_view({"get": "retrieve"})


map_svg, map_png, map_pdf = map(_sends, FORMS)
