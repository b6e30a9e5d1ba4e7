"""Metrics, their values and observations over REST."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer, Strict
from strategy.metrics.models import SEGMENT_LENGTH, Method, Metric
from strategy.metrics.selectors import Period


def _amount(decimal_places: int = 4) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=18, decimal_places=decimal_places, required=False, allow_null=True
    )


class Moment(serializers.DateTimeField):
    """A time with its offset; one without says nothing, and is refused."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            found = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+hh:mm")
        elif timezone.is_naive(found):
            raise serializers.ValidationError(_("A time carries its offset."))
        return super().to_internal_value(value)


class EstimateSerializer(serializers.Serializer[Any]):
    """A figure with its n and its 95 % interval."""

    value = serializers.FloatField()
    n = serializers.IntegerField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class DefinitionSerializer(RowSerializer):
    """How a metric is read from a day on."""

    from_day = serializers.DateField(write_only=True)
    method = serializers.ChoiceField(choices=Method.choices, required=False)

    class Meta:
        model = Metric
        fields = ["from_day", "scale_min", "scale_max", "method", "top_box_from", "bottom_box_to"]


class MetricSerializer(RowSerializer):
    """A metric, and what it reads over its window today (null: no data)."""

    method = serializers.ChoiceField(choices=Method.choices, required=False)
    current = EstimateSerializer(source="reading.current", read_only=True, allow_null=True)

    class Meta:
        model = Metric
        fields = ["id", "plan", "name", "kind", "unit", "scale_min", "scale_max", "method"]
        fields += ["top_box_from", "bottom_box_to", "higher_is_better", "window_days", "combine"]
        fields += ["definition_version", "description", "benchmark_value", "benchmark_source"]
        fields += ["benchmark_on", "value_per_point", "value_currency", "value_basis"]
        fields += ["archived_at", "created_at", "updated_at", "current"]
        read_only_fields = ["definition_version", "archived_at", "created_at", "updated_at"]


class ValuesQuery(Strict):
    """Which values: days inclusive, at most 2,000 periods; by default the last 90 days by day."""

    by = serializers.ChoiceField(
        choices=[one.value for one in Period],
        default=Period.DAY.value,
        help_text="How long a period is.",
    )
    touchpoint = serializers.IntegerField(
        required=False, help_text="Only answers about this touchpoint, by its id."
    )
    segment = serializers.CharField(
        required=False,
        max_length=SEGMENT_LENGTH,
        help_text="Only answers of this segment, as name=value.",
    )

    def get_fields(self) -> Any:
        named = {
            "from": serializers.DateField(required=False, help_text="The first day."),
            "to": serializers.DateField(required=False, help_text="The last day, inclusive."),
        }
        return {**named, **super().get_fields()}


class ValueSerializer(serializers.Serializer[Any]):
    """What a metric read over one period, named by its first day; n 0 and null: no data."""

    period = serializers.DateField()
    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    version = serializers.IntegerField()


class ValuesSerializer(serializers.Serializer[Any]):
    """A metric's values, period by period."""

    metric = serializers.IntegerField()
    unit = serializers.CharField()
    results = ValueSerializer(many=True)


class ObservationSerializer(Strict):
    """A number nobody was asked for. By the metric's kind it takes `value`, `seconds`, or both
    `numerator` and `denominator`."""

    id = serializers.IntegerField(read_only=True)
    observed_at = Moment()
    external_id = serializers.CharField(
        max_length=100, required=False, allow_null=True, default=None
    )
    touchpoint = serializers.IntegerField(
        source="touchpoint_id", required=False, allow_null=True, default=None
    )
    segment = serializers.CharField(
        max_length=SEGMENT_LENGTH, required=False, allow_blank=True, default=""
    )
    value = _amount()
    seconds = _amount(decimal_places=6)
    numerator = _amount()
    denominator = serializers.IntegerField(required=False, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
