"""Personas and their statements over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer, Strict, example, reference_to
from strategy.metrics.models import SEGMENT_LENGTH
from strategy.personas.avatars import LAST_AVATAR
from strategy.personas.models import MOST_VALUES, Persona, PersonaStatement
from strategy.personas.trust import Trust
from strategy.plans.models import Plan

_NUMBER = {"type": ["number", "null"]}
PROVEN = {
    "type": "object",
    "required": ["validated", "partly", "assumption", "of"],
    "properties": {
        name: {"type": "integer"} for name in ("validated", "partly", "assumption", "of")
    },
}
_FIGURE = {
    "value": _NUMBER,
    "n": {"type": ["integer", "null"]},
    "low": _NUMBER,
    "high": _NUMBER,
}
_GAP = {"value": {"type": "number"}, "low": _NUMBER, "high": _NUMBER}
SCORES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["metric", *_FIGURE, "everybody", "gap"],
        "properties": {
            "metric": {"type": "integer"},
            **_FIGURE,
            "everybody": {
                "type": ["object", "null"],
                "description": "What the metric reads among all answers of the same kind.",
                "required": [*_FIGURE],
                "properties": _FIGURE,
            },
            "gap": {
                "type": ["object", "null"],
                "description": "This persona less everybody; real where 0 is not in its interval.",
                "required": [*_GAP],
                "properties": _GAP,
            },
        },
    },
}


def _told(figure: Any, *names: str) -> dict[str, Any] | None:
    return figure and {name: getattr(figure, name) for name in names}


@example(
    plan=1,
    name="Bea",
    role="Flies for work twice a month",
    quote="I know my seat, let me through.",
    segments=["travel=business"],
)
class PersonaSerializer(RowSerializer):
    """Who is served. Answers that carry all `segments` (of `survey`, if any) are this persona's.

    `proven` counts its statements by how they stand today: what was checked too long ago has
    fallen back. `scores` are its own, of each metric of the plan; without answers, and where they
    are too few to be shown to the caller, value is null (n too, where they are hidden); beside
    each stands what `everybody` says, and the `gap` between the two.
    """

    plan = reference_to(Plan)
    avatar = serializers.IntegerField(min_value=0, max_value=LAST_AVATAR, required=False)
    segments = serializers.ListField(
        child=serializers.CharField(max_length=SEGMENT_LENGTH),
        max_length=MOST_VALUES,
        required=False,
        help_text="Each as name=value, of those the plan declares; a value alone where it is one "
        "segment's only.",
    )
    survey = serializers.IntegerField(
        source="survey_id",
        required=False,
        allow_null=True,
        help_text="Only answers of this survey count; of all where null.",
    )
    proven = serializers.SerializerMethodField()
    scores = serializers.SerializerMethodField()

    class Meta:
        model = Persona
        fields = ["id", "plan", "name", "role", "quote", "avatar", "segments", "survey"]
        fields += ["proven", "scores", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["archived_at", "created_at", "updated_at"]

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        if "survey_id" in found:
            found["survey"] = found.pop("survey_id")
        return found

    @extend_schema_field(PROVEN)
    def get_proven(self, persona: Any) -> dict[str, int]:
        """Count the statements by how they stand today."""
        found = persona.proof
        counts = {one.value: found.counts[one] for one in Trust}
        return counts | {"of": found.of}

    @extend_schema_field(SCORES)
    def get_scores(self, persona: Any) -> list[dict[str, Any]]:
        """Return what each metric reads among this persona's answers."""
        return [
            {
                "metric": one.metric.pk,
                "value": one.own.value if one.own else None,
                "n": None if one.is_hidden else one.own.n if one.own else 0,
                "low": one.own.low if one.own else None,
                "high": one.own.high if one.own else None,
                "everybody": _told(one.everybody, "value", "n", "low", "high"),
                "gap": _told(one.gap, "value", "low", "high"),
            }
            for one in persona.scores
        ]


@example(
    persona=1,
    kind="need",
    text="Be through in ten minutes",
    trust="partly",
    checked_on="2026-05-30",
)
class StatementSerializer(RowSerializer):
    """One thing said of a persona. `standing` is what is left of its trust today.

    `checked_on` is today where trust is more than an assumption and no day is said.

    Proof falls back a step when it is older than the workspace lets it last; `falls_on` is the
    first day of the next step down.
    """

    standing = serializers.SerializerMethodField()
    falls_on = serializers.SerializerMethodField()

    class Meta:
        model = PersonaStatement
        fields = ["id", "persona", "kind", "text", "trust", "checked_on", "standing", "falls_on"]
        fields += ["position", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["position", "archived_at", "created_at", "updated_at"]

    @extend_schema_field({"type": "string", "enum": Trust.values})
    def get_standing(self, row: Any) -> str:
        """Return the trust that is left today."""
        return str(row.stands.trust)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_falls_on(self, row: Any) -> Any:
        """Return the first day of the next step down."""
        return row.stands.falls_on


class StatementPlaceSerializer(Strict):
    """A kind, and a place among the living statements of it; 0 = first."""

    kind: Any = serializers.ChoiceField(choices=PersonaStatement.Kind.choices)
    position: Any = serializers.IntegerField(min_value=0, max_value=10_000)
