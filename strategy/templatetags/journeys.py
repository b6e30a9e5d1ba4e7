"""Small drawings of journeys: {% load journeys %}{% sketch_of emotions %}."""

from collections.abc import Sequence

from django import template
from django.utils.translation import get_language_bidi

from strategy.maps.geometry import sketch

register = template.Library()


@register.inclusion_tag("strategy/journeys/_sketch.html")
def sketch_of(emotions: Sequence[int | None]) -> dict[str, object]:
    """Draw a journey's emotions as one small curve; where nobody said, there is a gap."""
    return {"drawn": sketch(emotions, rtl=get_language_bidi())}
