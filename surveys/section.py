"""Step 7: done when an open survey feeds every survey metric."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Exists, OuterRef
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.sections import Act, Completeness, Heard, Links, Section, Stitch
from surveys.design.models import Question, Survey
from surveys.responses.models import Response
from surveys.results.hearing import heard, stitch_of
from surveys.results.joints import links_of
from surveys.results.selectors import voices_of


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
    covers = gettext_lazy("Survey")
    begins = gettext_lazy("Ask about it")

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

    def coverage(self, touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
        """Count the living surveys that ask about each touchpoint; one query."""
        asked = Question.objects.filter(
            touchpoint__in=list(touchpoint_ids), archived_at=None, survey__archived_at=None
        )
        counted = asked.order_by().values("touchpoint").annotate(n=Count("survey", distinct=True))
        return dict(counted.values_list("touchpoint", "n"))

    def filling(self, plan: Plan, touchpoint_id: int, name: str, slug: str) -> str:
        """Begin a survey that asks about the touchpoint."""
        return address("survey-new", slug, plan.pk, starter="csat", touchpoint=touchpoint_id)

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Join questions, surveys and answers to metrics, touchpoints and goals; few queries."""
        return links_of(refs)

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show surveys, questions and answers, in a constant number of queries."""
        found: dict[Ref, Stitch] = {}
        slug = member.workspace.slug
        ids = {kind: [ref.id for ref in refs if ref.kind == kind] for kind in _OWN}
        if ids["survey"]:
            counted = Survey.objects.filter(pk__in=ids["survey"]).annotate(n=Count("responses"))
            for survey in counted:
                found[survey.ref] = _survey(survey, slug)
        if ids["question"]:
            asked = Question.objects.filter(pk__in=ids["question"]).select_related("survey")
            for row in asked:
                words = f"{row.get_kind_display()} · {row.survey.name}"
                url = address("survey", slug, row.survey_id) + f"#question-{row.pk}"
                found[row.ref] = Stitch(ref=row.ref, name=row.text, url=url, words=words)
        if ids["response"]:
            rows = Response.objects.filter(pk__in=ids["response"]).select_related("survey")
            anonymous = [row.survey_id for row in rows if row.survey.is_anonymous]
            sees_all = member.can(Action.RESPONDENTS)
            for one in voices_of(list(rows), places={}, anonymous=anonymous, all_=sees_all):
                found[one.response.ref] = stitch_of(one, member)
        return found

    def heard(self, ref: Ref, *, member: Membership, most: int) -> Heard | None:
        return heard(ref, member=member, most=most)


_OWN = ("survey", "question", "response")


def _survey(survey: Survey, slug: str) -> Stitch:
    count = int(getattr(survey, "n", 0))  # annotated above
    words = ngettext("%(status)s, %(n)s answer", "%(status)s, %(n)s answers", count) % {
        "status": survey.get_status_display(),
        "n": floatformat(count, "0g"),
    }
    return Stitch(ref=survey.ref, name=survey.name, url=survey.page_in(slug), words=words)


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
