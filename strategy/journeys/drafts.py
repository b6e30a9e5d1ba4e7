"""What a journey to begin from holds: steps in usual stages, with their cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

# Which of the five usual stages a step is in; a plan with other stages is read in proportion.
BEFORE, BUYING, GETTING, USING, AFTER = range(5)
_USUAL = 5
Texts = Mapping[str, Sequence[str | Promise]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A step of a starter, with its cards by lane."""

    name: str | Promise
    stage: int
    emotion: int
    feeling: str | Promise
    cards: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Starter:
    """A journey to begin from; `icon` is a lucide name."""

    name: str | Promise
    summary: str | Promise
    icon: str
    steps: Sequence[Draft]

    @property
    def emotions(self) -> list[int]:
        return [step.emotion for step in self.steps]


def stage_in(stages: Sequence[str], place: int) -> str:
    """Return the plan's own stage that stands where one of the usual five would."""
    return stages[place * len(stages) // _USUAL] if stages else ""
