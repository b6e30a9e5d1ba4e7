"""`journeys/`, `journey-steps/` and `journey-cards/`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.narrowing import word
from cxplanner.accounts.resources import Resource
from cxplanner.base.tenancy import current_workspace_id
from strategy.journeys import cards, services, steps
from strategy.journeys.models import Journey, JourneyCard, JourneyStep
from strategy.journeys.selectors import laid_out
from strategy.journeys.serializers import (
    CardPlaceSerializer,
    CardSerializer,
    JourneySerializer,
    PositionSerializer,
    StepPlaceSerializer,
    StepSerializer,
    WholeJourneySerializer,
)
from strategy.touchpoints.comparing import compared


def told_whole(journeys: Sequence[Journey]) -> Sequence[Any]:
    """Put steps and cards on journeys, and beside each step what customers say where it is."""
    rows: Sequence[Any] = laid_out(journeys)
    steps_of_all = [step for row in rows for step in row.living_steps]
    places = {step.touchpoint_id: step.touchpoint for step in steps_of_all if step.touchpoint_id}
    today = Workspace.objects.get(pk=current_workspace_id()).today()
    beside = {one.touchpoint.pk: one for one in compared(places.values(), today=today)}
    for step in steps_of_all:
        step.beside = beside.get(step.touchpoint_id)
    return rows


class Journeys(Resource):
    """Journeys of plans. One alone carries its steps and their cards."""

    queryset = Journey.objects.prefetch_related("personas")
    serializer_class = JourneySerializer
    actions_by_method = EDIT
    filters = {"plan": "plan", "persona": "personas", "future_of": "future_of"}
    filters |= {"opened_by": "opened_by"}
    searched = ("name", "summary")
    create_with = staticmethod(services.create_journey)
    change_with = staticmethod(services.change_journey)
    remove_with = staticmethod(services.archive_journey)

    def get_serializer_class(self) -> Any:
        return JourneySerializer if self.action == "list" else WholeJourneySerializer

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Put steps, cards and scores on a journey that is read alone; a dozen queries."""
        return rows if self.action == "list" else told_whole(rows)

    @extend_schema(request=None, responses=WholeJourneySerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived journey again."""
        row = self.found(archived=True)
        return self.shown(services.restore_journey(row, by=member_of(request)))

    @extend_schema(request=PositionSerializer, responses=WholeJourneySerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the journey at another place among its plan's."""
        row = self.found()
        wanted = self.version_wanted(request, row)
        body = PositionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        return self.shown(
            services.move_journey(row, by=by, expected_version=wanted, **body.validated_data)
        )

    @extend_schema(request=None, responses=WholeJourneySerializer)
    @action(detail=True, methods=["post"])
    def future(self, request: Request, **where: Any) -> Response:
        """Draw how the journey shall be, beginning from how it is; or return what there is."""
        return self.shown(services.plan_future(self.found(), by=member_of(request)))


class JourneySteps(Resource):
    """Steps of journeys: the columns of their maps."""

    queryset = JourneyStep.objects.prefetch_related("persona_rows__persona")
    serializer_class = StepSerializer
    actions_by_method = EDIT
    filters = {"journey": "journey", "plan": "plan", "touchpoint": "touchpoint"}
    narrows = {"stage": word("stage", "Only of this stage, as the plan writes it; empty: of none.")}
    searched = ("name", "feeling")
    create_with = staticmethod(steps.add_step)
    change_with = staticmethod(steps.change_step)
    remove_with = staticmethod(steps.archive_step)

    @extend_schema(request=None, responses=StepSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Put an archived step back on its map."""
        row = self.found(archived=True)
        return self.shown(steps.restore_step(row, by=member_of(request)))

    @extend_schema(request=StepPlaceSerializer, responses=StepSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the step at another place of its map, perhaps into another stage."""
        row = self.found()
        wanted = self.version_wanted(request, row)
        body = StepPlaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        return self.shown(
            steps.move_step(row, by=by, expected_version=wanted, **body.validated_data)
        )

    @extend_schema(request=None, responses=WholeJourneySerializer)
    @action(detail=True, methods=["post"])
    def finer(self, request: Request, **where: Any) -> Response:
        """Open the step into a finer map of its own, or return the one there is."""
        opened = services.open_step(self.found(), by=member_of(request))
        [whole] = told_whole([opened])
        return Response(WholeJourneySerializer(whole).data, headers={"ETag": opened.etag})


class JourneyCards(Resource):
    """Cards of journey maps: what is so where a step meets a lane."""

    queryset = JourneyCard.objects.select_related("step")
    serializer_class = CardSerializer
    actions_by_method = EDIT
    filters = {"step": "step", "journey": "step__journey", "plan": "step__plan"}
    filters |= {"persona": "persona"}
    narrows = {"lane": word("lane", "Only of this lane, by its key.")}
    searched = ("text",)
    create_with = staticmethod(cards.add_card)
    change_with = staticmethod(cards.change_card)
    remove_with = staticmethod(cards.archive_card)

    @extend_schema(request=None, responses=CardSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Put an archived card back on its map."""
        row = self.found(archived=True)
        return self.shown(cards.restore_card(row, by=member_of(request)))

    @extend_schema(request=CardPlaceSerializer, responses=CardSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the card into a cell of its map, at a place among the living cards there."""
        row = self.found()
        wanted = self.version_wanted(request, row)
        body = CardPlaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        moved = cards.move_card(row, by=by, expected_version=wanted, **body.validated_data)
        return self.shown(moved)
