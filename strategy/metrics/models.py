"""What is measured, how it is defined, and the daily histogram all figures are read from."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership, currency_code
from cxplanner.base.history import tracked
from cxplanner.base.refs import Referable
from cxplanner.base.tenancy import WorkspaceModel
from cxplanner.base.versions import VersionedModel
from strategy.plans.models import Plan

SOURCE_LENGTH = 40
SEGMENT_LENGTH = 120


class Kind(models.TextChoices):
    NPS = "nps", _("Net Promoter Score")
    CSAT = "csat", _("customer satisfaction")
    CES = "ces", _("customer effort score")
    DURATION = "duration", _("duration")
    RATIO = "ratio", _("ratio")
    VALUE = "value", _("value")


class Method(models.TextChoices):
    """How scores become one figure; top box in per cent, net from −100 to 100."""

    NET = "net", _("top box minus bottom box")
    TOP_BOX = "top_box", _("share in the top box")
    MEAN = "mean", _("mean")
    MEDIAN = "median", _("median")
    P75 = "p75", _("75th percentile")
    P90 = "p90", _("90th percentile")
    P95 = "p95", _("95th percentile")


class Combine(models.TextChoices):
    """How days become a window."""

    POOLED = "pooled", _("all answers together")
    LAST = "last", _("the last one stands")
    SUM = "sum", _("added up")
    PERIOD = "period", _("one per period, never pooled")


class DefinitionFields(models.Model):
    """What decides how answers become the figure; changing it in use makes a new version."""

    scale_min = models.SmallIntegerField(_("lowest score"), null=True, blank=True)
    scale_max = models.SmallIntegerField(_("highest score"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    top_box_from = models.SmallIntegerField(_("top box from"), null=True, blank=True)
    bottom_box_to = models.SmallIntegerField(_("bottom box up to"), null=True, blank=True)

    class Meta:
        abstract = True


@tracked()
class Metric(Referable, DefinitionFields, VersionedModel):
    """A figure of a plan. Its definition fields are those of its newest version."""

    ref_kind = "metric"
    ref_page = "metric"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="metrics")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    higher_is_better = models.BooleanField(_("higher is better"), default=True)
    window_days = models.PositiveSmallIntegerField(
        _("window in days"),
        default=28,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )
    combine = models.CharField(
        _("how days combine"), max_length=10, choices=Combine.choices, default=Combine.POOLED
    )
    definition_version = models.PositiveIntegerField(default=1, editable=False)
    description = models.TextField(_("what it says"), blank=True)
    benchmark_value = models.DecimalField(
        _("benchmark"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    benchmark_source = models.CharField(_("source of the benchmark"), max_length=200, blank=True)
    benchmark_on = models.DateField(_("date of the benchmark"), null=True, blank=True)
    value_per_point = models.DecimalField(
        _("worth of one point"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    value_currency = models.CharField(max_length=3, blank=True, validators=[currency_code])
    value_basis = models.TextField(_("how that worth was reckoned"), blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(VersionedModel.Meta):
        indexes = [models.Index(fields=["workspace", "plan"], name="metric_of_plan")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scale_min__isnull=True) | Q(scale_max__gt=models.F("scale_min")),
                name="metric_scale_rises",
                violation_error_message=_("The highest score lies above the lowest."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class MetricVersion(DefinitionFields, WorkspaceModel):
    """A definition and the day from which it holds; the first holds for all days before."""

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    from_day = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(WorkspaceModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "metric", "number"], name="one_definition_a_version"
            )
        ]


class Observation(WorkspaceModel):
    """A number that no survey asked for: typed in, sent over REST or imported."""

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="observations")
    touchpoint = models.ForeignKey(
        "strategy.Touchpoint", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    segment = models.CharField(max_length=SEGMENT_LENGTH, blank=True)
    observed_at = models.DateTimeField()
    day = models.DateField(editable=False)  # decided once, in the workspace's time zone
    external_id = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001  # null = not given; '' would collide
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    milliseconds = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    numerator = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.PositiveBigIntegerField(null=True, blank=True)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "day"], name="observation_of_day"),
            models.Index(fields=["workspace", "metric", "-observed_at"], name="observation_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "metric", "external_id"],
                condition=Q(external_id__isnull=False),
                name="observed_once",
            )
        ]

    @property
    def seconds(self) -> Decimal | None:
        return None if self.milliseconds is None else Decimal(self.milliseconds) / 1000


class Tally(WorkspaceModel):
    """One cell of a metric's daily histogram.

    An empty dimension (touchpoint null, segment "") means all: cells are the total, one per
    touchpoint and one per segment, never their product, so margins are never summed.
    """

    workspace = models.ForeignKey(
        "accounts.Workspace", models.CASCADE, editable=False, related_name="+", db_constraint=False
    )
    metric = models.ForeignKey(Metric, models.CASCADE, db_index=False, db_constraint=False)
    touchpoint = models.ForeignKey(
        "strategy.Touchpoint",
        models.RESTRICT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    segment = models.CharField(max_length=SEGMENT_LENGTH, default="")
    source = models.CharField(max_length=SOURCE_LENGTH)
    day = models.DateField()
    bucket = models.IntegerField()
    n = models.BigIntegerField()
    total = models.DecimalField(max_digits=38, decimal_places=4)
    # Wide enough for the square of the largest value, 10**14 times.
    squares = models.DecimalField(max_digits=50, decimal_places=8)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "metric", "day", "touchpoint", "segment", "bucket", "source"],
                name="tally_cell",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "source", "day"], name="tally_of_slice"),
            models.Index(
                fields=["metric", "day"],
                include=["bucket", "n", "total", "squares"],
                condition=Q(touchpoint__isnull=True, segment=""),
                name="tally_totals",
            ),
            models.Index(
                fields=["metric", "touchpoint", "day"],
                include=["bucket", "n", "total", "squares"],
                condition=Q(touchpoint__isnull=False),
                name="tally_by_touchpoint",
            ),
            models.Index(
                fields=["metric", "segment", "day"],
                include=["bucket", "n", "total", "squares"],
                condition=~Q(segment=""),
                name="tally_by_segment",
            ),
        ]


class Pending(WorkspaceModel):
    """Work for the runner, written with the raw row. Append only: never unique, never updated.

    With a metric it adds one new answer to its cells; without, it asks for a recount of the
    slice (source, day) from raw, not before `not_before` where that is set.
    """

    workspace = models.ForeignKey(
        "accounts.Workspace",
        models.CASCADE,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    source = models.CharField(max_length=SOURCE_LENGTH)
    day = models.DateField()
    metric_id = models.BigIntegerField(null=True)
    touchpoint_id = models.BigIntegerField(null=True)
    segments = ArrayField(models.CharField(max_length=SEGMENT_LENGTH), default=list)
    bucket = models.IntegerField(null=True)
    n = models.BigIntegerField(null=True)
    total = models.DecimalField(max_digits=38, decimal_places=4, null=True)
    squares = models.DecimalField(max_digits=50, decimal_places=8, null=True)
    not_before = models.DateTimeField(null=True)
    added_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta(WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace"], name="pending_of_workspace"),
            models.Index(
                fields=["workspace", "source", "day"],
                condition=Q(metric_id__isnull=True),
                name="pending_recount",
            ),
        ]


class Combination(WorkspaceModel):
    """Segment values that an answer must all carry to count in cells of their own.

    Its cells stand under `key` beside those of plain segments. The runner alone switches it on
    (`is_counted`) and, once nobody wants it, takes it away with its cells.
    """

    KEYS = " &"  # what people type as a segment is trimmed, so it never begins like this

    segments = ArrayField(models.CharField(max_length=SEGMENT_LENGTH))  # sorted, two or more
    is_wanted = models.BooleanField(default=True)
    is_counted = models.BooleanField(default=False)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "segments"], name="one_combination_of_values"
            )
        ]

    @property
    def key(self) -> str:
        return f"{self.KEYS}{self.pk}"
