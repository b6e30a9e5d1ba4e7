"""Touchpoints over REST."""

from typing import Any

from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer, Strict
from strategy.touchpoints.models import Touchpoint


class TouchpointSerializer(RowSerializer):
    """Where customers meet the brand."""

    class Meta:
        model = Touchpoint
        fields = ["id", "plan", "name", "stage", "channel", "position"]
        fields += ["archived_at", "created_at", "updated_at"]
        read_only_fields = ["position", "archived_at", "created_at", "updated_at"]


class PlaceSerializer(Strict):
    """A place among the plan's touchpoints, 0 = first."""

    position: Any = serializers.IntegerField(min_value=0, max_value=10_000)
