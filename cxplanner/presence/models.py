"""Who is at a thing right now."""

from django.db import models

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import WorkspaceModel


class Presence(WorkspaceModel):
    """The last sign that a member has a thing before them; worth something for a few seconds.

    It hangs on a Ref without being `Attached`: what is forgotten by itself need not be cleaned.
    """

    about_kind = models.CharField(max_length=30)
    about_id = models.CharField(max_length=40)
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    # When they last had the form of it open; null while they only read.
    wrote_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "about_kind", "about_id", "member"], name="one_presence_each"
            )
        ]
