"""`touchpoints/` and `audits/`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.resources import Resource
from cxplanner.base.tenancy import current_workspace_id
from strategy.touchpoints import services
from strategy.touchpoints.comparing import compared
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.serializers import (
    AuditSerializer,
    PlaceSerializer,
    TouchpointSerializer,
)


class Touchpoints(Resource):
    """Touchpoints of plans."""

    queryset = Touchpoint.objects.all()
    serializer_class = TouchpointSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
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

    @extend_schema(request=PlaceSerializer, responses=TouchpointSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the touchpoint at another place among its plan's."""
        touchpoint = self.found()
        body = PlaceSerializer(data=request.data)
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
