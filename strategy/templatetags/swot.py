"""What of a touchpoint stands in the SWOT: {% load swot %}{% swot_at touchpoint as there %}."""

from collections.abc import Mapping

from django import template

from strategy.swot.models import SwotEntry, entry_words
from strategy.swot.selectors import entries_at
from strategy.touchpoints.models import Touchpoint

register = template.Library()


@register.simple_tag
def swot_at(touchpoint: Touchpoint) -> Mapping[tuple[str, str], SwotEntry]:
    """Return the entries of a touchpoint, for `swot_entry`."""
    return entries_at(touchpoint)


@register.simple_tag
def swot_entry(
    there: Mapping[tuple[str, str], SwotEntry], quadrant: str, text: str
) -> SwotEntry | None:
    """Return the entry that says a noted point in a quadrant; None where it does not stand yet."""
    return there.get((quadrant, entry_words(text)))
