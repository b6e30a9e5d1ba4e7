"""Query parameters that several resources of this app share."""

from typing import Any

from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from cxplanner.base.problems import Problem
from cxplanner.base.refs import Ref


class About(BaseFilterBackend):
    """`?about=goal:12` leaves only what is about that thing."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        given = request.query_params.get("about")
        if given is None:
            return queryset
        try:
            about = Ref.parse(given)
        except ValueError as error:
            raise Problem(400, "about names a thing by its kind and id, as goal:12.") from error
        return queryset.filter(about_kind=about.kind, about_id=str(about.id))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        words = "Only what is about this thing: its kind and id, as goal:12."
        return [
            {"name": "about", "in": "query", "schema": {"type": "string"}, "description": words}
        ]
