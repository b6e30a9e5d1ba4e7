"""What was found at a touchpoint, as its page says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cxplanner.base.marks import Point
from strategy.plans.models import Plan
from strategy.touchpoints.checklists import Seen, told
from strategy.touchpoints.models import Audit, Touchpoint, points
from strategy.vocabulary.selectors import sentences_of


@dataclass(frozen=True, slots=True)
class Graded:
    """One audit with what its grade means in the plan, and its checklist in words."""

    audit: Audit
    sentence: str
    checklist: list[Seen]

    @property
    def pains(self) -> str:
        """What hurt then, on one line."""
        return " · ".join(points(self.audit.pain_points))


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one sort: `tone` as of a status, the single points."""

    name: str | Promise
    tone: str
    points: list[str]
    # Where a point goes when it is made an entry of the SWOT.
    quadrant: str


def graded_words(plan: Plan, past: Sequence[Audit]) -> list[Graded]:
    """Put beside audits what their grades mean."""
    sentences = sentences_of(plan)
    return [Graded(one, sentences[one.grade], told(one.checklist)) for one in past]


def course_of(past: Sequence[Audit]) -> list[Point]:
    """Return the way of the grades for a drawing, oldest first: A is the highest, F the lowest."""
    worst_first = sorted(Audit.Grade.values, reverse=True)
    oldest_first = reversed(past)
    return [Point(one.graded_on, float(worst_first.index(one.grade))) for one in oldest_first]


def found_at(touchpoint: Touchpoint) -> list[Group]:
    """Return what is found at a touchpoint now, point by point."""
    return [
        Group(gettext_lazy("What goes well"), "ok", points(touchpoint.goes_well), "strengths"),
        Group(gettext_lazy("Pain points"), "off", points(touchpoint.pain_points), "weaknesses"),
        Group(
            gettext_lazy("Opportunities"), "own", points(touchpoint.opportunities), "opportunities"
        ),
    ]
