"""Resource: list, read, create, change and archive rows over REST, all through services."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cxplanner.accounts.api import WorkspaceAPI, expected_version, member_of
from cxplanner.accounts.narrowing import Declared, Narrowing
from cxplanner.accounts.serializers import scoped
from cxplanner.base.versions import Stale

Service = Callable[..., Any]


class Rows(WorkspaceAPI, GenericViewSet[Any]):
    """Reads rows of one model: `list` and `retrieve`.

    `filters` maps query parameters to lookups of ids, `narrows` others to what they do; `search`
    looks into the columns `searched`. `under` names the reference to the thing whose id stands
    before in the path (`goals/{goal}/checkins/`: "goal"); one of another workspace is 404.
    """

    queryset: Any = None
    filters: ClassVar[dict[str, str]] = {}
    narrows: ClassVar[dict[str, Narrowing]] = {}
    searched: ClassVar[tuple[str, ...]] = ()
    ordering: ClassVar[str] = "id"
    under: ClassVar[str | None] = None
    filter_backends = [Declared]
    lookup_value_converter = "int"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.under is None else rows.filter(**{self.under: self.above()})

    def above(self) -> Any:
        """Return the thing that the path names before this resource, or 404."""
        name = str(self.under)
        field = self.queryset.model._meta.get_field(name)
        return get_object_or_404(scoped(field.related_model), pk=self.kwargs[name])

    def found(self, *, archived: bool = False) -> Any:
        """Return the row that the path names, or 404."""
        rows = self.get_queryset() if archived else self.filter_queryset(self.get_queryset())
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Give rows what their serializer shows beside the columns, in few queries for all."""
        return rows

    def shown(self, row: Any, status_code: int = 200) -> Response:
        """Answer one row, with its edit version as ETag where it has one."""
        [row] = self.present([row])
        headers = {"ETag": row.etag} if hasattr(row, "etag") else {}
        return Response(self.get_serializer(row).data, status=status_code, headers=headers)

    def taken(self, request: Request, row: Any = None, *, partial: bool = False) -> dict[str, Any]:
        """Return the fields of the body, checked."""
        body = self.get_serializer(row, data=request.data, partial=partial)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def version_wanted(self, request: Request, row: Any) -> int | None:
        return expected_version(request, row)

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Stale):
            # Read anew: what the service held lacks what is shown beside its columns.
            rows = self.get_queryset().filter(pk=self.kwargs.get("pk"))
            if isinstance(exc.row, self.queryset.model):
                for row in self.present(list(rows)):
                    exc.current = self.get_serializer(row).data
        return super().handle_exception(exc)

    def list(self, request: Request, **where: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(self.present(page), many=True).data)


class Reads(Rows):
    """Rows that can be read one by one too."""

    def retrieve(self, request: Request, **where: Any) -> Response:
        return self.shown(self.found())


class Creates(Rows):
    """`create_with(by=member, **fields)` makes a row; below `under` it gets that thing first."""

    create_with: ClassVar[Service]

    def create(self, request: Request, **where: Any) -> Response:
        above = [] if self.under is None else [self.above()]
        row = self.create_with(*above, by=member_of(request), **self.taken(request))
        return self.shown(row, status.HTTP_201_CREATED)


class Changes(Rows):
    """`change_with(row, by=member, expected_version=…, **fields)` changes a row."""

    change_with: ClassVar[Service]

    def update(self, request: Request, **where: Any) -> Response:
        return self._change(request, partial=False)

    def partial_update(self, request: Request, **where: Any) -> Response:
        return self._change(request, partial=True)

    def _change(self, request: Request, *, partial: bool) -> Response:
        row = self.found()
        wanted = self.version_wanted(request, row)
        fields = self.taken(request, row, partial=partial)
        changed = self.change_with(row, by=member_of(request), expected_version=wanted, **fields)
        return self.shown(changed)


class Removes(Rows):
    """`remove_with(row, by=member, expected_version=…)` archives a row (DELETE)."""

    remove_with: ClassVar[Service]

    def destroy(self, request: Request, **where: Any) -> Response:
        row = self.found()
        wanted = self.version_wanted(request, row)
        self.remove_with(row, by=member_of(request), expected_version=wanted)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Resource(Reads, Creates, Changes, Removes):
    """All five verbs. Services are named as `create_with = staticmethod(create_goal)`."""
