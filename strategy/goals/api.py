"""`goals/`, and below each its `progress/` and `checkins/`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, READ, member_of
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.resources import Creates, Reads, Resource, Rows
from cxplanner.accounts.roles import Action
from cxplanner.base.tenancy import current_workspace_id
from strategy.goals import services
from strategy.goals.models import CheckIn, Goal, ProgressPoint
from strategy.goals.selectors import where_they_stand
from strategy.goals.serializers import (
    CheckInSerializer,
    GoalPlaceSerializer,
    GoalSerializer,
    PointSerializer,
    SpanSerializer,
)


class Goals(Resource):
    """Goals of cycles, with where they stand today.

    The ETag is the edit version alone: an answer that moves a figure never fails an If-Match.
    """

    queryset = Goal.objects.select_related("cycle", "metric", "state")
    serializer_class = GoalSerializer
    actions_by_method = EDIT
    filters = {
        "plan": "cycle__plan",
        "cycle": "cycle",
        "parent": "parent",
        "metric": "metric",
        "touchpoint": "touchpoint",
        "owner": "owner",
    }
    create_with = staticmethod(services.create_goal)
    change_with = staticmethod(services.change_goal)
    remove_with = staticmethod(services.archive_goal)

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        workspace = Workspace.objects.get(pk=current_workspace_id())
        found = where_they_stand(rows, workspace=workspace)
        for row in rows:
            row.where = found[row.pk]
        return rows

    @extend_schema(request=None, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived goal again, with the sub-goals archived together with it."""
        row = self.found(archived=True)
        return self.shown(services.restore_goal(row, by=member_of(request)))

    @extend_schema(request=GoalPlaceSerializer, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Hang the goal with its branch elsewhere in the tree."""
        return self._with(request, GoalPlaceSerializer, services.move_goal)

    @extend_schema(request=SpanSerializer, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def baseline(self, request: Request, **where: Any) -> Response:
        """Take the baseline from the metric's last days, with its n and its error."""
        return self._with(request, SpanSerializer, services.take_baseline)

    def _with(self, request: Request, body_of: type[Any], service: Any) -> Response:
        goal = self.found()
        wanted = self.version_wanted(request, goal)
        body = body_of(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        return self.shown(service(goal, by=by, expected_version=wanted, **body.validated_data))


class CheckIns(Reads, Creates):
    """What people say of a goal, the newest first."""

    queryset = CheckIn.objects.all()
    serializer_class = CheckInSerializer
    actions_by_method = {**READ, "POST": Action.COMMENT}
    under = "goal"
    ordering = "-id"
    create_with = staticmethod(services.check_in)


class Points(Rows):
    """Where a goal stood at the close of each day, the oldest first."""

    queryset = ProgressPoint.objects.all()
    serializer_class = PointSerializer
    actions_by_method = READ
    under = "goal"
    ordering = "day"
