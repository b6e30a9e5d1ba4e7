"""What happened: one row for every fact worth telling."""

from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import WorkspaceModel


class Event(WorkspaceModel):
    """A fact in the past tense: `goal.created`, about one thing, by somebody or by a job."""

    name = models.CharField(max_length=60)
    # A Ref in two plain columns: what it is about.
    about_kind = models.CharField(max_length=30)
    about_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "about_kind", "about_id", "id"], name="event_about"),
            models.Index(fields=["workspace", "-id"], name="event_newest"),
            BrinIndex(fields=["at"], name="event_at"),
        ]
