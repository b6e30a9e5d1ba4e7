"""Personas: who is served, in statements proven one by one, and whose answers are theirs."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cxplanner.base.history import tracked
from cxplanner.base.refs import Referable
from cxplanner.base.versions import VersionedModel
from strategy.metrics.models import SEGMENT_LENGTH, SOURCE_LENGTH
from strategy.personas.avatars import LAST_AVATAR, Avatar, avatar
from strategy.personas.trust import Standing, Trust, standing
from strategy.plans.models import Plan

LONGEST = 500  # characters of a statement
MOST_VALUES = 3  # as many segment values as an answer carries


@tracked()
class Persona(Referable, VersionedModel):
    """A kind of customer, drawn as one person.

    `segments` and `source` are its rule: an answer is this persona's when it carries all of the
    values (`name=value`, sorted) and, where a source is named, came from that survey.
    """

    ref_kind = "persona"
    ref_page = "persona"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="personas")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("who this is, in one line"), max_length=160, blank=True)
    quote = models.CharField(_("what they would say"), max_length=300, blank=True)
    avatar = models.PositiveSmallIntegerField(
        _("picture"), default=0, validators=[MaxValueValidator(LAST_AVATAR)]
    )
    segments = ArrayField(
        models.CharField(max_length=SEGMENT_LENGTH),
        verbose_name=_("segment values"),
        default=list,
        blank=True,
        size=MOST_VALUES,
    )
    # "survey:12", or "" for answers from anywhere.
    source = models.CharField(_("survey"), max_length=SOURCE_LENGTH, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["workspace", "plan"], name="persona_of_plan")]

    def __str__(self) -> str:
        return self.name

    @property
    def picture(self) -> Avatar:
        return avatar(self.avatar)

    @property
    def has_rule(self) -> bool:
        return bool(self.segments or self.source)

    @property
    def survey_id(self) -> int | None:
        return int(self.source.partition(":")[2]) if self.source else None


@tracked()
class PersonaStatement(Referable, VersionedModel):
    """One thing said of a persona, and how far it is proven since the day it was last checked."""

    ref_kind = "personastatement"
    ref_page = "persona-statement"
    ref_related = ("persona",)

    class Kind(models.TextChoices):
        DEMOGRAPHICS = "demographics", _("Demographics")
        NEED = "need", _("Needs")
        FEAR = "fear", _("Fears")
        DESIRE = "desire", _("Desires")
        GOAL = "goal", _("Goals")
        PAIN = "pain", _("Pains")
        ACCESSIBILITY = "accessibility", _("Accessibility needs")

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="statements")
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    text = models.CharField(_("what is so"), max_length=LONGEST)
    trust = models.CharField(
        _("how sure"), max_length=10, choices=Trust.choices, default=Trust.ASSUMPTION
    )
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["workspace", "persona"], name="statement_of_persona")]
        constraints = [
            models.CheckConstraint(
                condition=Q(trust="assumption") | Q(checked_on__isnull=False),
                name="proof_has_its_day",
                violation_error_message=_("Say on which day it was checked."),
            )
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    @property
    def ref_plan_id(self) -> int:
        return self.persona.plan_id

    def standing(self, today: date, months: int) -> Standing:
        """Say how it stands on a day where proof lasts so many months."""
        return standing(self.trust, self.checked_on, today, months)
