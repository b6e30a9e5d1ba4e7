"""Goals over REST: what people say of them and where they stand."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.relations import PKOnlyObject

from cxplanner.accounts.models import Membership
from cxplanner.accounts.serializers import (
    OwnerField,
    Reference,
    RowSerializer,
    Strict,
    reference_to,
    scoped,
)
from strategy.goals.models import CheckIn, Goal, ProgressPoint
from strategy.goals.progress import Status
from strategy.plans.models import Cycle, Plan

LONGEST_SENTENCE = 40


@extend_schema_field({"type": "integer"})
class PlanOfGoal(Reference):
    """A goal belongs to its cycle's plan."""

    def get_attribute(self, instance: Any) -> Any:
        return PKOnlyObject(pk=instance.cycle.plan_id)


@extend_schema_field({"type": ["string", "number"]})
class TargetField(serializers.DecimalField):
    """A number, or a change from the baseline such as "−20 %" or "+5"."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):  # the service reads both, and says what it cannot read
            return serializers.CharField(max_length=LONGEST_SENTENCE).run_validation(data)
        return super().to_internal_value(data)


class CheckpointSerializer(Strict):
    """The level a goal means to have on a day."""

    on = serializers.DateField()
    value = serializers.DecimalField(max_digits=18, decimal_places=4)


class FigureSerializer(serializers.Serializer[Any]):
    """What a metric reads, from how many answers, with its 95 % interval."""

    value = serializers.FloatField()
    n = serializers.IntegerField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class LastSerializer(serializers.Serializer[Any]):
    """The newest figure where the window holds no answer, and the day it is of."""

    value = serializers.FloatField(source="last.value")
    n = serializers.IntegerField(source="last.n")
    at = serializers.DateField(source="last_on")


class ForecastSerializer(serializers.Serializer[Any]):
    """Where the goal will stand when due if things go on as they do."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class CoverageSerializer(serializers.Serializer[Any]):
    """How many of a parent's children have data."""

    with_data = serializers.IntegerField()
    of = serializers.IntegerField()


def _standing(field: type[serializers.Field[Any, Any, Any, Any]], name: str, **options: Any) -> Any:
    """Read one figure of the standing that the resource puts beside a goal."""
    return field(source=f"where.standing.{name}", read_only=True, **options)


class GoalSerializer(RowSerializer):
    """A goal and where it stands. Amounts are decimal strings, computed figures numbers."""

    plan = PlanOfGoal(queryset=scoped(Plan), required=False)
    cycle = reference_to(Cycle, required=False)
    owner = OwnerField(queryset=scoped(Membership), required=False, allow_null=True)
    target = TargetField(max_digits=18, decimal_places=4, required=False, allow_null=True)
    checkpoints = CheckpointSerializer(many=True, required=False)
    current = FigureSerializer(source="where.estimate", read_only=True, allow_null=True)
    last = serializers.SerializerMethodField()
    progress = _standing(serializers.FloatField, "progress", allow_null=True)
    expected = _standing(serializers.FloatField, "expected", allow_null=True)
    status = _standing(serializers.ChoiceField, "status", choices=[one.value for one in Status])
    certainty = _standing(serializers.FloatField, "certainty", allow_null=True)
    too_close_to_call = _standing(serializers.BooleanField, "too_close_to_call")
    leaning = _standing(serializers.CharField, "leaning", allow_null=True)
    answers_needed = _standing(serializers.IntegerField, "answers_needed", allow_null=True)
    within_margin = _standing(serializers.BooleanField, "within_margin")
    coverage = _standing(CoverageSerializer, "coverage", allow_null=True)
    worst = _standing(serializers.IntegerField, "worst", allow_null=True)
    forecast = serializers.SerializerMethodField()
    updated_at = serializers.SerializerMethodField()

    class Meta:
        model = Goal
        fields = ["id", "plan", "cycle", "parent", "position", "statement", "metric", "touchpoint"]
        fields += ["segment", "baseline", "baseline_n", "baseline_se", "target", "target_sentence"]
        fields += ["floor", "ceiling", "checkpoints", "starts_on", "due_on", "owner", "owner_name"]
        fields += ["achievable", "benefit", "relevant", "weight", "archived_at", "created_at"]
        fields += ["updated_at", "current", "last", "progress", "expected", "status", "certainty"]
        fields += ["too_close_to_call", "leaning", "answers_needed", "within_margin", "coverage"]
        fields += ["worst", "forecast"]
        read_only_fields = ["position", "baseline_n", "baseline_se", "target_sentence"]
        read_only_fields += ["archived_at", "created_at"]

    @extend_schema_field(LastSerializer(allow_null=True))
    def get_last(self, goal: Any) -> Any:
        """Return the newest figure while the window is empty."""
        return None if goal.where.last is None else LastSerializer(goal.where).data

    @extend_schema_field(ForecastSerializer(allow_null=True))
    def get_forecast(self, goal: Any) -> None:
        """Return nothing yet: a forecast needs more points than a goal has at first."""
        return

    @extend_schema_field(serializers.DateTimeField())
    def get_updated_at(self, goal: Any) -> Any:
        """Return when the goal or what it reads changed last."""
        state = goal.where.state
        newest = max(goal.updated_at, state.updated_at) if state else goal.updated_at
        return serializers.DateTimeField().to_representation(newest)


class GoalPlaceSerializer(Strict):
    """A place in the tree: under a parent (null = at the top), 0 = first among its children."""

    parent = reference_to(Goal, allow_null=True)  # type: ignore[assignment]  # the metaclass moves fields away
    position = serializers.IntegerField(min_value=0, max_value=10_000)


class SpanSerializer(Strict):
    """Over how many days, up to today, a baseline is taken."""

    days = serializers.IntegerField(min_value=1, max_value=366, default=90)


class CheckInSerializer(RowSerializer):
    """What somebody says of a goal; confidence goes from 1 to 5."""

    confidence = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)

    class Meta:
        model = CheckIn
        fields = ["id", "goal", "note", "confidence", "by", "at"]
        read_only_fields = ["goal", "by", "at"]


class PointSerializer(serializers.ModelSerializer[ProgressPoint]):
    """Where a goal stood at the close of a day."""

    class Meta:
        model = ProgressPoint
        fields = ["day", "value", "n", "low", "high", "progress", "expected", "status"]
        read_only_fields = fields
