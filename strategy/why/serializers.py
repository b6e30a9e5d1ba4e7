"""A goal's why over REST: figures are numbers in the metric's own unit, never rounded."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from strategy.goals.serializers import FigureSerializer


@extend_schema_field({"type": ["integer", "string", "null"]})
class KeyField(serializers.JSONField):
    """A touchpoint's id or a segment's name."""


class DifferenceSerializer(serializers.Serializer[Any]):
    """By how much a figure changed, with its 95 % interval."""

    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ShiftSerializer(serializers.Serializer[Any]):
    """What a part adds to the change: by its own score, and by its share of the answers."""

    own = serializers.FloatField()
    mix = serializers.FloatField()


class MovedSerializer(serializers.Serializer[Any]):
    """A figure then and now."""

    before = FigureSerializer(allow_null=True)
    after = FigureSerializer(allow_null=True)
    change = DifferenceSerializer(allow_null=True)


class PartSerializer(MovedSerializer):
    """A touchpoint (its id) or a segment (its name); null for answers that name none."""

    key = KeyField()
    name = serializers.CharField()
    too_few = serializers.BooleanField()
    adds = ShiftSerializer(allow_null=True)


class BreakdownSerializer(serializers.Serializer[Any]):
    """A change by touchpoint (segment "") or by one segment; what is added sums to `total`."""

    segment = serializers.CharField()
    total = serializers.FloatField(allow_null=True)
    hidden = serializers.IntegerField()
    parts = PartSerializer(many=True)


class PeriodSerializer(serializers.Serializer[Any]):
    """Days, both inclusive."""

    first = serializers.DateField()
    last = serializers.DateField()


class PullSerializer(serializers.Serializer[Any]):
    """A sub-goal, and how far it pulls this one from what was expected (null: not known)."""

    goal = serializers.IntegerField()
    pull = serializers.FloatField(allow_null=True)


class WhySerializer(serializers.Serializer[Any]):
    """Why a goal stands where it stands, as far as figures can tell."""

    goal = serializers.IntegerField()
    sentence = serializers.CharField()
    certainty = serializers.CharField(allow_blank=True)
    caveats = serializers.ListField(child=serializers.CharField())
    then = PeriodSerializer(allow_null=True)
    now = PeriodSerializer(allow_null=True)
    moved = MovedSerializer(allow_null=True)
    breakdowns = BreakdownSerializer(many=True)
    children = PullSerializer(many=True)
    evidence = serializers.ListField(child=serializers.IntegerField())
