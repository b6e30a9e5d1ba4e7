"""A response is one row; its answers are one document."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from cxplanner.base.refs import Referable
from cxplanner.base.tenancy import WorkspaceModel
from strategy.metrics.models import SEGMENT_LENGTH
from surveys.design.models import Survey


def new_id() -> uuid.UUID:
    """Make a version-7 UUID: the index stays ordered and no RETURNING is needed."""
    return uuid7()


class Response(Referable, WorkspaceModel):
    """What one person answered, with day, touchpoint and segments as they were when written.

    `answers` maps question id to value: a score, a list of choices or words.
    """

    ref_kind = "response"
    ref_page = "voice"
    ref_related = ("survey",)

    class Via(models.TextChoices):
        PAGE = "page"
        REST = "rest"
        IMPORT = "import"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(
        "accounts.Workspace",
        models.CASCADE,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    # A constraint would look the survey up again for each row. Instead each write holds the survey
    # until it commits, and whoever deletes a survey takes along what was written meanwhile.
    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="responses", db_index=False, db_constraint=False
    )
    external_id = models.CharField(max_length=100, null=True)  # noqa: DJ001  # null = not given; '' would collide
    answered_at = models.DateTimeField()
    day = models.DateField()  # decided once, in the workspace's time zone
    touchpoint_id = models.BigIntegerField(null=True)
    segments = ArrayField(models.CharField(max_length=SEGMENT_LENGTH), default=list)
    via = models.CharField(max_length=6, choices=Via.choices)
    answers = models.JSONField()

    class Meta(WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["survey", "day"], name="response_of_day"),
            # Read backwards: new answers then enter at its end, where it is cheapest.
            models.Index(fields=["workspace", "answered_at", "id"], name="response_by_time"),
        ]
        constraints = [
            # A survey belongs to one workspace. Its id would tell nothing at each step of a search,
            # so what differs stands first: an import is a fifth quicker.
            models.UniqueConstraint(
                fields=["external_id", "survey"],
                condition=Q(external_id__isnull=False),
                name="response_once",
            )
        ]

    def __str__(self) -> str:
        return _("answer of %(day)s") % {"day": date_format(self.day, "j E Y")}

    @property
    def ref_plan_id(self) -> int:
        return self.survey.plan_id
