"""The golden thread of one thing: what it serves above, what it rests on below, down to words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from cxplanner.accounts.models import Membership
from cxplanner.base.links import address
from cxplanner.base.refs import Ref, UnknownRef, target
from strategy.metrics.models import Metric
from strategy.metrics.readings import Ask, readings
from strategy.metrics.wording import reading_words
from strategy.sections import KINDS, Heard, Links, Stitch, all_joiners

# Where all of a kind are listed; each takes the plan's id.
_LISTS = {
    "goal": "goal-tree",
    "tactic": "tactics",
    "metric": "metrics",
    "touchpoint": "touchpoints",
    "swotentry": "swot",
    "persona": "personas",
    "personastatement": "personas",
    "journey": "journeys",
    "journeystep": "journeys",
    "journeycard": "journeys",
    "survey": "surveys",
    "question": "surveys",
    "evidence": "evidence",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind; `more` beyond those shown stand at `url`."""

    kind: str
    title: str
    stitches: Sequence[Stitch]
    count: int
    url: str

    @property
    def more(self) -> int:
        return self.count - len(self.stitches)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thing in the middle of its thread. `up` ends with what is nearest, `down` begins with it.

    `heard` is None where no words of customers can lie below.
    """

    here: Stitch
    kind: str
    plan_id: int
    up: Sequence[Group] = field(default_factory=tuple)
    down: Sequence[Group] = field(default_factory=tuple)
    heard: Heard | None = None


def thread_of(ref: Ref, *, member: Membership, most: int) -> Thread:
    """Follow the thread of a thing both ways, `most` of a kind; a constant number of queries.

    Raises UnknownRef.
    """
    plan_id = target(ref).ref_plan_id
    links = joined([ref])
    up, down = list(links.up), list(links.down)
    # Evidence stands for what it hangs on, so the thread goes on from there.
    stands_for = ref.kind == "evidence"
    around = joined(up if stands_for else down)
    up += around.up if stands_for else ()
    down += () if stands_for else (*links.beside, *around.beside)
    up, down = _once(up, but=ref), _once(down, but=ref)
    shown = _stitched([ref, *_cut(up, most), *_cut(down, most)], member=member)
    shown = _with_places(shown, [ref, *up, *down], member=member)
    here = shown.get(ref)
    if here is None:
        raise UnknownRef(str(ref))
    order = list(KINDS)
    lists = _Lists(ref, plan_id, member.workspace.slug)
    return Thread(
        here,
        str(KINDS.get(ref.kind, ref.kind)),
        plan_id,
        up=[lists.group(kind, up[::-1], shown, most) for kind in order if _has(up, kind)],
        down=[lists.group(kind, down, shown, most) for kind in order if _has(down, kind)],
        heard=heard_of(ref, member=member, most=most),
    )


def nearest(ref: Ref) -> Ref:
    """Return what a thing stands for first of all: a goal, else a metric, else what is above."""
    up = joined([ref]).up
    kinds = ("goal", "metric", "touchpoint", "survey")
    return next((one for kind in kinds for one in up if one.kind == kind), ref)


def joined(refs: Sequence[Ref]) -> Links:
    """Return what all sections say of things, as one."""
    found = [links for joiner in all_joiners() for links in joiner.links(refs).values()]
    return Links(
        up=tuple(ref for one in found for ref in one.up),
        down=tuple(ref for one in found for ref in one.down),
        beside=tuple(ref for one in found for ref in one.beside),
    )


def _once(refs: Iterable[Ref], *, but: Ref) -> list[Ref]:
    return [ref for ref in dict.fromkeys(refs) if ref != but]


def _has(refs: Iterable[Ref], kind: str) -> bool:
    return any(ref.kind == kind for ref in refs)


def _cut(refs: Sequence[Ref], most: int) -> list[Ref]:
    return [ref for kind in KINDS for ref in [one for one in refs if one.kind == kind][:most]]


def _stitched(refs: Sequence[Ref], *, member: Membership) -> dict[Ref, Stitch]:
    found: dict[Ref, Stitch] = {}
    for joiner in all_joiners():
        found |= joiner.stitches(refs, member=member)
    return found


def _with_places(
    shown: dict[Ref, Stitch], refs: Sequence[Ref], *, member: Membership
) -> dict[Ref, Stitch]:
    """Say what the thread's one metric reads at each of its touchpoints."""
    metrics = {ref for ref in refs if ref.kind == "metric"}
    places = [ref for ref in shown if ref.kind == "touchpoint"]
    if len(metrics) != 1 or not places:
        return shown
    metric = Metric.objects.get(pk=metrics.pop().id)
    today = member.workspace.today()
    found = readings([Ask(metric, today, int(place.id)) for place in places])
    figures = {
        place: replace(shown[place], figure=reading_words(metric, one))
        for place, one in zip(places, found, strict=True)
        if one.current is not None
    }
    return shown | figures


@dataclass(frozen=True, slots=True)
class _Lists:
    ref: Ref
    plan_id: int
    slug: str

    def group(self, kind: str, refs: Sequence[Ref], shown: dict[Ref, Stitch], most: int) -> Group:
        mine = [ref for ref in refs if ref.kind == kind]
        stitches = [shown[ref] for ref in mine if ref in shown]
        # What is archived or gone is not counted as more.
        count = len(mine) if len(mine) > most else len(stitches)
        if kind == "evidence":
            url = address("evidence-about", self.slug, self.ref)
        else:
            url = address(_LISTS[kind], self.slug, self.plan_id) if kind in _LISTS else ""
        return Group(kind, str(KINDS[kind]), stitches, count, url)


def heard_of(ref: Ref, *, member: Membership, most: int) -> Heard | None:
    found = (joiner.heard(ref, member=member, most=most) for joiner in all_joiners())
    return next((one for one in found if one is not None), None)
