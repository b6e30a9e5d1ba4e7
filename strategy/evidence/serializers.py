"""Evidence over REST."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer, Strict, example
from cxplanner.base.refs import Ref
from strategy.evidence.models import Evidence


@extend_schema_field(
    {
        "type": "string",
        "pattern": "^[a-z_]+:[0-9a-f-]+$",
        "description": "A thing by its kind and id. Kinds are goal, metric, touchpoint, audit, "
        "persona, personastatement, swotentry, journeystep, tactic, survey, plan and others.",
        "example": "touchpoint:12",
    }
)
class RefField(serializers.Field[Any, Any, str, Any]):
    """The name of a thing, as `goal:12`."""

    default_error_messages = {"invalid": _("Name a thing as goal:12.")}

    def to_internal_value(self, data: Any) -> Ref:
        try:
            return Ref.parse(data if isinstance(data, str) else "")
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: Any) -> str:
        return str(value)


@extend_schema_field(
    {"type": "string", "maxLength": 500, "description": "An http or https address, or empty."}
)
class LinkField(serializers.CharField):
    """Where a source stands; without a format, as empty is no address."""


@example(
    about="touchpoint:1",
    kind="complaint",
    text="Half an hour in the queue for one bag",
    source="Service desk, case 118",
    link="https://desk.example/118",
    date="2026-05-30",
)
class EvidenceSerializer(RowSerializer):
    """What is known about a thing. `quotes` names the answer its words were taken from.

    `plan` is that of the thing. New words, source, link or date take `verified_at` back.
    """

    about = RefField()
    date = serializers.DateField(required=False, allow_null=True)
    link = LinkField(max_length=500, required=False, allow_blank=True)

    class Meta:
        model = Evidence
        fields = ["id", "plan", "about", "kind", "text", "source", "link", "date", "verified_by"]
        fields += ["verified_at", "quotes", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["plan", "verified_by", "verified_at", "quotes", "archived_at"]
        read_only_fields += ["created_at", "updated_at"]


class VerifySerializer(Strict):
    """Whether somebody checked the source."""

    verified = serializers.BooleanField(default=True)
