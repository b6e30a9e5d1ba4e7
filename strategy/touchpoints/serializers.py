"""Touchpoints and their audits over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplanner.accounts.models import Membership
from cxplanner.accounts.serializers import OwnerField, RowSerializer, Strict, example, scoped
from strategy.metrics.definitions import SCORES
from strategy.touchpoints.bands import Agreement
from strategy.touchpoints.checklists import ITEMS, LONGEST_NOTE, ONLINE, SENSES, VERDICTS
from strategy.touchpoints.models import FOUND, Audit, Touchpoint

_ANSWER = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": [*VERDICTS, ""]},
        "note": {"type": "string", "maxLength": LONGEST_NOTE},
    },
    "additionalProperties": False,
}


class MeasuredSerializer(serializers.Serializer[Any]):
    """What customers say of a touchpoint, with its 95 % interval.

    It is read from satisfaction (CSAT) where that is asked, else effort (CES), else NPS, over the
    metric's own window up to today. Where that is empty, `stale` is true and the window ends on
    the last day with answers. `metrics` are those pooled, all of one definition; `metric` is the
    first of them. `agreement` sets it beside the grade: `agrees`, `higher` or `lower` (the whole
    interval lies inside, above or below what the grade stands for) or `too_close_to_call`; null
    without a grade.
    """

    value = serializers.FloatField(source="score.figure.value")
    n = serializers.IntegerField(source="score.figure.n")
    low = serializers.FloatField(source="score.figure.low", allow_null=True)
    high = serializers.FloatField(source="score.figure.high", allow_null=True)
    kind = serializers.ChoiceField(source="score.metric.kind", choices=[*SCORES])
    metric = serializers.IntegerField(source="score.metric.pk")
    metrics = serializers.ListField(source="score.metric_ids", child=serializers.IntegerField())
    first_day = serializers.DateField(source="score.first")
    last_day = serializers.DateField(source="score.last")
    stale = serializers.BooleanField(source="score.is_stale")
    agreement = serializers.ChoiceField(
        source="verdict.agreement", choices=[*Agreement], allow_null=True
    )


@example(
    plan=1,
    name="Check-in desk",
    stage="use",
    channel="airport",
    place="physical",
    outcome="neutral",
    owner="Ground crew",
    goes_well="Friendly staff",
    pain_points="Long queue\nNo signs",
)
class TouchpointSerializer(RowSerializer):
    """Where customers meet the brand. A name is taken once a plan, by archived ones too.

    `grade` (A to F) and `graded_on` are those of the newest audit, null before the first;
    `measured` is null before the first answer. What is found (`goes_well`, `pain_points`,
    `opportunities`) holds one point a line.
    """

    said_elsewhere = {"grade": "audits/", "graded_on": "audits/"}

    owner = OwnerField(queryset=scoped(Membership), required=False, allow_null=True)
    grade = serializers.SerializerMethodField()
    graded_on = serializers.SerializerMethodField()
    measured = serializers.SerializerMethodField()

    class Meta:
        model = Touchpoint
        fields = ["id", "plan", "name", "stage", "channel", "place", "outcome", "owner"]
        fields += ["owner_name", *FOUND, "grade", "graded_on", "measured", "position"]
        fields += ["archived_at", "created_at", "updated_at"]
        read_only_fields = ["position", "archived_at", "created_at", "updated_at"]

    @extend_schema_field({"type": ["string", "null"], "enum": [*Audit.Grade.values, None]})
    def get_grade(self, touchpoint: Any) -> str | None:
        """Return the grade of the newest audit."""
        audit = touchpoint.beside.audit
        return audit.grade if audit else None

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_graded_on(self, touchpoint: Any) -> Any:
        """Return the day of the newest audit."""
        audit = touchpoint.beside.audit
        return audit.graded_on if audit else None

    @extend_schema_field(MeasuredSerializer(allow_null=True))
    def get_measured(self, touchpoint: Any) -> Any:
        """Return what customers say of it."""
        beside = touchpoint.beside
        return MeasuredSerializer(beside).data if beside.score else None


class TouchpointPlaceSerializer(Strict):
    """A place among the plan's touchpoints, 0 = first."""

    position: Any = serializers.IntegerField(min_value=0, max_value=10_000)


class AnswerSerializer(Strict):
    """What was found of one item of a checklist."""

    verdict = serializers.ChoiceField(choices=list(VERDICTS), required=False, allow_blank=True)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True)


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            item: {**_ANSWER, "description": f"{where} {label}"}
            for where, items in (("Where one goes:", SENSES), ("Online:", ONLINE))
            for item, label in items.items()
        },
        "additionalProperties": False,
        "example": {"sight": {"verdict": "ok"}, "smell": {"verdict": "not_ok", "note": "Drains"}},
    }
)
class ChecklistField(serializers.DictField):
    """What was found of the items of a checklist, by their slug."""

    child = AnswerSerializer()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := [name for name in data if name not in ITEMS]):
            words = f"The items are {', '.join(ITEMS)}."
            raise serializers.ValidationError({str(name): [words] for name in unknown})
        return super().to_internal_value(data)


@example(
    touchpoint=1,
    grade="C",
    graded_on="2026-06-01",
    note="Seen on a Monday morning",
    checklist={"sight": {"verdict": "ok"}, "sound": {"verdict": "not_ok", "note": "Loud"}},
)
class AuditSerializer(RowSerializer):
    """A grade from A (praised unasked) to F (customers leave over it), of a day.

    `graded_on` is today unless said. What is found (one point a line) and not said is taken from
    the touchpoint; what the newest audit says of it holds for the touchpoint from then on. Saying
    the newest once more, word for word, adds none and answers it. `by` is the member's id.
    """

    graded_on = serializers.DateField(required=False)
    checklist = ChecklistField(required=False)

    class Meta:
        model = Audit
        fields = ["id", "touchpoint", "grade", "graded_on", "note", *FOUND, "checklist", "by"]
        fields += ["archived_at", "created_at", "updated_at"]
        read_only_fields = ["by", "archived_at", "created_at", "updated_at"]
