"""How a row of the inbox reads over REST."""

from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer
from cxplanner.events.serializers import EventSerializer
from cxplanner.events.telling.models import Notification


class NotificationSerializer(RowSerializer):
    """An event the caller was told of, why, and whether it is read."""

    event = EventSerializer(read_only=True)
    read_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Notification
        fields = ["id", "event", "reason", "at", "read_at"]
        read_only_fields = fields
