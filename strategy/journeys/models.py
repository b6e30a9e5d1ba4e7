"""A journey: the way a persona goes with the brand, step by step, and what happens there."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cxplanner.base.history import tracked
from cxplanner.base.refs import Referable
from cxplanner.base.tenancy import WorkspaceModel
from cxplanner.base.versions import VersionedModel
from strategy.journeys.lanes import LANE_LENGTH
from strategy.personas.models import Persona
from strategy.plans.models import NAME_LENGTH, Plan
from strategy.touchpoints.models import Touchpoint

LONGEST = 500  # characters of a card
SADDEST, GLADDEST = -2, 2


def mood_field() -> "models.SmallIntegerField[int | None, int | None]":
    """Make a column for an emotion: −2 to +2, or none."""
    return models.SmallIntegerField(
        _("emotion"),
        null=True,
        blank=True,
        validators=[MinValueValidator(SADDEST), MaxValueValidator(GLADDEST)],
    )


@tracked()
class Journey(Referable, VersionedModel):
    """A map of steps and lanes, of some personas; without any it is of all customers.

    One that `future_of` names another shows how that one shall be; one that `opened_by` a step
    shows that step in finer steps.
    """

    ref_kind = "journey"
    ref_page = "journey"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="journeys")
    name = models.CharField(_("name"), max_length=120)
    summary = models.CharField(_("in two sentences"), max_length=LONGEST, blank=True)
    personas: "models.ManyToManyField[Persona, JourneyPersona]" = models.ManyToManyField(
        Persona, through="JourneyPersona", related_name="journeys"
    )
    future_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="futures"
    )
    opened_by = models.ForeignKey(
        "JourneyStep", models.CASCADE, null=True, blank=True, related_name="finer"
    )
    # Lanes in their order, each with its key and whether it is shown; one of the team's own has a
    # name. Those that are not named stand behind, shown.
    lanes = models.JSONField(_("lanes"), default=list, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["workspace", "plan"], name="journey_of_plan"),
            models.Index(fields=["workspace", "opened_by"], name="journey_of_step"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "future_of"],
                condition=Q(archived_at=None),
                name="one_future_a_journey",
                violation_error_message=_("That journey has its future already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class JourneyPersona(WorkspaceModel):
    """Says of whom a journey is."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="persona_rows")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="journey_rows")

    class Meta(WorkspaceModel.Meta):
        ordering = ["persona", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "journey", "persona"], name="a_persona_once_a_journey"
            )
        ]

    def __str__(self) -> str:
        return f"{self.journey}: {self.persona}"


@tracked()
class JourneyStep(Referable, VersionedModel):
    """A column of a map: something a customer does, in a stage, perhaps at a touchpoint."""

    ref_kind = "journeystep"
    ref_page = "journey-step"

    # The journey's plan, so that its stages are counted and renamed without asking for journeys.
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="journey_steps", editable=False)
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="steps")
    name = models.CharField(_("name"), max_length=120)
    # Names from the plan's lists, or none.
    stage = models.CharField(_("stage"), max_length=NAME_LENGTH, blank=True)
    channel = models.CharField(_("channel"), max_length=NAME_LENGTH, blank=True)
    touchpoint = models.ForeignKey(
        Touchpoint, models.RESTRICT, null=True, blank=True, related_name="journey_steps"
    )
    # In a map of the future: the step of today's map that it stands for.
    origin = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="successors"
    )
    emotion = mood_field()
    feeling = models.CharField(_("feeling, in a word"), max_length=40, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["workspace", "journey", "position"], name="steps_of_journey"),
            models.Index(fields=["workspace", "touchpoint"], name="steps_at_touchpoint"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(emotion=None) | Q(emotion__range=(SADDEST, GLADDEST)),
                name="emotion_is_minus_2_to_2",
                violation_error_message=_("An emotion is a whole number from −2 to 2."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class StepPersona(WorkspaceModel):
    """Says whom a step is for; a step without is for everybody.

    `emotion` is how this persona feels there, where it differs from the step's.
    """

    step = models.ForeignKey(JourneyStep, models.CASCADE, related_name="persona_rows")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="step_rows")
    emotion = mood_field()

    class Meta(WorkspaceModel.Meta):
        ordering = ["persona", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "step", "persona"], name="a_persona_once_a_step"
            ),
            models.CheckConstraint(
                condition=Q(emotion=None) | Q(emotion__range=(SADDEST, GLADDEST)),
                name="own_emotion_is_minus_2_to_2",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.persona}"


@tracked()
class JourneyCard(Referable, VersionedModel):
    """A sentence where a step meets a lane; one of a persona is of that one alone."""

    ref_kind = "journeycard"
    ref_page = "journey-card"
    ref_related = ("step",)

    step = models.ForeignKey(JourneyStep, models.CASCADE, related_name="cards")
    lane = models.CharField(_("lane"), max_length=LANE_LENGTH)
    text = models.CharField(_("what is so"), max_length=LONGEST)
    persona = models.ForeignKey(
        Persona, models.SET_NULL, null=True, blank=True, related_name="journey_cards"
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["workspace", "step", "lane"], name="cards_of_cell")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    @property
    def ref_plan_id(self) -> int:
        return self.step.plan_id
