"""`tactics/` and `tactic-steps/`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.narrowing import one_of
from cxplanner.accounts.resources import Resource
from strategy.tactics import services, steps
from strategy.tactics.models import State, Tactic, TacticStep
from strategy.tactics.serializers import (
    TacticPlaceSerializer,
    TacticSerializer,
    TacticStepPlaceSerializer,
    TacticStepSerializer,
)


class Moved(Resource):
    """Rows that are archived and brought back, and that have a place people move."""

    place_serializer: Any
    move_with: Any
    restore_with: Any

    def moved(self, request: Request) -> Response:
        row = self.found()
        wanted = self.version_wanted(request, row)
        body = self.place_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        return self.shown(
            self.move_with(row, by=by, expected_version=wanted, **body.validated_data)
        )

    def restored(self, request: Request) -> Response:
        return self.shown(self.restore_with(self.found(archived=True), by=member_of(request)))


class Tactics(Moved):
    """What the team does so that its goals are reached."""

    queryset = Tactic.objects.select_related("cycle").prefetch_related(
        "goals", "touchpoints", "reason_rows"
    )
    serializer_class = TacticSerializer
    actions_by_method = EDIT
    filters = {"plan": "cycle__plan", "cycle": "cycle", "goal": "goals"}
    filters |= {"touchpoint": "touchpoints", "owner": "owner"}
    narrows = {"state": one_of(State.values, "Only of this state.", "state")}
    searched = ("name", "reason", "owner_name")
    create_with = staticmethod(services.create_tactic)
    change_with = staticmethod(services.change_tactic)
    remove_with = staticmethod(services.archive_tactic)
    place_serializer = TacticPlaceSerializer
    move_with = staticmethod(services.move_tactic)
    restore_with = staticmethod(services.restore_tactic)

    @extend_schema(request=None, responses=TacticSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived tactic again."""
        return self.restored(request)

    @extend_schema(request=TacticPlaceSerializer, responses=TacticSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the tactic into a state, at a place among the living ones there."""
        return self.moved(request)


class TacticSteps(Moved):
    """The steps of tactics."""

    queryset = TacticStep.objects.all()
    serializer_class = TacticStepSerializer
    actions_by_method = EDIT
    filters = {"tactic": "tactic", "plan": "tactic__cycle__plan", "owner": "owner"}
    create_with = staticmethod(steps.add_step)
    change_with = staticmethod(steps.change_step)
    remove_with = staticmethod(steps.archive_step)
    place_serializer = TacticStepPlaceSerializer
    move_with = staticmethod(steps.move_step)
    restore_with = staticmethod(steps.restore_step)

    @extend_schema(request=None, responses=TacticStepSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Put an archived step back on its tactic."""
        return self.restored(request)

    @extend_schema(request=TacticStepPlaceSerializer, responses=TacticStepSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the step at another place of its tactic."""
        return self.moved(request)
