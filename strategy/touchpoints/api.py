"""`touchpoints/` and `audits/`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.resources import Declared, Resource
from cxplanner.base.problems import Problem
from cxplanner.base.tenancy import current_workspace_id
from strategy.touchpoints import services
from strategy.touchpoints.comparing import compared
from strategy.touchpoints.lens import graded
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.serializers import (
    AuditSerializer,
    TouchpointPlaceSerializer,
    TouchpointSerializer,
)

UNGRADED = "none"


class Narrowed(Declared):
    """Narrows touchpoints by their stage, their channel and their newest grade, too."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        rows = super().filter_queryset(request, queryset, view)
        for name in ("stage", "channel"):
            given = request.query_params.get(name)
            if given is not None:
                rows = rows.filter(**{name: given.replace("\x00", "")})
        grade = request.query_params.get("grade")
        if grade is None:
            return rows
        if grade not in (*Audit.Grade.values, UNGRADED):
            raise Problem(400, f"grade is one of {', '.join(Audit.Grade.values)} or {UNGRADED}.")
        return graded(rows, None if grade == UNGRADED else grade)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        word: dict[str, Any] = {"type": "string"}
        grades = {"type": "string", "enum": [*Audit.Grade.values, UNGRADED]}
        more = [
            ("stage", word, "Only of this stage, as the plan writes it; empty: of none."),
            ("channel", word, "Only over this channel, as the plan writes it; empty: over none."),
            ("grade", grades, "Only those whose newest grade it is; none: not graded yet."),
        ]
        return super().get_schema_operation_parameters(view) + [
            {"name": name, "in": "query", "schema": schema, "description": words}
            for name, schema, words in more
        ]


class Touchpoints(Resource):
    """Touchpoints of plans."""

    queryset = Touchpoint.objects.all()
    serializer_class = TouchpointSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    filter_backends = [Narrowed]
    create_with = staticmethod(services.create_touchpoint)
    change_with = staticmethod(services.change_touchpoint)
    remove_with = staticmethod(services.archive_touchpoint)

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Put the newest audit and the score beside touchpoints; seven queries."""
        today = Workspace.objects.get(pk=current_workspace_id()).today()
        for row, beside in zip(rows, compared(rows, today=today), strict=True):
            row.beside = beside
        return rows

    @extend_schema(request=None, responses=TouchpointSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived touchpoint again."""
        row = self.found(archived=True)
        return self.shown(services.restore_touchpoint(row, by=member_of(request)))

    @extend_schema(request=TouchpointPlaceSerializer, responses=TouchpointSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the touchpoint at another place among its plan's."""
        touchpoint = self.found()
        body = TouchpointPlaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        moved = services.move_touchpoint(touchpoint, by=member_of(request), **body.validated_data)
        return self.shown(moved)


class Audits(Resource):
    """Grades of touchpoints, each of a day. A new one leaves those before as they are."""

    queryset = Audit.objects.select_related("touchpoint")
    serializer_class = AuditSerializer
    actions_by_method = EDIT
    filters = {"touchpoint": "touchpoint", "plan": "touchpoint__plan"}
    create_with = staticmethod(services.create_audit)
    change_with = staticmethod(services.change_audit)
    remove_with = staticmethod(services.archive_audit)

    @extend_schema(request=None, responses=AuditSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Count an archived audit again."""
        row = self.found(archived=True)
        return self.shown(services.restore_audit(row, by=member_of(request)))
