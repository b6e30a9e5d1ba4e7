"""Step 8: done when no goal is without data in its window."""

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.sections import Act, Completeness, Section

# Goals stand above metrics, so they are reached through the metric they are read by.
_RUNNING = Q(goals__archived_at=None, goals__cycle__closed_at=None, goals__isnull=False)
# A figure read under another definition than the baseline's is none for its goal.
_UNREAD = Q(goals__state__value=None) | (
    Q(goals__baseline_version__isnull=False)
    & ~Q(goals__baseline_version=F("goals__state__metric_version"))
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

    def completeness(self, plan: Plan) -> Completeness:
        """Count goals with data in their window of all that have a metric, in one query."""
        measured = Metric.objects.filter(_RUNNING, plan=plan).order_by("id")
        goals = list(measured.values_list("id", "name", _UNREAD))
        if not goals:
            words = _("No goal is read from a metric yet.")
            return Completeness(
                0, 1, words, (Act(_("Define the first metric"), self.page, plan.pk),)
            )
        empty = [(pk, name) for pk, name, is_empty in goals if is_empty]
        acts = tuple(
            Act(_("Bring “%(metric)s” its first answers") % {"metric": name}, "metric", pk)
            for pk, name in empty[:1]
        )
        return Completeness(len(goals) - len(empty), len(goals), _words(len(goals), empty), acts)


def _words(count: int, empty: list[tuple[int, str]]) -> str:
    if not empty:
        return ngettext(
            "The one measured goal has data in its window.",
            "All %(count)s measured goals have data in their windows.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(read)s of %(count)s measured goal has data in its window.",
        "%(read)s of %(count)s measured goals have data in their windows.",
        count,
    ) % {"read": count - len(empty), "count": count}
