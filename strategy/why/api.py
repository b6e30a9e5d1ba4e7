"""`goals/{id}/why/`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import READ, member_of
from cxplanner.accounts.resources import Rows
from strategy.goals.models import Goal
from strategy.why.account import Row, Table, Why
from strategy.why.serializers import WhySerializer


class Whys(Rows):
    """Why goals stand where they stand, read only."""

    queryset = Goal.objects.select_related("cycle__plan", "metric", "touchpoint")
    serializer_class = WhySerializer
    actions_by_method = READ

    @extend_schema(responses=WhySerializer)
    def retrieve(self, request: Request, **where: Any) -> Response:
        """Tell what moved a goal since it began: touchpoints, segments, sub-goals, evidence."""
        found = Why(self.found(archived=True), member_of(request))
        return Response(WhySerializer(_told(found)).data)


def _told(why: Why) -> dict[str, Any]:
    movement = why.movement
    return {
        "goal": why.goal.pk,
        "sentence": why.sentence,
        "certainty": why.certainty,
        "caveats": why.caveats,
        "then": movement.windows.then if movement else None,
        "now": movement.windows.now if movement else None,
        "moved": movement.moved if movement else None,
        "breakdowns": [_table(table) for table in why.tables],
        "children": [{"goal": kid.child.where.goal.pk, "pull": kid.pull} for kid in why.kids],
        "evidence": [piece.pk for piece in why.evidence],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "segment": table.breakdown.name,
        "total": table.breakdown.total,
        "hidden": table.hidden,
        "parts": [_part(row) for row in table.rows],
    }


def _part(row: Row) -> dict[str, Any]:
    moved = row.moved
    return {
        "key": moved.key,
        "name": row.name,
        "too_few": moved.is_few,
        "before": moved.before,
        "after": moved.after,
        "change": moved.change,
        "adds": moved.shift,
    }
