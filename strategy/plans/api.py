"""`plans/` and `cycles/`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.resources import Changes, Creates, Reads, Resource
from cxplanner.accounts.roles import Action
from cxplanner.base.deletion import what_goes
from strategy.plans import services
from strategy.plans.models import Cycle, Plan
from strategy.plans.serializers import (
    CycleSerializer,
    GoneSerializer,
    NewPlanSerializer,
    PlanSerializer,
)

OWNERS_ONLY = {"GET": Action.MANAGE, "HEAD": Action.MANAGE, "POST": Action.MANAGE}


class Plans(Resource):
    """Plans of the workspace. Making one makes its first cycle."""

    queryset = Plan.objects.all()
    serializer_class = PlanSerializer
    actions_by_method = EDIT
    create_with = staticmethod(services.create_plan)
    change_with = staticmethod(services.change_plan)
    remove_with = staticmethod(services.archive_plan)

    def get_serializer_class(self) -> type[PlanSerializer]:
        return NewPlanSerializer if self.action == "create" else PlanSerializer

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived plan again."""
        return self.shown(services.restore_plan(self.found(archived=True), by=member_of(request)))

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, **where: Any) -> Response:
        """Hand the plan to its reviewers."""
        return self.shown(services.ask_review(self.found(), by=member_of(request)))

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"], actions_by_method={"POST": Action.APPROVE})
    def approve(self, request: Request, **where: Any) -> Response:
        """Approve the plan: baselines, targets and dates stand."""
        return self.shown(services.approve_plan(self.found(), by=member_of(request)))

    @extend_schema(responses=GoneSerializer)
    @action(
        detail=True,
        methods=["get"],
        url_path="delete-for-good",
        actions_by_method=OWNERS_ONLY,
    )
    def deletion(self, request: Request, **where: Any) -> Response:
        """Say what would go for good, and how much of it."""
        return Response({"gone": what_goes(self.found(archived=True))})

    @extend_schema(request=None, responses=GoneSerializer)
    @deletion.mapping.post
    def delete_for_good(self, request: Request, **where: Any) -> Response:
        """Delete the plan for good with all that hangs on it."""
        gone = services.delete_plan(self.found(archived=True), by=member_of(request))
        return Response({"gone": gone})


class Cycles(Reads, Creates, Changes):
    """Periods of plans, with their own goals."""

    queryset = Cycle.objects.all()
    serializer_class = CycleSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    create_with = staticmethod(services.create_cycle)
    change_with = staticmethod(services.change_cycle)
