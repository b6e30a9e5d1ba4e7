"""How an event reads over REST."""

from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer
from cxplanner.events.catalog import NAMES
from cxplanner.events.comments.serializers import RefField
from cxplanner.events.facts import Event


class EventSerializer(RowSerializer):
    """What happened, about what, when and by whom; null is a job."""

    name = serializers.ChoiceField(choices=sorted(NAMES), read_only=True)
    about = RefField(read_only=True, help_text="What it is about, as goal:12.")
    plan = serializers.IntegerField(source="plan_id", read_only=True, allow_null=True)

    class Meta:
        model = Event
        fields = ["id", "name", "about", "plan", "data", "by", "at"]
        read_only_fields = fields
