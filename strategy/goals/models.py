"""Goals in a tree, what people say of them, and what was computed of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.history import tracked
from cxplanner.base.refs import Referable
from cxplanner.base.tenancy import WorkspaceModel
from cxplanner.base.versions import VersionedModel
from strategy.metrics.models import SEGMENT_LENGTH, Metric
from strategy.plans.models import Cycle
from strategy.touchpoints.models import Touchpoint


@tracked()
class Goal(Referable, VersionedModel):
    """What shall be true by a day. Reached from a baseline, or maintained between two bounds."""

    ref_kind = "goal"
    ref_page = "goal"
    ref_related = ("cycle",)

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="goals")
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    statement = models.CharField(_("what will be true, in one sentence"), max_length=300)
    metric = models.ForeignKey(Metric, models.RESTRICT, null=True, blank=True, related_name="goals")
    touchpoint = models.ForeignKey(
        Touchpoint, models.RESTRICT, null=True, blank=True, related_name="goals"
    )
    segment = models.CharField(_("segment"), max_length=SEGMENT_LENGTH, blank=True)
    baseline = models.DecimalField(
        _("from"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    baseline_n = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    baseline_se = models.FloatField(null=True, blank=True, editable=False)
    # The metric's definition the baseline was taken under.
    baseline_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    target = models.DecimalField(_("to"), max_digits=18, decimal_places=4, null=True, blank=True)
    target_sentence = models.CharField(max_length=40, blank=True, editable=False)
    floor = models.DecimalField(
        _("never below"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    ceiling = models.DecimalField(
        _("never above"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    # [{"on": "2026-06-30", "value": "33"}]: the level line passes through them.
    checkpoints = models.JSONField(default=list, blank=True)
    starts_on = models.DateField(_("starts on"))
    due_on = models.DateField(_("due"))
    owner = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    owner_name = models.CharField(_("owner"), max_length=120, blank=True)
    achievable = models.TextField(_("why it can be done"), blank=True)
    # A benefit of domain's list, where no parent goal is served.
    benefit = models.CharField(_("what it serves"), max_length=40, blank=True)
    relevant = models.TextField(_("why it matters"), blank=True)
    weight = models.DecimalField(_("weight"), max_digits=8, decimal_places=3, default=1)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["workspace", "cycle"], name="goal_of_cycle"),
            models.Index(fields=["workspace", "metric"], name="goal_of_metric"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=F("starts_on")),
                name="goal_is_due_after_it_starts",
                violation_error_message=_("A goal is due after it starts. Choose a later day."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="goal_weight_is_not_negative",
                violation_error_message=_("A weight is 0 or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def ref_plan_id(self) -> int:
        return self.cycle.plan_id

    @property
    def is_maintained(self) -> bool:
        """Hold a level (floor, ceiling) instead of reaching a new one."""
        return self.floor is not None or self.ceiling is not None


class CheckIn(WorkspaceModel):
    """What somebody says of a goal between the figures."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="checkins")
    note = models.TextField(_("how does it stand?"))
    confidence = models.PositiveSmallIntegerField(_("confidence, 1 to 5"), null=True, blank=True)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(WorkspaceModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__range=(1, 5)),
                name="confidence_is_1_to_5",
                violation_error_message=_("Confidence goes from 1 to 5."),
            )
        ]


class ComputedReading(WorkspaceModel):
    """A metric's estimate as a goal reads it; all null when its window holds no answer."""

    value = models.FloatField(null=True)
    n = models.BigIntegerField(default=0)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    se = models.FloatField(null=True)

    class Meta(WorkspaceModel.Meta):
        abstract = True


class GoalState(ComputedReading):
    """What the runner last read for a goal. Status is never stored: it depends on today."""

    goal = models.OneToOneField(Goal, models.CASCADE, related_name="state")
    # The newest answers when the window is empty: shown beside as stale.
    last_value = models.FloatField(null=True)
    last_n = models.BigIntegerField(null=True)
    last_on = models.DateField(null=True)
    window_ends = models.DateField(null=True)
    observed_on = models.DateField(null=True)
    metric_version = models.PositiveIntegerField(null=True)
    updated_at = models.DateTimeField(auto_now=True)


class ProgressPoint(ComputedReading):
    """Where a goal stood at the close of a day; progress and expected are ratios, unclamped."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="points")
    day = models.DateField()
    progress = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    status = models.CharField(max_length=20)

    class Meta(ComputedReading.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "goal", "day"], name="one_point_a_day")
        ]
