"""What makes a question sound: its scale, its choices, and the metric it feeds."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.design.models import Question

USUAL_SCALES: dict[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 5)}
NPS_SCALE = USUAL_SCALES["nps"]
WIDEST_SCALE = 100  # steps
MOST_CHOICES = 100
LONGEST_CHOICE = 200  # characters

# A question with answers keeps these; a change of one replaces the question.
MEANING = ("kind", "scale_min", "scale_max", "is_multiple", "metric")
# A change of these moves answers to other cells.
TIES = ("metric", "touchpoint")


def complete(question: Question) -> None:
    """Give a question what its kind leaves open: the metric's scale or the usual one."""
    if question.kind not in Question.SCORED:
        question.scale_min = question.scale_max = None
    elif question.scale_min is None and question.scale_max is None:
        metric = question.metric
        usual = USUAL_SCALES[question.kind]
        if metric and metric.scale_min is not None and metric.scale_max is not None:
            usual = (metric.scale_min, metric.scale_max)
        question.scale_min, question.scale_max = usual
    if question.kind != Question.Kind.CHOICE:
        question.choices, question.is_multiple = [], False


def check(question: Question) -> None:
    """Refuse a question that could not be counted. Raises ValidationError by field."""
    errors: dict[str, Any] = {}
    if question.kind in Question.SCORED:
        _check_scale(question, errors)
    elif question.kind == Question.Kind.CHOICE:
        _check_choices(question, errors)
    _check_ties(question, errors)
    if errors:
        raise ValidationError(errors)


def _check_scale(question: Question, errors: dict[str, Any]) -> None:
    low, high = question.scale_min, question.scale_max
    if low is None or high is None:
        errors["scale_max"] = _("A scale has a lowest and a highest score.")
    elif question.kind == Question.Kind.NPS and (low, high) != NPS_SCALE:
        errors["scale_min"] = _(
            "A recommendation question runs from 0 to 10; on another scale it is no NPS."
        )
    elif not 0 < high - low <= WIDEST_SCALE:
        errors["scale_max"] = _("The highest score lies above the lowest, by at most %(most)d.") % {
            "most": WIDEST_SCALE
        }


def _check_choices(question: Question, errors: dict[str, Any]) -> None:
    choices = question.choices
    words = isinstance(choices, list) and all(
        isinstance(one, str) and one.strip() and len(one) <= LONGEST_CHOICE for one in choices
    )
    if not words or not 2 <= len(set(choices)) == len(choices) <= MOST_CHOICES:
        errors["choices"] = _(
            "From 2 to %(most)d different choices, each of at most %(long)d characters."
        ) % {"most": MOST_CHOICES, "long": LONGEST_CHOICE}


def _check_ties(question: Question, errors: dict[str, Any]) -> None:
    metric, touchpoint = question.metric, question.touchpoint
    plan_id = question.survey.plan_id
    if touchpoint and touchpoint.plan_id != plan_id:
        errors["touchpoint"] = _("This touchpoint belongs to another plan.")
    if not metric:
        return
    if metric.plan_id != plan_id:
        errors["metric"] = _("This metric belongs to another plan.")
    elif question.kind not in Question.SCORED or metric.kind != question.kind:
        errors["metric"] = _(
            "A question of the kind “%(question)s” cannot feed a metric of the kind “%(metric)s”."
        ) % {"question": question.get_kind_display(), "metric": metric.get_kind_display()}
    elif (metric.scale_min, metric.scale_max) != (question.scale_min, question.scale_max):
        errors["metric"] = _(
            "This metric is measured from %(low)s to %(high)s; the question has another scale."
        ) % {"low": metric.scale_min, "high": metric.scale_max}
