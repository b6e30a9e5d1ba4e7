"""Reading a plan's own SWOT: a board of four quadrants, and what outweighs what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from cxplanner.events.comments.selectors import counts_on as comments_on
from strategy.evidence.selectors import counts_on as evidence_on
from strategy.plans.models import Plan
from strategy.swot.models import Absence, Quadrant, SwotEntry
from strategy.swot.quadrants import LESSONS, Lesson
from strategy.touchpoints.models import Touchpoint

BY_HAND, BY_WEIGHT = "hand", "weight"


@dataclass(frozen=True, slots=True)
class Card:
    """An entry with how much evidence and talk hangs on it, as counts."""

    entry: SwotEntry
    evidence: int
    comments: int

    @property
    def slot(self) -> str:
        return f"edit-{self.entry.pk}"


@dataclass(frozen=True, slots=True)
class Column:
    """A quadrant: the entries shown, what they weigh together, or why there is none."""

    quadrant: Quadrant
    lesson: Lesson
    cards: Sequence[Card]
    weight: int
    reason: str

    @property
    def is_done(self) -> bool:
        return bool(self.cards or self.reason)


def own_entries(plan_id: int) -> QuerySet[SwotEntry]:
    """Return the entries about the plan's own brand, archived ones too."""
    return SwotEntry.objects.filter(plan=plan_id, about_kind=Plan.ref_kind)


def entries_at(touchpoint: Touchpoint) -> Mapping[tuple[str, str], SwotEntry]:
    """Return the living own entries of a touchpoint by quadrant and words; one query."""
    rows = own_entries(touchpoint.plan_id).filter(touchpoint=touchpoint, archived_at=None)
    return {(row.quadrant, row.text): row for row in rows}


def reasons_of(plan_id: int) -> Mapping[str, str]:
    """Return why quadrants of the own brand stay empty, by quadrant."""
    return dict(_reasons(plan_id).values_list("quadrant", "reason"))


def settled_quadrants(plan_id: int) -> set[str]:
    """Return the quadrants of the own brand with a living entry, or a reason for none."""
    filled = own_entries(plan_id).filter(archived_at=None).order_by().values_list("quadrant")
    return {quadrant for (quadrant,) in filled.union(_reasons(plan_id).values_list("quadrant"))}


def _reasons(plan_id: int) -> QuerySet[Absence]:
    return Absence.objects.filter(plan=plan_id, about_kind=Plan.ref_kind).exclude(reason="")


def board_of(
    entries: Sequence[SwotEntry], reasons: Mapping[str, str], *, order: str = BY_HAND
) -> list[Column]:
    """Lay entries out by quadrant; two queries for what hangs on them."""
    ids = [entry.pk for entry in entries]
    known, said = evidence_on(SwotEntry.ref_kind, ids), comments_on(SwotEntry.ref_kind, ids)
    if order == BY_WEIGHT:
        entries = sorted(entries, key=lambda one: -one.weight)
    return [
        Column(
            quadrant,
            LESSONS[quadrant],
            [
                Card(one, known.get(one.pk, 0), said.get(one.pk, 0))
                for one in entries
                if one.quadrant == quadrant
            ],
            sum(one.weight for one in entries if one.quadrant == quadrant),
            reasons.get(quadrant, ""),
        )
        for quadrant in Quadrant
    ]


@dataclass(frozen=True, slots=True)
class Pair:
    """What helps against what harms, inside the brand or outside it; shares of the heaviest."""

    helps: Column
    harms: Column
    heaviest: int

    @property
    def helps_width(self) -> str:
        return f"{50 * self.helps.weight / self.heaviest:.1f}%"

    @property
    def harms_width(self) -> str:
        return f"{50 * self.harms.weight / self.heaviest:.1f}%"

    @property
    def helps_x(self) -> str:
        return f"{50 - 50 * self.helps.weight / self.heaviest:.1f}%"


def balance(board: Sequence[Column]) -> list[Pair]:
    """Set strengths against weaknesses and opportunities against threats; none without weight."""
    heaviest = max(column.weight for column in board)
    if not heaviest:
        return []
    strengths, weaknesses, opportunities, threats = board
    return [Pair(strengths, weaknesses, heaviest), Pair(opportunities, threats, heaviest)]
