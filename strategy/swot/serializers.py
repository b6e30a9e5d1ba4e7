"""A SWOT over REST."""

from typing import Any

from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer, Strict, example, reference_to
from strategy.evidence.serializers import RefField
from strategy.plans.models import Plan
from strategy.swot.models import Absence, Quadrant, SwotEntry


@example(plan=1, quadrant="weaknesses", text="Long queue at check-in", weight=4, touchpoint=1)
class SwotSerializer(RowSerializer):
    """An entry. `about` is the plan (its own brand, which is meant without it) or a rival."""

    plan = reference_to(Plan)
    about = RefField(required=False)

    class Meta:
        model = SwotEntry
        fields = ["id", "plan", "about", "quadrant", "text", "weight", "touchpoint", "position"]
        fields += ["archived_at", "created_at", "updated_at"]
        read_only_fields = ["position", "archived_at", "created_at", "updated_at"]


class SwotPlaceSerializer(Strict):
    """A quadrant, and a place among the living entries in it; 0 = first."""

    quadrant: Any = serializers.ChoiceField(choices=Quadrant.choices)
    position: Any = serializers.IntegerField(min_value=0, max_value=10_000)


@example(plan=1, quadrant="threats", reason="We looked at three markets and found none")
class AbsenceSerializer(RowSerializer):
    """Why a quadrant stays empty. `about` is the plan (meant without it) or a rival."""

    plan = reference_to(Plan)
    about = RefField(required=False)

    class Meta:
        model = Absence
        fields = ["id", "plan", "about", "quadrant", "reason", "created_at", "updated_at"]
        read_only_fields = ["created_at", "updated_at"]
        extra_kwargs: dict[str, Any] = {"reason": {"required": True, "allow_blank": False}}
