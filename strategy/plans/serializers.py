"""Plans and cycles over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer, example
from strategy.plans.models import Cycle, Plan


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {"type": "string", "maxLength": 60},
            "maxItems": 200,
        },
        "description": "The segments answers are told apart by, each with its values; what an "
        "answer says beside them counts as other. At most 200 values over all.",
        "example": {"country": ["LT", "LV"], "loyal": ["yes", "no"]},
    }
)
class SegmentsField(serializers.DictField):
    """Segment names with their values: {"country": ["LT", "LV"]}."""

    child = serializers.ListField(child=serializers.CharField(max_length=60), max_length=200)


class PlanSerializer(RowSerializer):
    """A plan. Its status changes by `review/` and `approve/`.

    `stages` and `channels` are its own, in their order; they change below `stages/` and
    `channels/`, and what its grades mean below `grades/`.
    """

    segments = SegmentsField(required=False)
    stages = serializers.ListField(child=serializers.CharField(), read_only=True)
    channels = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Plan
        fields = ["id", "name", "brand", "customers_are", "currency", "status", "segments"]
        fields += ["stages", "channels", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["status", "archived_at", "created_at", "updated_at"]
        extra_kwargs: dict[str, Any] = {"currency": {"required": False}}


@example(
    name="Better on the ground",
    brand="Example Air",
    customers_are="passengers",
    currency="EUR",
    segments={"travel": ["business", "personal"]},
    starts_on="2026-01-01",
    ends_on="2026-12-31",
)
class NewPlanSerializer(PlanSerializer):
    """A plan with the days of its first cycle, both inclusive."""

    starts_on = serializers.DateField(write_only=True)
    ends_on = serializers.DateField(write_only=True)

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "starts_on", "ends_on"]


class CycleSerializer(RowSerializer):
    """A period of a plan; both days are inclusive."""

    name = serializers.CharField(max_length=80, required=False, allow_blank=True)

    class Meta:
        model = Cycle
        fields = ["id", "plan", "name", "starts_on", "ends_on", "closed_at"]
        fields += ["created_at", "updated_at"]
        read_only_fields = ["closed_at", "created_at", "updated_at"]


class GoneSerializer(serializers.Serializer[Any]):
    """How many rows of what leave for good."""

    gone = serializers.DictField(child=serializers.IntegerField())
