"""What belongs into each quadrant, in the words of customer experience."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from strategy.swot.models import Quadrant


@dataclass(frozen=True, slots=True)
class Lesson:
    """A quadrant explained: its drawing (a lucide name), the question it answers, an example."""

    icon: str
    asks: str | Promise
    example: str | Promise
    weigh: str | Promise
    none_if: str | Promise


LESSONS: Mapping[Quadrant, Lesson] = MappingProxyType(
    {
        Quadrant.STRENGTHS: Lesson(
            "arrow-up",
            _("What do customers praise unasked, or come back for?"),
            _("“One customer in nine praises somebody of us by name.”"),
            _("5: customers choose you for it"),
            _("We asked 40 customers and none named anything"),
        ),
        Quadrant.WEAKNESSES: Lesson(
            "arrow-down",
            _("Where do customers wait, repeat themselves or give up?"),
            _("“Whoever wants to change an order has to call, and waits 40 minutes.”"),
            _("5: customers leave over it"),
            _("No complaint in a year came twice"),
        ),
        Quadrant.OPPORTUNITIES: Lesson(
            "sparkles",
            _("What changes outside that would let you serve customers better?"),
            _("“Nobody in our market answers chat at night.”"),
            _("5: whoever is first wins customers"),
            _("Our market is closed until 2028"),
        ),
        Quadrant.THREATS: Lesson(
            "triangle-alert",
            _("What outside could spoil the experience, or make a rival’s better?"),
            _("“Our rival answers within the hour since October.”"),
            _("5: it costs customers this year"),
            _("Ours is the only licence in the region"),
        ),
    }
)
