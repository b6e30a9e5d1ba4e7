"""Plan: the lasting strategy of a brand. Cycle: one period of it, with its own goals."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import currency_code
from cxplanner.base.history import tracked
from cxplanner.base.tenancy import WorkspaceModel
from cxplanner.base.versions import VersionedModel

MOST_SEGMENT_VALUES = 200


@tracked()
class Plan(VersionedModel):
    """What runs on from cycle to cycle: metrics, touchpoints, surveys hang on it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=120)
    brand = models.CharField(_("brand"), max_length=120, blank=True)
    customers_are = models.CharField(
        _("what you call your customers"), max_length=40, blank=True, help_text=_("passengers")
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[currency_code]
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    # Declared segments: name -> values; an answer's undeclared value counts as "other".
    segments = models.JSONField(_("segments"), default=dict, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="plan_of_workspace")]

    def __str__(self) -> str:
        return self.name


@tracked()
class Cycle(VersionedModel):
    """One period of a plan. Both dates are inclusive days on the workspace's clock."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="cycles")
    name = models.CharField(_("name"), max_length=80)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        indexes = [models.Index(fields=["workspace", "plan"], name="cycle_of_plan")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="cycle_ends_after_it_starts",
                violation_error_message=_("The plan cannot end before it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Pulse(WorkspaceModel):
    """Counts what changed on a plan's live pages, so that polling them is one indexed read."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="pulse")
    number = models.BigIntegerField(default=0)
