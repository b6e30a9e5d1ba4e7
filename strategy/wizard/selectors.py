"""The path of steps: which are offered, how far each is, and the next useful act."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from cxplanner.accounts.models import Workspace
from strategy.plans.models import Plan
from strategy.sections import Completeness, Section, all_sections


@dataclass(frozen=True, slots=True)
class Link:
    """A verb with its object, and where it is done."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the path. `state`: done, part, next or none; `percent` is a whole number.

    `sewn`: joined to the step shown after it; `words` say how the step stands.
    """

    slug: str
    number: int
    name: str
    help: str
    url: str | None
    state: str
    percent: int
    sewn: bool
    current: bool
    words: str
    stands: str
    acts: tuple[Link, ...]


def path(plan: Plan, current: str = "", *, workspace: Workspace | None = None) -> list[Step]:
    """Return the steps on offer in their order; `current` is the slug of the one shown.

    Costs a constant number of queries; one less with the `workspace` at hand.
    """
    if workspace is not None:
        plan.workspace = workspace
    sections = all_sections()
    found = [section.completeness(plan) for section in sections]
    following = next((i for i, one in enumerate(found) if not one.is_done and one.acts), None)
    return [
        _step(
            section,
            plan,
            found[place],
            is_next=place == following,
            sewn=all(one.done for one in found[place : place + 2]) and place + 1 < len(found),
            current=section.slug == current,
        )
        for place, section in enumerate(sections)
    ]


def _step(
    section: Section, plan: Plan, far: Completeness, *, is_next: bool, sewn: bool, current: bool
) -> Step:
    slug = plan.workspace.slug
    acts = ((act.words, _address(act.page, slug, act.about)) for act in far.acts)
    return Step(
        slug=section.slug,
        number=section.step,
        name=str(section.title),
        help=str(section.help),
        url=_address(section.page, slug, plan.pk),
        state=_state(far, is_next=is_next),
        percent=far.percent,
        sewn=sewn,
        current=current,
        words=far.words,
        stands=f"{far.percent}\N{NO-BREAK SPACE}%",
        acts=tuple(Link(words, url) for words, url in acts if url) if is_next else (),
    )


def _state(far: Completeness, *, is_next: bool) -> str:
    if far.is_done:
        return "done"
    if is_next:
        return "next"
    return "part" if far.done else "none"


def _address(page: str, slug: str, about: int) -> str | None:
    """Return where a page is; a step may be listed before its page is there."""
    try:
        return reverse(page, args=[slug, about])
    except NoReverseMatch:
        return None
