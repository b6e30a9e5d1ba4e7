"""`plans/{id}/coverage/`."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import READ, member_of
from cxplanner.accounts.resources import Rows
from cxplanner.base.problems import Problem
from strategy.coverage.selectors import matrix_of
from strategy.coverage.serializers import BlindSpotsSerializer
from strategy.plans.models import Plan

_ASKS = [
    OpenApiParameter("stage", str, description="Only touchpoints of this stage."),
    OpenApiParameter("blank", str, description="Only those with nothing in this column."),
]


class Coverage(Rows):
    """The blind spots of plans, read only."""

    queryset = Plan.objects.all()
    serializer_class = BlindSpotsSerializer
    actions_by_method = READ

    @extend_schema(parameters=_ASKS, responses=BlindSpotsSerializer)
    def retrieve(self, request: Request, **where: Any) -> Response:
        """Tell what each touchpoint of a plan has and lacks: persona, survey, grade, owner, …"""
        plan, asked = self.found(), request.query_params
        whole = matrix_of(plan, member_of(request).workspace.slug)
        blank = asked.get("blank", "")
        known = [column.slug for column in whole.columns]
        if blank and blank not in known:
            raise Problem(400, f"blank is one of {', '.join(known)}.")
        shown = whole.of_stage(asked.get("stage", ""))
        rows = shown.wanted(blank=blank, by_place=True)
        told = {"plan": plan.pk, "columns": shown.columns, "results": rows}
        return Response(BlindSpotsSerializer(told).data)
