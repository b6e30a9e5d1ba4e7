"""`metrics/`, and below each its `values/` and `observations/`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.models import Workspace
from cxplanner.accounts.resources import Reads, Resource
from cxplanner.accounts.roles import Action
from cxplanner.base.deletion import what_goes
from cxplanner.base.problems import Problem
from cxplanner.base.tenancy import current_workspace_id
from strategy.metrics import observing, services
from strategy.metrics.models import Metric, Observation
from strategy.metrics.readings import Ask, readings
from strategy.metrics.selectors import MOST_POINTS, Period, Point, TooManyPoints, series
from strategy.metrics.serializers import (
    DefinitionSerializer,
    MetricSerializer,
    ObservationSerializer,
    ValuesQuery,
    ValuesSerializer,
)
from strategy.plans.segments import named

DAYS_SHOWN = 90
OWNERS_ONLY = {"GET": Action.MANAGE, "HEAD": Action.MANAGE, "POST": Action.MANAGE}


class Metrics(Resource):
    """Metrics of plans, each with what it reads over its window today."""

    queryset = Metric.objects.all()
    serializer_class = MetricSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    create_with = staticmethod(services.create_metric)
    change_with = staticmethod(services.change_metric)
    remove_with = staticmethod(services.archive_metric)

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        today = _workspace().today()
        found = readings([Ask(metric, today) for metric in rows])
        for metric, reading in zip(rows, found, strict=True):
            metric.reading = reading
        return rows

    @extend_schema(request=None, responses=MetricSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived metric again."""
        row = self.found(archived=True)
        return self.shown(services.restore_metric(row, by=member_of(request)))

    @extend_schema(request=DefinitionSerializer, responses=MetricSerializer)
    @action(detail=True, methods=["post"], actions_by_method={"POST": Action.MANAGE})
    def redefine(self, request: Request, **where: Any) -> Response:
        """Read the metric in another way from a day on; the days before keep theirs."""
        metric = self.found()
        wanted = self.version_wanted(request, metric)
        body = DefinitionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        return self.shown(
            services.redefine_metric(metric, by=by, expected_version=wanted, **body.validated_data)
        )

    @extend_schema(parameters=[ValuesQuery], responses=ValuesSerializer)
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def values(self, request: Request, **where: Any) -> Response:
        """Read the metric period by period, empty periods among them."""
        metric, workspace = self.found(archived=True), _workspace()
        query = ValuesQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        last = asked.get("to") or workspace.today()
        first = asked.get("from") or last - timedelta(days=DAYS_SHOWN - 1)
        if first > last:
            raise Problem(400, "`from` lies after `to`.")
        try:
            points = series(
                metric,
                first=first,
                last=last,
                by=Period(asked["by"]),
                calendar=workspace,
                touchpoint_id=asked.get("touchpoint"),
                segment=named(metric.plan.segments, asked.get("segment", "")),
            )
        except TooManyPoints as error:
            raise Problem(400, f"More than {MOST_POINTS} periods. Ask for fewer days.") from error
        return Response(
            {"metric": metric.pk, "unit": metric.unit, "results": [_shown(one) for one in points]}
        )

    @extend_schema(responses={200: dict[str, Any]})
    @action(detail=True, methods=["get"], url_path="delete-for-good", actions_by_method=OWNERS_ONLY)
    def deletion(self, request: Request, **where: Any) -> Response:
        """Say what would go for good, and how much of it."""
        return Response({"gone": what_goes(self.found(archived=True))})

    @extend_schema(request=None, responses={200: dict[str, Any]})
    @deletion.mapping.post
    def delete_for_good(self, request: Request, **where: Any) -> Response:
        """Delete the metric with its observations."""
        gone = services.delete_metric(self.found(archived=True), by=member_of(request))
        return Response({"gone": gone})


def _workspace() -> Workspace:
    return Workspace.objects.get(pk=current_workspace_id())


def _shown(point: Point) -> dict[str, Any]:
    figure = point.estimate
    return {
        "period": point.period,
        "value": figure.value if figure else None,
        "n": figure.n if figure else 0,
        "low": figure.low if figure else None,
        "high": figure.high if figure else None,
        "version": point.version,
    }


class Observations(Reads):
    """Numbers nobody was asked for: typed in, sent by another system or imported."""

    queryset = Observation.objects.select_related("metric__plan", "metric__workspace")
    serializer_class = ObservationSerializer
    actions_by_method = EDIT
    under = "metric"
    ordering = "-id"

    def create(self, request: Request, **where: Any) -> Response:
        """Record an observation; the same one again answers 200 with the first."""
        metric, observed = self.above(), self._observed(request)
        row, is_new = observing.record_observation(metric, observed, by=member_of(request))
        return self.shown(row, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def update(self, request: Request, **where: Any) -> Response:
        """Replace what was observed."""
        row, observed = self.found(), self._observed(request)
        return self.shown(observing.change_observation(row, observed, by=member_of(request)))

    def destroy(self, request: Request, **where: Any) -> Response:
        observing.delete_observation(self.found(), by=member_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _observed(self, request: Request) -> observing.Observed:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return observing.Observed(**body.validated_data)
