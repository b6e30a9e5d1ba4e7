"""Where customers meet the brand, and how well the team found each of those places on a day."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.history import tracked
from cxplanner.base.refs import Referable
from cxplanner.base.versions import VersionedModel
from strategy.plans.models import NAME_LENGTH, Plan

MOST_WORDS = 5_000


class Found(VersionedModel):
    """What is found where customers meet the brand; one point a line."""

    goes_well = models.TextField(_("what goes well"), max_length=MOST_WORDS, blank=True)
    pain_points = models.TextField(_("pain points"), max_length=MOST_WORDS, blank=True)
    opportunities = models.TextField(_("opportunities"), max_length=MOST_WORDS, blank=True)

    class Meta(VersionedModel.Meta):
        abstract = True


# The words both a touchpoint and each of its audits hold.
FOUND = ("goes_well", "pain_points", "opportunities")


@tracked()
class Touchpoint(Referable, Found):
    """One contact between customer and brand, in a stage of the journey, over a channel.

    What is found here holds now; each audit keeps it as it was on its day.
    """

    ref_kind = "touchpoint"
    ref_page = "touchpoint-change"

    class Place(models.TextChoices):
        """What kind of place it is: it decides what an audit looks at."""

        PHYSICAL = "physical", _("physical")
        ONLINE = "online", _("online")
        OTHER = "other", _("other")

    class Outcome(models.TextChoices):
        POSITIVE = "positive", _("positive")
        NEUTRAL = "neutral", _("neutral")
        NEGATIVE = "negative", _("negative")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="touchpoints")
    name = models.CharField(_("name"), max_length=120)
    # Names from the plan's lists, or none.
    stage = models.CharField(_("stage"), max_length=NAME_LENGTH, blank=True)
    channel = models.CharField(_("channel"), max_length=NAME_LENGTH, blank=True)
    place = models.CharField(
        _("kind of place"), max_length=10, choices=Place.choices, default=Place.OTHER
    )
    outcome = models.CharField(
        _("typical outcome"), max_length=10, choices=Outcome.choices, blank=True
    )
    owner = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    owner_name = models.CharField(_("owner"), max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Found.Meta):
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

    def validate_constraints(self, exclude: Any = None) -> None:
        """Point at the name: it is what the only constraint finds fault with."""
        try:
            super().validate_constraints(exclude)
        except ValidationError as error:
            raise ValidationError({"name": error.messages}) from error


@tracked()
class Audit(Referable, Found):
    """The grade a team gave a touchpoint on a day, with what it found there."""

    ref_kind = "audit"
    ref_page = "audit"
    ref_related = ("touchpoint",)

    class Grade(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "D"
        E = "E", "E"
        F = "F", "F"

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="audits")
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices)
    graded_on = models.DateField(_("graded on"))
    note = models.TextField(_("why this grade"), max_length=MOST_WORDS, blank=True)
    # {item: {"verdict": "ok", "note": "…"}}; the items are those of checklists.
    checklist = models.JSONField(_("checklist"), default=dict, blank=True)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Found.Meta):
        ordering = ["graded_on", "id"]
        indexes = [
            models.Index(
                fields=["workspace", "touchpoint", "-graded_on", "-id"],
                name="audit_newest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint}: {self.grade}"

    @property
    def ref_plan_id(self) -> int:
        return self.touchpoint.plan_id

    @property
    def owner_id(self) -> int | None:
        """Whoever answers for the touchpoint answers for what its audits say."""
        return self.touchpoint.owner_id


def points(words: str) -> list[str]:
    """Return the single points of what was found: the lines that say something."""
    stripped = (line.strip(" \t-•*") for line in words.splitlines())
    return [line for line in stripped if line]
