"""Reading tactics: a cycle's board, and what each of them still lacks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cxplanner.base.refs import Ref
from cxplanner.events.comments.selectors import counts_on as comments_on
from strategy.evidence.selectors import counts_on as evidence_on
from strategy.goals.models import Goal
from strategy.plans.models import Cycle
from strategy.tactics.models import State, Tactic, TacticStep
from strategy.touchpoints.models import Touchpoint

BY_HAND, BY_DUE, BY_WORTH = "hand", "due", "worth"


@dataclass(frozen=True, slots=True)
class Outline:
    """A tactic with its living goals and touchpoints; `done` of its `steps` are ticked off."""

    tactic: Tactic
    goals: Sequence[Goal]
    places: Sequence[Touchpoint]
    done: int
    steps: int

    @property
    def lacks(self) -> tuple[str, ...]:
        """Name what it still needs to be ready: owner, dates, steps."""
        one = self.tactic
        missing = {
            "owner": not one.whose,
            "dates": one.starts_on is None or one.due_on is None,
            "steps": not self.steps,
        }
        return tuple(name for name, is_missing in missing.items() if is_missing)


@dataclass(frozen=True, slots=True)
class Card:
    """A tactic on the board; `late` in days, what hangs on it as counts."""

    outline: Outline
    late: int
    evidence: int
    comments: int

    @property
    def tactic(self) -> Tactic:
        return self.outline.tactic


@dataclass(frozen=True, slots=True)
class Column:
    """The tactics of one state."""

    state: State
    cards: Sequence[Card]


def outlines_of(tactics: QuerySet[Tactic]) -> list[Outline]:
    """Read tactics with owner, goals, touchpoints and how many steps; three queries."""
    living = Q(steps__archived_at=None)
    rows = (
        tactics.select_related("owner__user", "cycle")
        .prefetch_related("goals", "touchpoints")
        .annotate(
            of=Count("steps", filter=living),
            done=Count("steps", filter=living & Q(steps__done_on__isnull=False)),
        )
    )
    return [
        Outline(
            row,
            [goal for goal in row.goals.all() if goal.archived_at is None],
            [place for place in row.touchpoints.all() if place.archived_at is None],
            row.done,
            row.of,
        )
        for row in rows
    ]


def board_of(outlines: Sequence[Outline], *, today: date, order: str = BY_HAND) -> list[Column]:
    """Lay tactics out by state; two queries for what hangs on them."""
    ids = [one.tactic.pk for one in outlines]
    known, said = evidence_on(Tactic.ref_kind, ids), comments_on(Tactic.ref_kind, ids)
    by_state: defaultdict[str, list[Card]] = defaultdict(list)
    for one in ordered(outlines, order):
        pk, late = one.tactic.pk, one.tactic.days_late(today)
        by_state[one.tactic.state].append(Card(one, late, known.get(pk, 0), said.get(pk, 0)))
    return [Column(state, by_state[state]) for state in State]


def ordered(outlines: Sequence[Outline], order: str) -> list[Outline]:
    """Sort tactics: as they lie, what is due first, or what moves most for its effort first."""
    if order == BY_DUE:
        return sorted(outlines, key=lambda one: one.tactic.due_on or date.max)
    if order == BY_WORTH:
        return sorted(outlines, key=lambda one: _worth(one.tactic), reverse=True)
    return list(outlines)


def _worth(tactic: Tactic) -> float:
    """Return impact by effort; one that nobody judged comes last."""
    return tactic.impact / tactic.effort if tactic.impact and tactic.effort else 0.0


def leaves_of(cycle: Cycle) -> list[tuple[Goal, bool]]:
    """Return the living goals of a cycle that none serves, and whether a ready tactic serves each.

    One query.
    """
    owned = Q(owner__isnull=False) | ~Q(owner_name="")
    step = TacticStep.objects.filter(tactic=OuterRef("pk"), archived_at=None)
    ready = living_tactics().filter(
        owned, Exists(step), starts_on__isnull=False, due_on__isnull=False, goals=OuterRef("pk")
    )
    living = Goal.objects.filter(cycle=cycle, archived_at=None)
    served = living.filter(parent=OuterRef("pk"))
    leaves = living.exclude(Exists(served)).annotate(has_ready=Exists(ready))
    return [(goal, goal.has_ready) for goal in leaves]


def readiest(goal: Goal) -> Outline | None:
    """Return the tactic of a goal that lacks least; None where none serves it."""
    serving = outlines_of(living_tactics().filter(goals=goal))
    return min(serving, key=lambda one: len(one.lacks), default=None)


def living_tactics() -> QuerySet[Tactic]:
    """Return tactics that are neither archived nor dropped."""
    return Tactic.objects.filter(archived_at=None).exclude(state=State.DROPPED)


def tactics_about(ref: Ref) -> QuerySet[Tactic]:
    """Return the living tactics that serve a goal, are taken at a touchpoint, or answer a thing."""
    match ref.kind:
        case Goal.ref_kind:
            return living_tactics().filter(goals=int(ref.id))
        case Touchpoint.ref_kind:
            return living_tactics().filter(touchpoints=int(ref.id))
        case _:
            why = {"reason_rows__about_kind": ref.kind, "reason_rows__about_id": str(ref.id)}
            return living_tactics().filter(**why)


def answers_at(touchpoint: Touchpoint) -> Mapping[str, Tactic]:
    """Return the living tactics of a touchpoint by what they answer; two queries.

    That is their reason's words, and the Refs of things they name, as texts.
    """
    found: dict[str, Tactic] = {}
    for tactic in tactics_about(touchpoint.ref).prefetch_related("reason_rows"):
        for said in (tactic.reason, *(str(row.about) for row in tactic.reason_rows.all())):
            found.setdefault(said, tactic)
    return found


def counts_at(touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
    """Count the living tactics at each touchpoint, those dropped and of closed cycles left out."""
    rows = living_tactics().filter(cycle__closed_at=None)
    at = rows.filter(touchpoints__in=list(touchpoint_ids))
    counted = at.order_by().values("touchpoints").annotate(n=Count("pk"))
    return dict(counted.values_list("touchpoints", "n"))


def steps_of(tactic: Tactic) -> list[TacticStep]:
    """Return the living steps of a tactic with their owners, in their order."""
    return list(tactic.steps.filter(archived_at=None).select_related("owner__user"))
