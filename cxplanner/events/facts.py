"""What happened: one row for every fact worth telling."""

from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from cxplanner.base.tenancy import WorkspaceModel


class Event(WorkspaceModel):
    """A fact in the past tense: `goal.created`, about one thing, by somebody or by a job."""

    name = models.CharField(max_length=60)
    # A Ref in two plain columns: what it is about. It outlives the thing.
    about_kind = models.CharField(max_length=30)
    about_id = models.CharField(max_length=40)
    # The plan the thing belonged to, if any; no foreign key, since plans lie above.
    plan_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # What the versions written with it share; null where nobody said who acts.
    act = models.UUIDField(null=True, editable=False)

    class Meta(WorkspaceModel.Meta):
        indexes = [
            models.Index(
                fields=["workspace", "by", "-id"],
                condition=models.Q(act__isnull=False),
                name="event_act_of_member",
            ),
            models.Index(
                fields=["act"], condition=models.Q(act__isnull=False), name="event_of_act"
            ),
            models.Index(fields=["workspace", "about_kind", "about_id", "id"], name="event_about"),
            models.Index(fields=["workspace", "-id"], name="event_newest"),
            models.Index(fields=["workspace", "plan_id", "-id"], name="event_of_plan"),
            BrinIndex(fields=["at"], name="event_at"),
        ]

    @property
    def about(self) -> Ref:
        return Ref.parse(f"{self.about_kind}:{self.about_id}")
