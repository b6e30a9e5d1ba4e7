"""A SWOT: what a brand's experience is strong and weak in, and what comes from outside."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cxplanner.base.history import tracked
from cxplanner.base.refs import Attached, Referable
from cxplanner.base.versions import VersionedModel
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint

HEAVIEST = 5
LONGEST = 500  # characters


def entry_words(text: str) -> str:
    """Return a noted point as the words of an entry: on one line, cut where it is too long."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


class Quadrant(models.TextChoices):
    """Strengths and weaknesses are the brand's own, the other two come from outside."""

    STRENGTHS = "strengths", _("Strengths")
    WEAKNESSES = "weaknesses", _("Weaknesses")
    OPPORTUNITIES = "opportunities", _("Opportunities")
    THREATS = "threats", _("Threats")


class About(Attached):
    """Says whom a SWOT is of: `about` is the plan for its own brand, or a rival of the plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", editable=False)
    quadrant = models.CharField(_("quadrant"), max_length=13, choices=Quadrant.choices)

    class Meta(Attached.Meta):
        abstract = True

    @property
    def is_own(self) -> bool:
        return self.about_kind == Plan.ref_kind


@tracked()
class SwotEntry(Referable, VersionedModel, About):
    """One sentence in a quadrant, weighted, perhaps of a touchpoint."""

    ref_kind = "swotentry"
    ref_page = "swot-entry"

    text = models.CharField(_("what is so"), max_length=LONGEST)
    weight = models.PositiveSmallIntegerField(
        _("weight, 1 to 5"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(HEAVIEST)],
    )
    touchpoint = models.ForeignKey(
        Touchpoint, models.RESTRICT, null=True, blank=True, related_name="swot_entries"
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["workspace", "plan", "quadrant"], name="swot_of_plan"),
            models.Index(fields=["workspace", "touchpoint"], name="swot_of_touchpoint"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__range=(1, HEAVIEST)),
                name="swot_weight_is_1_to_5",
                violation_error_message=_("A weight is a whole number from 1 to 5."),
            )
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


@tracked()
class Absence(VersionedModel, About):
    """The team looked and found nothing for a quadrant, and says why; "" takes that back."""

    reason = models.CharField(_("why there is nothing"), max_length=LONGEST, blank=True)

    class Meta(VersionedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "about_kind", "about_id", "quadrant"],
                name="one_absence_a_quadrant",
            )
        ]

    def __str__(self) -> str:
        return self.reason
