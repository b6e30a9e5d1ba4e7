"""Surveys and their questions as REST shows and takes them."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer
from surveys.design.models import Question, Survey


class QuestionSerializer(RowSerializer):
    """A question; an `id` in a change means the question the survey has already."""

    id = serializers.IntegerField(required=False, min_value=1)
    choices = serializers.ListField(child=serializers.CharField(), required=False)

    class Meta:
        model = Question
        fields = ["id", "kind", "text", "is_required", "scale_min", "scale_max", "low_label"]
        fields += ["high_label", "choices", "is_multiple", "metric", "touchpoint", "replaces"]
        read_only_fields = ["replaces"]


class SurveySerializer(RowSerializer):
    """A survey with its questions in their order. `public_url` is where customers answer."""

    questions = QuestionSerializer(many=True, required=False)
    status = serializers.ChoiceField(choices=Survey.Status.choices, required=False)
    public_url = serializers.SerializerMethodField()

    class Meta:
        model = Survey
        fields = ["id", "plan", "name", "status", "questions", "introduction", "thanks"]
        fields += ["language", "is_anonymous", "many_per_browser", "public_url", "opened_at"]
        fields += ["closed_at", "archived_at", "version", "created_at", "updated_at"]
        read_only_fields = ["opened_at", "closed_at", "archived_at", "version"]

    def get_public_url(self, survey: Survey) -> str:
        path = reverse("public-survey", args=[survey.token])
        return str(self.context["request"].build_absolute_uri(path))

    def validate_plan(self, plan: Any) -> Any:
        if self.instance is not None and plan != self.instance.plan:
            raise serializers.ValidationError("A survey stays in its plan.")
        return plan
