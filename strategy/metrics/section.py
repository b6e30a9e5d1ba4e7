"""Step 8: done when no goal is without data in its window."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from strategy.metrics.models import Kind, Metric
from strategy.metrics.readings import Ask, readings
from strategy.metrics.selectors import measured_at, places_of
from strategy.metrics.wording import reading_words
from strategy.plans.models import Cycle, Plan
from strategy.sections import Act, Completeness, Links, Section, Stitch


@dataclass(frozen=True, slots=True)
class _Measured:
    """What tells whether a goal has data: columns only, as goals stand above metrics."""

    goal_id: int
    statement: str
    parent_id: int | None
    metric_id: int | None
    metric: str | None
    value: float | None
    baseline_version: int | None
    read_version: int | None

    @property
    def has_data(self) -> bool:
        """A figure under another definition than the baseline's is none for the goal."""
        redefined = self.baseline_version is not None and self.baseline_version != self.read_version
        return self.value is not None and not redefined


_COLUMNS = (
    "goals",
    "goals__statement",
    "goals__parent",
    "goals__metric",
    "goals__metric__name",
    "goals__state__value",
    "goals__baseline_version",
    "goals__state__metric_version",
)


class MetricsSection(Section):
    """What the goals are measured by."""

    slug = "metrics"
    step = 8
    title = gettext_lazy("Measure")
    help = gettext_lazy(
        "Every goal is read from a metric. Answers, support events and imports arrive here and "
        "move the goals by themselves."
    )
    page = "metrics"
    covers = gettext_lazy("Metric")
    begins = gettext_lazy("Measure it")

    def completeness(self, plan: Plan) -> Completeness:
        """Count goals with data in their window, but for parents read from their children.

        One query.
        """
        goals = _goals(plan)
        if not goals:
            words = _("No goal is read from a metric yet.")
            first = Act(_("Define the first metric"), self.page, plan.pk)
            return Completeness(0, 1, words, (first,))
        without = [goal for goal in goals if not goal.has_data]
        return Completeness(
            len(goals) - len(without),
            len(goals),
            _words(len(goals), len(without)),
            tuple(_act(goal) for goal in without[:1]),
        )

    def coverage(self, touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
        """Count the living metrics with answers at each touchpoint; one query."""
        measured = measured_at(touchpoint_ids, archived_at=None)
        return {pk: len(its) for pk, its in measured.items()}

    def filling(self, plan: Plan, touchpoint_id: int, name: str, slug: str) -> str:
        """Begin a metric of satisfaction that is called as the touchpoint."""
        return address("metric-new", slug, plan.pk, kind=Kind.CSAT.value, name_=name)

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Join metrics to the touchpoints they have answers at; two queries."""
        metrics = [int(ref.id) for ref in refs if ref.kind == Metric.ref_kind]
        touchpoints = [int(ref.id) for ref in refs if ref.kind == "touchpoint"]
        places = places_of(metrics) if metrics else {}
        found = {
            Ref("metric", pk): Links(down=tuple(Ref("touchpoint", one) for one in its))
            for pk, its in places.items()
        }
        measured = measured_at(touchpoints) if touchpoints else {}
        return found | {
            Ref("touchpoint", pk): Links(up=tuple(Ref("metric", one) for one in its))
            for pk, its in measured.items()
        }

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show metrics by what they read today, in a constant number of queries."""
        wanted = [ref.id for ref in refs if ref.kind == Metric.ref_kind]
        metrics = list(Metric.objects.filter(pk__in=wanted)) if wanted else []
        today, slug = member.workspace.today(), member.workspace.slug
        found = readings([Ask(metric, today) for metric in metrics])
        return {
            metric.ref: Stitch(
                ref=metric.ref,
                name=metric.name,
                url=metric.page_in(slug),
                figure=reading_words(metric, one),
            )
            for metric, one in zip(metrics, found, strict=True)
        }


def _goals(plan: Plan) -> list[_Measured]:
    cycles = Cycle.objects.filter(plan=plan, closed_at=None)
    living = cycles.filter(goals__isnull=False, goals__archived_at=None).order_by("goals")
    found = [_Measured(*row) for row in living.values_list(*_COLUMNS)]
    parents = {goal.parent_id for goal in found}
    return [one for one in found if one.metric_id is not None or one.goal_id not in parents]


def _act(goal: _Measured) -> Act:
    if goal.metric_id is None:
        words = _("Choose a metric for “%(goal)s”") % {"goal": goal.statement}
        return Act(words, "goal", goal.goal_id)
    return Act(
        _("Bring answers to “%(metric)s”") % {"metric": goal.metric}, "metric", goal.metric_id
    )


def _words(count: int, without: int) -> str:
    if not without:
        return ngettext(
            "The one goal has data in its window.",
            "All %(count)s goals have data in their windows.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(count)s goal has no data in its window.",
        "%(count)s goals have no data in their windows.",
        without,
    ) % {"count": without}
