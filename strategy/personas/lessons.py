"""What belongs into each kind of statement: a question, an example, a drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from strategy.personas.models import PersonaStatement

Kind = PersonaStatement.Kind


@dataclass(frozen=True, slots=True)
class Lesson:
    """A kind explained: its drawing (a lucide name), the question it answers, an example."""

    icon: str
    asks: str | Promise
    example: str | Promise


LESSONS: Mapping[PersonaStatement.Kind, Lesson] = MappingProxyType(
    {
        Kind.DEMOGRAPHICS: Lesson(
            "id-card", _("Who is it, in facts?"), _("34, two children, works full time")
        ),
        Kind.NEED: Lesson(
            "hand-helping",
            _("What must be there, or they go elsewhere?"),
            _("Dinner in 20 minutes"),
        ),
        Kind.FEAR: Lesson(
            "cloud-lightning", _("What do they worry about beforehand?"), _("That it arrives cold")
        ),
        Kind.DESIRE: Lesson(
            "sparkles", _("What would make them glad?"), _("A meal the children cook along")
        ),
        Kind.GOAL: Lesson(
            "target",
            _("What do they want to have done in the end?"),
            _("Eat together on weeknights"),
        ),
        Kind.PAIN: Lesson(
            "frown",
            _("Where does it hurt today?"),
            _("Ordering again means typing all of it again"),
        ),
        Kind.ACCESSIBILITY: Lesson(
            "accessibility", _("What makes it usable for them?"), _("Reads with a screen magnifier")
        ),
    }
)
