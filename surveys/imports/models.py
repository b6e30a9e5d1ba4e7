"""A file of past answers on its way in, what its columns mean, and what was wrong with it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import WorkspaceModel
from strategy.plans.models import Plan
from surveys.design.models import Survey


class AnswerImport(WorkspaceModel):
    """One file. Its bytes are kept in the database until it is done with.

    Several web servers and workers share nothing but the database, so what one received the
    other finds there. `survey` is null until a new one is made from the columns.
    """

    class Status(models.TextChoices):
        MAPPING = "mapping", _("columns to be named")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("coming in")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    AT_WORK = (Status.CHECKING, Status.RUNNING)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="imports")
    survey = models.ForeignKey(Survey, models.CASCADE, null=True, related_name="imports")
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()  # bytes as they came
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.MAPPING)
    dialect = models.JSONField(default=dict)
    columns = models.JSONField(default=list)  # [{name, letter, distinct, values: [[text, n]]}]
    sample = models.JSONField(default=list)  # the first rows as they stand
    fingerprint = models.CharField(max_length=64, default="")  # of the header's names
    mapping = models.JSONField(default=dict)
    progress = models.FloatField(default=0)  # 0 to 1
    totals = models.JSONField(default=dict)
    preview = models.JSONField(default=list)  # the first rows as the dry run understood them
    trouble = models.TextField(default="")  # why it failed, to a person
    seen = models.PositiveIntegerField(default=0)  # rises with all that a page would show
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    alive_at = models.DateTimeField(null=True)  # the worker's last sign of life
    ended_at = models.DateTimeField(null=True)
    # Days of the answers it brought in; null where it brought none.
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    file_gone_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "plan", "fingerprint"], name="import_of_plan"),
            models.Index(
                fields=["alive_at"],
                condition=models.Q(status__in=["checking", "running"]),
                name="import_at_work",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_at_work(self) -> bool:
        return self.status in self.AT_WORK

    @property
    def percent(self) -> int:
        return int(100 * self.progress)

    @property
    def names(self) -> list[str]:
        return [column["name"] for column in self.columns]

    def total(self, name: str) -> int:
        found: Any = self.totals.get(name, 0)
        return int(found)


class ImportPiece(WorkspaceModel):
    """A part of a kept file, in their order."""

    of = models.ForeignKey(AnswerImport, models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="import_piece_once"),
        ]


class ImportFault(WorkspaceModel):
    """What is wrong with one cell, or with a whole row where `column` is empty."""

    MOST = 10_000  # of one file; of more faults the first are kept

    of = models.ForeignKey(AnswerImport, models.CASCADE, related_name="faults", db_index=False)
    row = models.PositiveIntegerField()  # as a spreadsheet counts, the header too
    column = models.CharField(max_length=255)
    value = models.CharField(max_length=200)
    reason = models.TextField()

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["of", "row"], name="import_fault_by_row")]
