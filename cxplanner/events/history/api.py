"""`history/` below every resource whose history is kept, and `undo/`."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, READ, WorkspaceAPI, member_of
from cxplanner.accounts.resources import Rows
from cxplanner.accounts.roles import Action
from cxplanner.accounts.tokens import caller_of
from cxplanner.base.history import current_act, versions_of
from cxplanner.base.problems import Problem
from cxplanner.events.history import services
from cxplanner.events.history.kept import Kept
from cxplanner.events.history.selectors import closings, last_act
from cxplanner.events.history.serializers import (
    EntrySerializer,
    UndoneSerializer,
    UndoSerializer,
)
from cxplanner.events.history.telling import entries_of


class History(Rows):
    """What acts did to one thing, the newest first; any version can be brought back."""

    kept: ClassVar[Kept]
    serializer_class = EntrySerializer
    actions_by_method = {**READ, "POST": Action.EDIT}
    ordering = "-pgh_id"
    # An archived thing's versions are shown like any other's.
    filter_backends = []

    def above(self) -> Any:
        model: Any = self.kept.model
        return get_object_or_404(model.objects.all(), pk=self.kwargs[self.kept.kind])

    def get_queryset(self) -> Any:
        return closings(self.kept, self.above().pk)

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        return entries_of(self.kept, self.above(), rows)

    @extend_schema(request=None, responses=EntrySerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: int, **where: Any) -> Response:
        """Make the thing what it was at this version, as one more edit."""
        row = self.above()
        wanted = self.version_wanted(request, row)
        try:
            row = services.restore(
                self.kept, row, pk, by=member_of(request), expected_version=wanted
            )
        except services.NoSuchVersion as error:
            raise Http404 from error
        [newest] = entries_of(self.kept, row, closings(self.kept, row.pk)[:1])
        return Response(self.get_serializer(newest).data, headers={"ETag": row.etag})


def history_of(kept: Kept) -> type[History]:
    """Make the resource that shows and restores the versions of one kind of thing."""
    own = {"kept": kept, "queryset": versions_of(kept.model), "__doc__": History.__doc__}
    return type(f"{kept.model.__name__}History", (History,), own)


class Undo(WorkspaceAPI):
    """Takes an act of the caller back, all rows of it, while nobody changed them since."""

    actions_by_method = {"POST": EDIT["POST"]}

    @extend_schema(request=UndoSerializer, responses=UndoneSerializer)
    def post(self, request: Request) -> Response:
        body = UndoSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        member = member_of(request)
        act = body.validated_data.get("act") or last_act(
            member, token_id=caller_of(request).token_id
        )
        if act is None:
            raise Problem(409, "There is nothing of this token to take back.")
        try:
            undone = services.undo(act, by=member)
        except services.NoSuchAct as error:
            raise Http404 from error
        rows = [
            {"kind": kept.kind, "id": one.thing.pk, "version": _version(one.row)}
            for kept, one in undone.returned
            if kept.path
        ]
        told = {"act": current_act(), "undone": act, "what": undone.what, "rows": rows}
        return Response(UndoneSerializer(told).data)


def _version(row: Any) -> int | None:
    return None if row is None else int(row.version)
