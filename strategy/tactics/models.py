"""A tactic: something the team does so that a goal is reached, in steps, by somebody, by a day."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.history import tracked
from cxplanner.base.links import address
from cxplanner.base.refs import Attached, Referable
from cxplanner.base.tenancy import WorkspaceModel
from cxplanner.base.versions import VersionedModel
from strategy.goals.models import Goal
from strategy.plans.models import Cycle
from strategy.touchpoints.models import Touchpoint

LONGEST = 500  # characters of a sentence
MOST = 5  # effort and impact go from 1 to this


class State(models.TextChoices):
    """Where a tactic stands; what is dropped serves nothing any more."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


OPEN = (State.PLANNED, State.UNDER_WAY)


def scale_field(label: object) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    """Make a column for a judgement: 1 (little) to 5 (much), or none."""
    return models.PositiveSmallIntegerField(
        label,  # type: ignore[arg-type]  # a lazy text, as everywhere
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST)],
    )


class Owned(VersionedModel):
    """What somebody does by a day: a member, or somebody without an account, by name."""

    owner = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    owner_name = models.CharField(_("owner"), max_length=120, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    # The day it was done, on the workspace's clock; None while it is not.
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        abstract = True

    @property
    def whose(self) -> str:
        """Who answers for it, in words; "" where nobody does."""
        return str(self.owner) if self.owner_id else self.owner_name

    def days_late(self, today: date) -> int:
        """Count the days since it was due, 0 where it is done or not due yet."""
        if self.due_on is None or self.done_on is not None:
            return 0
        return max((today - self.due_on).days, 0)


@tracked()
class Tactic(Referable, Owned):
    """An action of a cycle. It serves goals, is taken at touchpoints, and answers a reason."""

    ref_kind = "tactic"
    ref_page = "tactic"
    ref_related = ("cycle",)

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="tactics")
    name = models.CharField(_("what you do"), max_length=160)
    note = models.TextField(_("how"), max_length=5_000, blank=True)
    reason = models.CharField(_("what it answers"), max_length=LONGEST, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    effort = scale_field(_("effort, 1 to 5"))
    impact = scale_field(_("impact, 1 to 5"))
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    goals: "models.ManyToManyField[Goal, TacticGoal]" = models.ManyToManyField(
        Goal, through="TacticGoal", related_name="tactics"
    )
    touchpoints: "models.ManyToManyField[Touchpoint, TacticTouchpoint]" = models.ManyToManyField(
        Touchpoint, through="TacticTouchpoint", related_name="tactics"
    )

    class Meta(Owned.Meta):
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["workspace", "cycle", "state"], name="tactic_of_cycle")]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on"))
                | Q(due_on__isnull=True)
                | Q(starts_on__isnull=True),
                name="tactic_is_due_after_it_starts",
                violation_error_message=_("It cannot be due before it starts."),
            ),
            models.CheckConstraint(
                condition=(Q(effort=None) | Q(effort__range=(1, MOST)))
                & (Q(impact=None) | Q(impact__range=(1, MOST))),
                name="effort_and_impact_are_1_to_5",
                violation_error_message=_("Effort and impact go from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref_plan_id(self) -> int:
        return self.cycle.plan_id

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in OPEN

    @property
    def may_change(self) -> bool:
        """Whether its cycle runs; those of a closed one stand as they were."""
        return self.archived_at is None and self.cycle.closed_at is None

    def days_late(self, today: date) -> int:
        """Count the days since it was due, 0 where it is done, dropped or not due yet."""
        return super().days_late(today) if self.is_open else 0


@tracked()
class TacticGoal(WorkspaceModel):
    """Says which goal a tactic serves."""

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="goal_rows")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="tactic_rows")

    class Meta(WorkspaceModel.Meta):
        ordering = ["goal", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "tactic", "goal"], name="a_goal_once_a_tactic"
            )
        ]


@tracked()
class TacticTouchpoint(WorkspaceModel):
    """Says at which touchpoint a tactic is taken."""

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="touchpoint_rows")
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="tactic_rows")

    class Meta(WorkspaceModel.Meta):
        ordering = ["touchpoint", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "tactic", "touchpoint"], name="a_touchpoint_once_a_tactic"
            )
        ]


@tracked()
class TacticReason(Attached):
    """Says which thing a tactic answers: a SWOT entry, a card of a journey, a customer's words."""

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="reason_rows")

    class Meta(Attached.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "tactic", "about_kind", "about_id"],
                name="a_reason_once_a_tactic",
            )
        ]


@tracked()
class TacticStep(Referable, Owned):
    """One thing to do of a tactic, in its place among the others."""

    ref_kind = "tacticstep"
    ref_page = Tactic.ref_page
    ref_related = ("tactic__cycle",)

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="steps")
    text = models.CharField(_("what is to be done"), max_length=300)

    class Meta(Owned.Meta):
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["workspace", "tactic"], name="steps_of_tactic")]

    def __str__(self) -> str:
        return self.text

    @property
    def ref_plan_id(self) -> int:
        return self.tactic.cycle.plan_id

    def page_in(self, workspace_slug: str) -> str:
        """The address of its tactic's page, where it stands."""
        return f"{address(self.ref_page, workspace_slug, self.tactic_id)}#step-{self.pk}"
