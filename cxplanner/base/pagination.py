"""Cursor pagination: a list stays right while rows arrive."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor as Position
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from cxplanner.base.problems import Problem

BAD_CURSOR = "The cursor is not one of ours. Follow `next` and `previous` as they are."


class Cursor(CursorPagination):
    """Pages of `results` with whole addresses of the `next` and the `previous` page."""

    ordering = "id"
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except ValueError as error:  # a position that no row of this list can have
            raise Problem(400, BAD_CURSOR) from error

    def decode_cursor(self, request: Request) -> Position | None:
        given = request.query_params.get(self.cursor_query_param)
        if given is None:
            return None
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            raise Problem(400, BAD_CURSOR) from error

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return (getattr(view, "ordering", self.ordering),)

    def get_page_size(self, request: Request) -> int | None:
        given = request.query_params.get("page_size")
        if given is None:
            return self.page_size
        if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given)):
            raise Problem(400, f"page_size is a number from 1 to {self.max_page_size}.")
        return min(int(given), self.max_page_size)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": address,
                "previous": address,
            },
        }
