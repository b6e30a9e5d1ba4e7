"""How a comment reads over REST."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer
from cxplanner.base.refs import Ref
from cxplanner.events.comments.models import LONGEST, Comment

LONGEST_REF = 71  # characters: kind, colon, id


@extend_schema_field({"type": "string", "maxLength": LONGEST_REF})
class RefField(serializers.Field[Ref, str, str, Any]):
    """The name of a thing: its kind, a colon and its id, as `goal:12`."""

    default_error_messages = {"no_ref": _("Name a thing by its kind and id, as goal:12.")}

    def to_internal_value(self, data: str) -> Ref:
        try:
            return Ref.parse(str(data)[:LONGEST_REF])
        except ValueError:
            self.fail("no_ref")

    def to_representation(self, value: Ref) -> str:
        return str(value)


class CommentSerializer(RowSerializer):
    """Words about a thing. `mentions` are the ids of members, read out of the text."""

    about = RefField(help_text="What it is about, as goal:12. It stays.")
    text = serializers.CharField(max_length=LONGEST)
    at = serializers.DateTimeField(source="created_at", read_only=True)
    mentions = serializers.ListField(
        source="mentioned", child=serializers.IntegerField(), read_only=True
    )

    class Meta:
        model = Comment
        fields = ["id", "about", "reply_to", "text", "mentions", "by", "at", "edited_at"]
        fields += ["resolved_at", "resolved_by"]
        read_only_fields = ["by", "edited_at", "resolved_at", "resolved_by"]


class WordsSerializer(CommentSerializer):
    """What can be changed of a comment: its text."""

    about = RefField(read_only=True)

    class Meta(CommentSerializer.Meta):
        read_only_fields = [*CommentSerializer.Meta.read_only_fields, "reply_to"]
