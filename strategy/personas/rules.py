"""Whose answers a persona has: the values it names, the survey, and what counts them."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cxplanner.base.refs import Ref, UnknownRef, target
from strategy.metrics import combinations
from strategy.personas.models import MOST_VALUES, Persona
from strategy.plans.models import Plan
from strategy.plans.segments import named

SURVEY = "survey"


def checked_values(plan: Plan, values: Iterable[str], known: Collection[str] = ()) -> list[str]:
    """Return segment values as a rule holds them: as the plan spells them, each once, sorted.

    Raises ValidationError for more than an answer can carry, and for one the plan does not
    declare unless it is `known` already.
    """
    found = set()
    for text in values:
        try:
            found.add(text if text in known else named(plan.segments, text))
        except ValidationError as error:
            raise ValidationError({"segments": error.messages}) from error
    found.discard("")
    if len(found) > MOST_VALUES:
        words = _("An answer carries at most %(most)s values, so a rule names no more.")
        raise ValidationError({"segments": words % {"most": MOST_VALUES}})
    return sorted(found)


def checked_source(plan: Plan, survey: int | None) -> str:
    """Return the source of a survey's answers, "" for any. Raises ValidationError."""
    if survey is None:
        return ""
    ref = Ref(SURVEY, survey)
    try:
        fits = target(ref).ref_plan_id == plan.pk
    except UnknownRef:
        fits = False
    if not fits:
        raise ValidationError({"survey": _("That survey belongs to another plan.")})
    return str(ref)


def count_rules() -> None:
    """Have counted what the living personas name, and nothing more."""
    combinations.hold()
    rules = Persona.objects.filter(archived_at=None, segments__len__gt=1)
    combinations.want(tuple(row) for row in rules.values_list("segments", flat=True))
