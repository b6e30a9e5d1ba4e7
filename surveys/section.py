"""Step 7: done when an open survey feeds every survey metric."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.sections import Act, Completeness, Section
from surveys.design.models import Question, Survey


class SurveysSection(Section):
    """What customers are asked."""

    slug = "surveys"
    step = 7
    title = gettext_lazy("Ask your customers")
    help = gettext_lazy(
        "If you don’t know, ask: few questions, at the moment that matters. Every answer feeds a "
        "metric and moves the goals that are read from it."
    )
    page = "surveys"

    def completeness(self, plan: Plan) -> Completeness:
        """Count survey metrics fed by an open survey of all survey metrics, in one query."""
        asked = Question.objects.filter(
            metric=OuterRef("pk"),
            archived_at=None,
            survey__archived_at=None,
            survey__status=Survey.Status.OPEN,
        )
        metrics = Metric.objects.filter(plan=plan, archived_at=None, kind__in=Question.SCORED)
        fed = list(metrics.order_by("id").values_list("name", Exists(asked)))
        if not fed:
            words = _("No metric waits for a survey yet.")
            return Completeness(0, 1, words, (Act(_("Write a survey"), self.page, plan.pk),))
        waiting = [name for name, is_fed in fed if not is_fed]
        acts = tuple(
            Act(_("Ask customers for “%(metric)s”") % {"metric": name}, self.page, plan.pk)
            for name in waiting[:1]
        )
        return Completeness(len(fed) - len(waiting), len(fed), _words(len(fed), waiting), acts)


def _words(count: int, waiting: list[str]) -> str:
    if not waiting:
        return ngettext(
            "An open survey feeds the one survey metric.",
            "Open surveys feed all %(count)s survey metrics.",
            count,
        ) % {"count": count}
    return ngettext(
        "An open survey feeds %(fed)s of %(count)s survey metric.",
        "Open surveys feed %(fed)s of %(count)s survey metrics.",
        count,
    ) % {"fed": count - len(waiting), "count": count}
