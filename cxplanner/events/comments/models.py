"""Comment: what a member says about any thing that has a Ref."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Attached
from cxplanner.base.versions import VersionedModel

LONGEST = 5000  # characters


class Comment(Attached, VersionedModel):
    """Words about a thing. An answer hangs on the comment it answers, one level deep.

    A deleted comment loses its words; the row stays so that its answers keep their place.
    """

    reply_to = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    text = models.TextField(_("comment"), max_length=LONGEST, blank=True)
    # Who is mentioned, by id, with the name as it was typed.
    mentions: Any = models.JSONField(default=list, blank=True, editable=False)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    edited_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(VersionedModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "about_kind", "about_id", "id"], name="comment_about")
        ]

    @property
    def mentioned(self) -> list[int]:
        """The ids of the members it mentions."""
        return [mention["member"] for mention in self.mentions]
