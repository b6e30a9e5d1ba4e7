"""Plan: the lasting strategy of a brand. Cycle: one period of it, with its own goals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import currency_code
from cxplanner.base.history import tracked
from cxplanner.base.refs import Referable
from cxplanner.base.tenancy import WorkspaceModel
from cxplanner.base.versions import VersionedModel

MOST_SEGMENT_VALUES = 200
# Stages and channels; the names of touchpoints' columns are as long.
NAME_LENGTH = 60


def first_stages() -> list[str]:
    """Return the stages a plan begins with, in the language of who makes it."""
    return [
        gettext("expectation"),
        gettext("purchase"),
        gettext("delivery"),
        gettext("use"),
        gettext("after-sales"),
    ]


def first_channels() -> list[str]:
    """Return the channels a plan begins with, in the language of who makes it."""
    return [
        gettext("web"),
        gettext("shop"),
        gettext("phone"),
        gettext("e-mail"),
        gettext("chat"),
        gettext("social network"),
        gettext("app"),
        gettext("contact centre"),
        gettext("delivery"),
    ]


@tracked()
class Plan(Referable, VersionedModel):
    """What runs on from cycle to cycle: metrics, touchpoints, surveys hang on it."""

    ref_kind = "plan"
    ref_page = "plan"

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
    # The team's own words, in the team's own order; touchpoints name one of each.
    stages = ArrayField(
        models.CharField(max_length=NAME_LENGTH),
        verbose_name=_("stages"),
        default=first_stages,
        blank=True,
    )
    channels = ArrayField(
        models.CharField(max_length=NAME_LENGTH),
        verbose_name=_("channels"),
        default=first_channels,
        blank=True,
    )
    # What each grade of a touchpoint means here: {"A": "…"}; a grade not in it means the usual.
    grade_sentences = models.JSONField(_("what grades mean"), default=dict, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="plan_of_workspace")]

    def __str__(self) -> str:
        return self.name

    @property
    def ref_plan_id(self) -> int:
        return self.pk


@tracked()
class Cycle(Referable, VersionedModel):
    """One period of a plan. Both dates are inclusive days on the workspace's clock."""

    ref_kind = "cycle"
    ref_page = "cycle-edit"

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
