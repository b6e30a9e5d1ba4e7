"""What was found at a touchpoint, as its page says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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


@dataclass(frozen=True, slots=True)
class Mark:
    """A grade on the drawing of their way: x in per cent, y in pixels, as an SVG writes them."""

    audit: Audit
    x: str
    y: int
    has_letter: bool  # those that follow too closely are a dot


_TOP, _STEP, _EDGE, _NEAR = 12, 11, 2.5, 5.0


def course_of(past: Sequence[Audit], *, rtl: bool = False) -> list[Mark]:
    """Lay grades (the newest first) along their days, A at the top, the oldest mark first."""
    days = [one.graded_on.toordinal() for one in past]
    span = max(days, default=0) - min(days, default=0)
    marks: list[Mark] = []
    lettered = float("inf")
    for place, one in enumerate(past):
        way = (days[place] - min(days)) / span if span else 1 - place / max(len(past) - 1, 1)
        along = _EDGE + way * (100 - 2 * _EDGE)
        has_letter = lettered - along >= _NEAR
        lettered = along if has_letter else lettered
        y = _TOP + _STEP * Audit.Grade.values.index(one.grade)
        marks.append(Mark(one, f"{100 - along if rtl else along:.1f}", y, has_letter))
    return marks[::-1]


def found_at(touchpoint: Touchpoint) -> list[Group]:
    """Return what is found at a touchpoint now, point by point."""
    return [
        Group(gettext_lazy("What goes well"), "ok", points(touchpoint.goes_well), "strengths"),
        Group(gettext_lazy("Pain points"), "off", points(touchpoint.pain_points), "weaknesses"),
        Group(
            gettext_lazy("Opportunities"), "own", points(touchpoint.opportunities), "opportunities"
        ),
    ]
