"""`touchpoints/` and `audits/`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.narrowing import one_of, word
from cxplanner.accounts.resources import Resource
from cxplanner.base.tenancy import current_workspace_id
from strategy.touchpoints import services
from strategy.touchpoints.bands import Agreement
from strategy.touchpoints.comparing import compared
from strategy.touchpoints.lens import APART, graded
from strategy.touchpoints.models import FOUND, Audit, Touchpoint
from strategy.touchpoints.serializers import (
    AuditSerializer,
    TouchpointPlaceSerializer,
    TouchpointSerializer,
)

UNGRADED = "none"


def _as_customers_say(rows: Any, wanted: str) -> Any:
    """Keep those whose score stands so beside their grade: no query knows, so it is reckoned."""
    kept = ("higher", "lower") if wanted == APART else (wanted,)
    today = Workspace.objects.get(pk=current_workspace_id()).today()
    beside = compared(rows, today=today)
    return rows.filter(
        pk__in=[
            one.touchpoint.pk for one in beside if one.verdict and one.verdict.agreement in kept
        ]
    )


def _of_grade(rows: Any, grade: str) -> Any:
    return graded(rows, None if grade == UNGRADED else grade)


class Touchpoints(Resource):
    """Touchpoints of plans."""

    queryset = Touchpoint.objects.all()
    serializer_class = TouchpointSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan", "owner": "owner"}
    narrows = {
        "stage": word("stage", "Only of this stage, as the plan writes it; empty: of none."),
        "channel": word("channel", "Only over this channel, as the plan writes it; empty: none."),
        "place": one_of(Touchpoint.Place.values, "Only of this kind of place.", "place"),
        "outcome": one_of(Touchpoint.Outcome.values, "Only of this typical outcome.", "outcome"),
        "grade": one_of(
            [*Audit.Grade.values, UNGRADED],
            "Only those whose newest grade it is; none: not graded yet.",
            _of_grade,
        ),
    }
    narrows["agreement"] = one_of(
        [*Agreement, APART],
        "Only those of which customers say this beside the grade; apart: higher or lower.",
        _as_customers_say,
    )
    searched = ("name", "owner_name", *FOUND)
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
        wanted = self.version_wanted(request, touchpoint)
        body = TouchpointPlaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        return self.shown(
            services.move_touchpoint(
                touchpoint, by=by, expected_version=wanted, **body.validated_data
            )
        )


class Audits(Resource):
    """Grades of touchpoints, each of a day. A new one leaves those before as they are."""

    queryset = Audit.objects.select_related("touchpoint")
    serializer_class = AuditSerializer
    actions_by_method = EDIT
    filters = {"touchpoint": "touchpoint", "plan": "touchpoint__plan"}
    narrows = {"grade": one_of(Audit.Grade.values, "Only of this grade.", "grade")}
    searched = ("note", *FOUND)
    create_with = staticmethod(services.create_audit)
    change_with = staticmethod(services.change_audit)
    remove_with = staticmethod(services.archive_audit)

    @extend_schema(request=None, responses=AuditSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Count an archived audit again."""
        row = self.found(archived=True)
        return self.shown(services.restore_audit(row, by=member_of(request)))
