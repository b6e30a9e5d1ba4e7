"""Surveys and their questions."""

import secrets

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cxplanner.base.history import tracked
from cxplanner.base.refs import Referable
from cxplanner.base.versions import VersionedModel
from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint


def new_token() -> str:
    """Make the unguessable last part of a survey's public address."""
    return secrets.token_urlsafe(9)


@tracked()
class Survey(Referable, VersionedModel):
    """Questions asked together, behind one public address."""

    ref_kind = "survey"
    ref_page = "survey"

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="surveys")
    name = models.CharField(_("name"), max_length=120)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    introduction = models.TextField(_("what the customer reads first"), blank=True)
    thanks = models.TextField(_("how you say thank you"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    many_per_browser = models.BooleanField(_("the same browser may answer again"), default=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Rises with every change of the questions: the key of their cache.
    design_version = models.PositiveIntegerField(default=1, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        indexes = [models.Index(fields=["workspace", "plan"], name="survey_of_plan")]
        triggers = [
            # Answers hold their survey without a constraint: see surveys.responses.models.
            pgtrigger.Trigger(
                name="answers_go_along",
                operation=pgtrigger.Delete,
                when=pgtrigger.After,
                func="DELETE FROM surveys_response WHERE survey_id = OLD.id; RETURN NULL;",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """Name this survey as a source of numbers."""
        return f"survey:{self.pk}"


@tracked()
class Question(Referable, VersionedModel):
    """One question. With answers it keeps kind, scale and metric; a change replaces it."""

    ref_kind = "question"
    ref_page = "question"
    ref_related = ("survey",)

    class Kind(models.TextChoices):
        NPS = "nps", _("recommendation, 0 to 10")
        CSAT = "csat", _("satisfaction")
        CES = "ces", _("effort")
        CHOICE = "choice", _("choice")
        OPEN = "open", _("open question")

    SCORED = (Kind.NPS, Kind.CSAT, Kind.CES)

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(default=0, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.CharField(_("question"), max_length=500)
    is_required = models.BooleanField(_("must be answered"), default=False)
    scale_min = models.SmallIntegerField(_("lowest score"), null=True, blank=True)
    scale_max = models.SmallIntegerField(_("highest score"), null=True, blank=True)
    low_label = models.CharField(_("label of the low end"), max_length=80, blank=True)
    high_label = models.CharField(_("label of the high end"), max_length=80, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    is_multiple = models.BooleanField(_("several choices allowed"), default=False)
    metric = models.ForeignKey(
        Metric, models.RESTRICT, null=True, blank=True, related_name="questions"
    )
    touchpoint = models.ForeignKey(
        Touchpoint, models.RESTRICT, null=True, blank=True, related_name="questions"
    )
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="replaced_by"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["workspace", "survey"], name="question_of_survey")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scale_min__isnull=True) | Q(scale_max__gt=models.F("scale_min")),
                name="question_scale_rises",
                violation_error_message=_("The highest score lies above the lowest."),
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def ref_plan_id(self) -> int:
        return self.survey.plan_id
