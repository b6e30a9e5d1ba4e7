"""History and undo as REST shows and takes them."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from cxplanner.accounts.serializers import Strict


class WhoSerializer(serializers.Serializer[object]):
    """Who did it: a person, perhaps by a token, or a command or task; `words` says it whole."""

    name = serializers.CharField(read_only=True)
    user = serializers.IntegerField(source="user_id", read_only=True, allow_null=True)
    token = serializers.CharField(read_only=True)
    command = serializers.CharField(read_only=True)
    task = serializers.CharField(read_only=True)
    words = serializers.CharField(source="__str__", read_only=True)


class RawField(serializers.JSONField):
    """A stored value as the resources show it: amounts as decimal strings."""

    def to_representation(self, value: Any) -> Any:
        return f"{value:f}" if isinstance(value, Decimal) else value


class ChangeSerializer(serializers.Serializer[object]):
    """A field that changed: its values (rows by id, amounts as strings), and in words."""

    field = serializers.CharField(source="name", read_only=True)
    title = serializers.CharField(source="label", read_only=True)
    before = RawField(read_only=True)
    after = RawField(read_only=True)
    was = serializers.CharField(read_only=True)
    now = serializers.CharField(read_only=True)


class EntrySerializer(serializers.Serializer[object]):
    """What one act did to one thing. Its `id` names the version that a restore brings back."""

    id = serializers.IntegerField(read_only=True)
    act = serializers.UUIDField(read_only=True, allow_null=True)
    at = serializers.DateTimeField(read_only=True)
    version = serializers.IntegerField(source="version.version", read_only=True)
    what = serializers.CharField(read_only=True)
    who = WhoSerializer(read_only=True)
    changes = ChangeSerializer(many=True, read_only=True)
    others = serializers.IntegerField(
        read_only=True, help_text="How many other things the same act changed."
    )
    after_approval = serializers.BooleanField(read_only=True)


class UndoSerializer(Strict):
    """Which act to take back; the last one of this token where none is named."""

    act = serializers.UUIDField(required=False)


class ReturnedSerializer(serializers.Serializer[object]):
    """A thing that an undo put back; `version` is null where it is gone."""

    kind = serializers.CharField(read_only=True)
    id = serializers.IntegerField(read_only=True)
    version = serializers.IntegerField(read_only=True, allow_null=True)


class UndoneSerializer(serializers.Serializer[object]):
    """What was taken back. `act` is the undo itself, which can be taken back too."""

    act = serializers.UUIDField(read_only=True)
    undone = serializers.UUIDField(read_only=True)
    what = serializers.CharField(read_only=True)
    rows = ReturnedSerializer(many=True, read_only=True)
