"""Evidence: what is known about a thing of the plan, where it comes from, and who checked it."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.history import tracked
from cxplanner.base.refs import Attached, Referable
from cxplanner.base.versions import VersionedModel
from strategy.plans.models import Plan


@tracked()
class Evidence(Referable, VersionedModel, Attached):
    """One piece of evidence; hangs on any thing of its plan, or on the plan itself."""

    ref_kind = "evidence"
    ref_page = "evidence-piece"

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("complaint")
        EMPLOYEES = "employee_feedback", _("employee feedback")
        STUDY = "study", _("study")
        KPI = "kpi", _("key figure")
        REVIEW = "review", _("customer review")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="evidence", editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    text = models.TextField(_("what it says"), max_length=5_000)
    source = models.CharField(_("where it comes from"), max_length=200, blank=True)
    link = models.CharField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_("Give a whole address that begins with https:// or http://."),
            )
        ],
    )
    date = models.DateField(_("from which day"), null=True, blank=True)
    verified_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The Ref of the answer these words were taken from; they go when it goes.
    quotes = models.CharField(max_length=80, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "plan", "-id"], name="evidence_of_plan"),
            models.Index(fields=["workspace", "about_kind", "about_id"], name="evidence_about"),
            models.Index(
                fields=["workspace", "quotes"],
                condition=~models.Q(quotes=""),
                name="evidence_quotes",
            ),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None
