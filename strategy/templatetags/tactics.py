"""What is done about what was noted of a place: {% load tactics %}{% answers_at it as done %}."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django import template

from strategy.swot.models import Quadrant, SwotEntry, entry_words
from strategy.tactics import selectors
from strategy.tactics.models import Tactic
from strategy.touchpoints.models import Touchpoint

register = template.Library()


@register.simple_tag
def answers_at(touchpoint: Touchpoint) -> Mapping[str, Tactic]:
    """Return the tactics of a touchpoint, for `answer_to`."""
    return selectors.answers_at(touchpoint)


@register.simple_tag
def answer_to(
    done: Mapping[str, Tactic], point: str, entry: SwotEntry | None = None
) -> Tactic | None:
    """Return the tactic that answers a point, or the entry of the SWOT it became."""
    return done.get(entry_words(point)) or (done.get(str(entry.ref)) if entry else None)


@register.simple_tag
def begins_with(
    touchpoint: Touchpoint, quadrant: str, point: str, entry: SwotEntry | None = None
) -> str:
    """Return the query of an address where a tactic begins that answers a point.

    An opportunity is what one would do, too.
    """
    said = {"touchpoint": str(touchpoint.pk), "reason": entry_words(point)}
    if entry is not None:
        said["why"] = str(entry.ref)
    if quadrant == Quadrant.OPPORTUNITIES:
        said["name"] = entry_words(point)[:160]
    return urlencode(said)
