"""Where customers meet the brand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplanner.base.history import tracked
from cxplanner.base.versions import VersionedModel
from strategy.plans.models import Plan


@tracked()
class Touchpoint(VersionedModel):
    """One contact between customer and brand, in a stage of the journey, over a channel."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="touchpoints")
    name = models.CharField(_("name"), max_length=120)
    stage = models.CharField(_("stage"), max_length=60, blank=True)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "plan", "name"],
                name="one_touchpoint_a_name",
                violation_error_message=_("This plan has a touchpoint of that name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
