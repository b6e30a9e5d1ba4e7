"""Journeys, their steps and their cards over REST."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer, Strict, example, reference_to
from strategy.journeys.lanes import KINDS, LANE_LENGTH, NAME_LENGTH, lanes_of
from strategy.journeys.models import GLADDEST, SADDEST, Journey, JourneyCard, JourneyStep
from strategy.journeys.starters import STARTERS
from strategy.personas.models import Persona
from strategy.touchpoints.serializers import MeasuredSerializer

LANES = f"The key of a lane: {', '.join(KINDS)}, or of the team's own, as own-1."
HOLDING = ", ".join(key for key, kind in KINDS.items() if kind.holds_cards)


@example(step=1, lane="pains", text="Nobody says how long it takes")
class CardSerializer(RowSerializer):
    """A sentence where a step meets a lane; without a persona it is of all."""

    lane = serializers.CharField(
        max_length=LANE_LENGTH,
        help_text=f"The key of a lane that holds cards: {HOLDING}, or of the team's own, as own-1.",
    )

    class Meta:
        model = JourneyCard
        fields = ["id", "step", "lane", "text", "persona", "position"]
        fields += ["archived_at", "created_at", "updated_at"]
        read_only_fields = ["position", "archived_at", "created_at", "updated_at"]


class StepPersonaSerializer(Strict):
    """Whom a step is for, and how they feel there where it differs (−2 to 2)."""

    persona = reference_to(Persona)
    emotion = serializers.IntegerField(
        min_value=SADDEST, max_value=GLADDEST, required=False, allow_null=True
    )


@example(
    journey=1,
    name="Drops the bag",
    stage="use",
    touchpoint=1,
    emotion=-1,
    feeling="hurried",
    personas=[{"persona": 1, "emotion": -2}],
)
class StepSerializer(RowSerializer):
    """A column of a map. `personas` is empty where the step is for everybody.

    `emotion` goes from −2 to 2; a persona's own stands in `personas` where it differs. A stage or
    channel that is new joins the plan's list; a touchpoint brings its own where none is said. In a
    map of the future `origin` is the step of today's map that it stands for.
    """

    personas = StepPersonaSerializer(many=True, required=False, source="persona_rows")

    class Meta:
        model = JourneyStep
        fields = ["id", "journey", "name", "stage", "channel", "touchpoint", "emotion", "feeling"]
        fields += ["personas", "origin", "position", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["origin", "position", "archived_at", "created_at", "updated_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "persona_rows" in attrs:
            attrs["personas"] = attrs.pop("persona_rows")
        return attrs


class LaneSerializer(Strict):
    """A lane of a map in its place; one of the team's own has a name, and gets a key as own-1."""

    key = serializers.CharField(max_length=LANE_LENGTH, required=False, help_text=LANES)
    shown = serializers.BooleanField(required=False)
    name = serializers.CharField(max_length=NAME_LENGTH, required=False)


class LanesField(serializers.ListField):
    """All lanes of a map in their order; those that are not named come behind."""

    child = LaneSerializer()

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        return [{"key": one.key, "name": one.name, "shown": one.is_shown} for one in lanes_of(data)]

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        found: Sequence[Any] = super().to_internal_value(data)
        return [dict(one) for one in found]


class PersonasField(serializers.ListField):
    """The ids of personas."""

    child = reference_to(Persona)

    def get_attribute(self, instance: Any) -> Any:
        return list(instance.personas.all())


class JourneySerializer(RowSerializer):
    """A journey of some personas; without any it is of all customers.

    `starter` lays out a new one, and lends it its name where none is given. `future_of` is set on
    a map of how a journey shall be, `opened_by` on one that shows a step in finer steps.
    """

    personas = PersonasField(required=False)
    lanes = LanesField(required=False)
    starter = serializers.ChoiceField(choices=list(STARTERS), required=False, write_only=True)

    class Meta:
        model = Journey
        fields = ["id", "plan", "name", "summary", "personas", "lanes", "starter", "future_of"]
        fields += ["opened_by", "position", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["future_of", "opened_by", "position"]
        read_only_fields += ["archived_at", "created_at", "updated_at"]
        extra_kwargs = {"name": {"required": False}}


class WholeStepSerializer(StepSerializer):
    """A step with its cards, and what customers say of its touchpoint.

    `measured` is null where it stands at none, and before the first answer there.
    """

    measured = serializers.SerializerMethodField()
    cards = serializers.SerializerMethodField()

    class Meta(StepSerializer.Meta):
        fields = [*StepSerializer.Meta.fields, "measured", "cards"]

    @extend_schema_field(MeasuredSerializer(allow_null=True))
    def get_measured(self, step: Any) -> Any:
        """Return what customers say where the step is."""
        beside = step.beside
        return MeasuredSerializer(beside).data if beside and beside.score else None

    @extend_schema_field(CardSerializer(many=True))
    def get_cards(self, step: Any) -> Any:
        """Return the living cards of a step."""
        return CardSerializer(step.living_cards, many=True).data


@example(
    plan=1,
    name="To the gate",
    personas=[1],
    lanes=[{"key": "doing"}, {"name": "Our notes"}, {"key": "backstage", "shown": False}],
)
class WholeJourneySerializer(JourneySerializer):
    """A journey with its steps, in their order, and the cards of each."""

    said_elsewhere = {"steps": "journey-steps/"}

    steps = serializers.SerializerMethodField()

    class Meta(JourneySerializer.Meta):
        fields = [*JourneySerializer.Meta.fields, "steps"]

    @extend_schema_field(WholeStepSerializer(many=True))
    def get_steps(self, journey: Any) -> Any:
        """Return the living steps of a journey."""
        return WholeStepSerializer(journey.living_steps, many=True).data


class PositionSerializer(Strict):
    """A place among the plan's journeys; 0 = first."""

    position: Any = serializers.IntegerField(min_value=0, max_value=10_000)


class StepPlaceSerializer(PositionSerializer):
    """A place among the steps of the map, 0 = first; with `stage` it goes into that stage."""

    stage = serializers.CharField(max_length=60, required=False, allow_blank=True)


class CardPlaceSerializer(PositionSerializer):
    """A cell of the map, and a place among its cards; 0 = first."""

    step = reference_to(JourneyStep)
    lane = serializers.CharField(max_length=LANE_LENGTH)
