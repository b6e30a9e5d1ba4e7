"""Surveys as their team sees them: what they ask, how often it was answered, what it feeds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Prefetch, Q

from strategy.metrics.definitions import SCORES
from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Question, Survey


@dataclass(frozen=True, slots=True)
class Line:
    """A survey in the list of its plan; `last_at` is None while nobody answered."""

    survey: Survey
    questions: int
    answers: int
    last_at: datetime | None
    metrics: list[Metric]


@dataclass(frozen=True, slots=True)
class Item:
    """A question in the builder, with how many answered it."""

    question: Question
    answers: int

    @property
    def scores(self) -> list[int]:
        low, high = self.question.scale_min, self.question.scale_max
        return [] if low is None or high is None else list(range(low, high + 1))


@dataclass(frozen=True, slots=True)
class Outline:
    """A survey's questions, those asked now and those asked before."""

    survey: Survey
    answers: int
    asked: list[Item] = field(default_factory=list)
    before: list[Item] = field(default_factory=list)

    @property
    def metrics(self) -> list[Metric]:
        return _metrics(item.question for item in self.asked)

    @property
    def unfed(self) -> int:
        """Count the scores that no metric hears of."""
        open_ends = (item.question for item in self.asked if item.question.metric_id is None)
        return sum(question.kind in Question.SCORED for question in open_ends)


def lines_of(plan: Plan) -> list[Line]:
    """Return a plan's surveys, open ones first, archived ones last."""
    asked = Question.objects.filter(archived_at=None).select_related("metric")
    surveys = (
        Survey.objects.filter(plan=plan)
        .annotate(answers=Count("responses"), last_at=Max("responses__answered_at"))
        .prefetch_related(Prefetch("questions", asked))
    )
    order = [Survey.Status.OPEN, Survey.Status.DRAFT, Survey.Status.CLOSED]
    lines = [_line(survey) for survey in surveys]
    return sorted(
        lines,
        key=lambda line: (
            line.survey.archived_at is not None,
            order.index(Survey.Status(line.survey.status)),
            -line.survey.pk,
        ),
    )


def _line(survey: Survey) -> Line:
    questions = list(survey.questions.all())
    counted: tuple[int, datetime | None] = (
        getattr(survey, "answers"),  # noqa: B009  # an annotation, unknown to the class
        getattr(survey, "last_at"),  # noqa: B009  # an annotation, unknown to the class
    )
    return Line(survey, len(questions), *counted, _metrics(questions))


def _metrics(questions: Iterable[Question]) -> list[Metric]:
    found = (question.metric for question in questions)
    return list(dict.fromkeys(metric for metric in found if metric is not None))


def outline_of(survey: Survey) -> Outline:
    """Return a survey's questions with their answers counted, in two queries."""
    questions = list(survey.questions.select_related("metric", "touchpoint"))
    counts = survey.responses.aggregate(
        every=Count("pk"),
        **{
            f"q{question.pk}": Count("pk", filter=Q(answers__has_key=str(question.pk)))
            for question in questions
        },
    )
    items = [Item(question, counts[f"q{question.pk}"]) for question in questions]
    return Outline(
        survey,
        counts["every"],
        [item for item in items if item.question.archived_at is None],
        [item for item in items if item.question.archived_at is not None],
    )


def ties_of(plan: Plan) -> tuple[list[Metric], list[Touchpoint]]:
    """Return the metrics a question of the plan may feed, and the touchpoints it may be about."""
    metrics = plan.metrics.filter(archived_at=None, kind__in=SCORES).order_by("name")
    return list(metrics), list(plan.touchpoints.filter(archived_at=None))
