"""`swot/`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.narrowing import one_of
from cxplanner.accounts.resources import Creates, Reads, Removes, Resource
from strategy.swot import services
from strategy.swot.models import Absence, Quadrant, SwotEntry
from strategy.swot.serializers import AbsenceSerializer, SwotPlaceSerializer, SwotSerializer


class Absences(Reads, Creates, Removes):
    """Quadrants in which a plan has nothing, with why: that counts as done.

    A POST says why, or says it anew; it is refused where entries stand. A DELETE takes it back.
    """

    queryset = Absence.objects.exclude(reason="")
    serializer_class = AbsenceSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    create_with = staticmethod(services.mark_none)
    remove_with = staticmethod(services.take_none_back)

    def list(self, request: Request, **where: Any) -> Response:
        """List the quadrants in which plans have nothing."""
        return super().list(request, **where)


class Swot(Resource):
    """Entries of SWOTs: strengths, weaknesses, opportunities, threats."""

    queryset = SwotEntry.objects.all()
    serializer_class = SwotSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan", "touchpoint": "touchpoint"}
    narrows = {"quadrant": one_of(Quadrant.values, "Only of this quadrant.", "quadrant")}
    searched = ("text",)
    create_with = staticmethod(services.add_entry)
    change_with = staticmethod(services.change_entry)
    remove_with = staticmethod(services.archive_entry)

    @extend_schema(request=None, responses=SwotSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived entry again."""
        row = self.found(archived=True)
        return self.shown(services.restore_entry(row, by=member_of(request)))

    @extend_schema(request=SwotPlaceSerializer, responses=SwotSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the entry into a quadrant, at a place among the living entries there."""
        row = self.found()
        wanted = self.version_wanted(request, row)
        body = SwotPlaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        moved = services.move_entry(row, by=by, expected_version=wanted, **body.validated_data)
        return self.shown(moved)
