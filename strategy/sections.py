"""Section: the interface behind the nine steps; settings.PLAN_SECTIONS lists them in their order.

The core shows through it what it may not import. Every call takes many objects at once and costs
a constant number of queries. What a step has nothing to say about keeps the default: nothing.
What only joins things, without a step of its own, is a Joiner, listed in settings.THREAD_JOINERS.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from strategy.plans.models import Plan


@dataclass(frozen=True, slots=True)
class Act:
    """Something worth doing next: a verb with its object, and the page where it is done.

    `page` names a URL inside the workspace that takes the id `about`.
    """

    words: str
    page: str
    about: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a step is: `done` of `of` things (both counts), in words, and what comes next."""

    done: int
    of: int
    words: str
    acts: tuple[Act, ...] = ()

    @property
    def percent(self) -> int:
        """Return the whole per cent done, 100 only when nothing is left."""
        return 100 * self.done // self.of if self.of else 0

    @property
    def is_done(self) -> bool:
        return self.of > 0 and self.done >= self.of

    def plus(self, other: "Completeness") -> "Completeness":
        """Return what a step is that rests on both: a section built on another adds its say."""
        words = " ".join(filter(None, (self.words, other.words)))
        acts = self.acts + other.acts
        return Completeness(self.done + other.done, self.of + other.of, words, acts)


# What the things of a plan are called, in the order in which the thread shows them downward.
KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        "plan": gettext_lazy("Plan"),
        "goal": gettext_lazy("Goal"),
        "tactic": gettext_lazy("Tactic"),
        "metric": gettext_lazy("Metric"),
        "touchpoint": gettext_lazy("Touchpoint"),
        "audit": gettext_lazy("Audit"),
        "swotentry": gettext_lazy("SWOT"),
        "persona": gettext_lazy("Persona"),
        "personastatement": gettext_lazy("Statement"),
        "journey": gettext_lazy("Journey"),
        "journeystep": gettext_lazy("Step of a journey"),
        "journeycard": gettext_lazy("On a journey"),
        "survey": gettext_lazy("Survey"),
        "question": gettext_lazy("Question"),
        "evidence": gettext_lazy("Evidence"),
        "response": gettext_lazy("Answer"),
    }
)


@dataclass(frozen=True, slots=True)
class Links:
    """The golden thread of one thing: what it serves above, what serves it below.

    `up` begins with what is nearest. `beside`: what is known about it, as evidence.
    """

    up: tuple[Ref, ...] = ()
    down: tuple[Ref, ...] = ()
    beside: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stitch:
    """One thing on the thread as it is shown: its name, where it leads, and how it stands.

    `figure` has value, margin and n in words ("" without); `status` is a goal's; `words` add a
    line; `quote` stands instead of a name for what somebody said.
    """

    ref: Ref
    name: str
    url: str
    figure: str = ""
    status: str = ""
    words: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest of what customers said below a thing.

    `n` answers stand at `url`, "" where no one page holds them all; `hidden` more are too few to
    be shown to this reader.
    """

    newest: tuple[Stitch, ...]
    n: int
    url: str
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something a review should look at: about what, in a sentence, since which day."""

    about: Ref
    words: str
    since: date
    data: Mapping[str, Any] = field(default_factory=dict)


class Joiner:
    """Joins the things it knows to others: a link of the golden thread."""

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Return the thread of things: all of it that this feature knows, goals up to the plan.

        Things it has nothing to say about are left out.
        """
        return {}

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show the things of this feature's own kinds to a reader; others are left out."""
        return {}

    def heard(self, ref: Ref, *, member: Membership, most: int) -> Heard | None:
        """Return the newest answers below a thing as this reader may see them, `most` at most."""
        return None


class Section(Joiner):
    """One of the nine steps. `slug` and `step` (1 to 9) are unique; `page` takes a plan's id."""

    slug: ClassVar[str]
    step: ClassVar[int]
    title: ClassVar[str | Promise]
    help: ClassVar[str | Promise]
    page: ClassVar[str]
    # The name of what it holds of touchpoints, and the act that begins it; its title without.
    covers: ClassVar[str | Promise] = ""
    begins: ClassVar[str | Promise] = ""

    def completeness(self, plan: Plan) -> Completeness:
        """Say how far the step is in a plan, and the next acts, the most useful first."""
        raise NotImplementedError

    def freshness(self, plan: Plan) -> date | None:
        """Return the newest day of what the step rests on; None where nothing is dated."""
        return None

    def coverage(self, touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
        """Count what the step holds of each touchpoint, by its id; without an entry nothing."""
        return {}

    @property
    def counts_touchpoints(self) -> bool:
        """Whether the step holds anything of touchpoints at all: it has a `coverage` of its own."""
        return type(self).coverage is not Section.coverage

    def filling(self, plan: Plan, touchpoint_id: int, name: str, slug: str) -> str:
        """Return where somebody begins what the step lacks of a touchpoint: its page, unless said.

        `name` is the touchpoint's, `slug` the workspace's.
        """
        return address(self.page, slug, plan.pk)

    def agenda(self, plan: Plan, since: date) -> Sequence[AgendaItem]:
        """Return what a review should look at, since a day (inclusive)."""
        return ()

    def dump(self, plan: Plan) -> Mapping[str, Any]:
        """Return what the step holds, as plain data for export, template and carry-over."""
        return {}

    def load(self, plan: Plan, data: Mapping[str, Any]) -> None:
        """Fill a plan from what `dump` returned; a step that dumps nothing takes nothing."""


@cache
def all_sections() -> tuple[Section, ...]:
    """Return the steps on offer, in their order."""
    found: list[Section] = [import_string(path)() for path in settings.PLAN_SECTIONS]
    return tuple(sorted(found, key=lambda section: section.step))


@cache
def all_joiners() -> tuple[Joiner, ...]:
    """Return everything that has links of the thread, the steps first."""
    others: list[Joiner] = [import_string(path)() for path in settings.THREAD_JOINERS]
    return (*all_sections(), *others)
