"""Personas as pages show them: cards, figures in the unit people read, and several side by side."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cxplanner.accounts.models import Membership, Workspace
from strategy.metrics.comparing import Change
from strategy.metrics.models import Metric
from strategy.metrics.wording import Shown, Unit, number, unit_of
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.scores import Score, scores_of
from strategy.personas.selectors import Line, Proof, lines_of, proof_of
from strategy.personas.trust import Standing

ON_A_CARD = 3  # scores


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a persona differs from everybody, in the unit people read."""

    words: str
    reach: str
    is_real: bool
    tone: str


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A persona's score and everybody's, in one unit; None without answers."""

    metric: Metric
    own: Shown | None
    everybody: Shown | None
    difference: Difference | None
    is_hidden: bool
    unit: str


def shown(score: Score) -> ShownScore:
    """Put a score into the unit people read."""
    about = score.everybody or score.own
    unit = unit_of(score.metric, about.value if about else None)
    return ShownScore(
        metric=score.metric,
        own=unit.show(score.own) if score.own else None,
        everybody=unit.show(score.everybody) if score.everybody else None,
        difference=_difference(score, unit) if score.gap is not None else None,
        is_hidden=score.is_hidden,
        unit=unit.of_change,
    )


def _difference(score: Score, unit: Unit) -> Difference:
    gap: Change = score.gap or Change(0.0, None, None)
    low, high = unit.scaled(gap.low), unit.scaled(gap.high)
    reach = "" if low is None or high is None else f"{signed(low)} … {signed(high)}"
    better = (gap.value > 0) == score.definition.bigger_is_better
    tone = ("up" if better else "down") if gap.is_real else ""
    return Difference(signed(gap.value / unit.per), reach, bool(gap.is_real), tone)


def signed(value: float) -> str:
    """Write a difference with its sign."""
    words = number(abs(value))
    if round(value, 1) == 0:
        return words
    return f"+{words}" if value > 0 else f"−{words}"


def shown_scores(
    persona: Persona, *, member: Membership, first: date | None = None
) -> list[ShownScore]:
    """Return a persona's scores, those with answers first, by the metric's name."""
    found = [shown(one) for one in scores_of([persona], member=member, first=first)[persona.pk]]
    return sorted(found, key=lambda one: (one.own is None, one.metric.name.casefold()))


def telling(scores: Sequence[Score]) -> list[ShownScore]:
    """Return the few scores that tell most of a persona: the surest apart, then by answers."""
    known = [one for one in scores if one.own is not None]
    known.sort(key=lambda one: (-_apart(one), -(one.own.n if one.own else 0)))
    return [shown(one) for one in known[:ON_A_CARD]]


def _apart(score: Score) -> float:
    """By how many of its intervals a score lies apart from everybody's; 0 where it may be chance.

    Metrics of different units can be ranked by it.
    """
    gap = score.gap
    if gap is None or gap.low is None or gap.high is None or not gap.is_real:
        return 0.0
    width = gap.high - gap.low
    return abs(gap.value) / width if width else math.inf


@dataclass(frozen=True, slots=True)
class Card:
    """A persona in the list."""

    persona: Persona
    proof: Proof
    scores: Sequence[ShownScore]
    hidden: int


def cards_of(
    personas: Sequence[Persona], proof: Mapping[int, Proof], *, member: Membership
) -> list[Card]:
    """Put the most telling scores beside personas, in a constant number of queries."""
    scores = scores_of(personas, member=member)
    return [
        Card(
            one,
            proof[one.pk],
            telling(scores[one.pk]),
            sum(score.is_hidden for score in scores[one.pk]),
        )
        for one in personas
    ]


# --- beside a map -------------------------------------------------------------------------------

ON_A_PROFILE = 4  # statements


@dataclass(frozen=True, slots=True)
class Profile:
    """A persona in short: how far it is proven, and the first it says of each kind, in few rows."""

    persona: Persona
    proof: Proof
    says: Sequence[tuple[PersonaStatement, Standing]]


def profiles_of(personas: Sequence[Persona], workspace: Workspace) -> list[Profile]:
    """Draw personas in short; two queries for all."""
    if not personas:
        return []
    today, months = workspace.today(), workspace.statements_last_months
    first: dict[int, dict[str, PersonaStatement]] = {one.pk: {} for one in personas}
    for row in PersonaStatement.objects.filter(persona__in=personas, archived_at=None):
        first[row.persona_id].setdefault(row.kind, row)
    proof = proof_of(personas, workspace)
    kinds = [kind for kind in PersonaStatement.Kind if kind != PersonaStatement.Kind.DEMOGRAPHICS]
    return [
        Profile(
            one,
            proof[one.pk],
            [
                (first[one.pk][kind], first[one.pk][kind].standing(today, months))
                for kind in kinds
                if kind in first[one.pk]
            ][:ON_A_PROFILE],
        )
        for one in personas
    ]


# --- side by side -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """Personas side by side: each row holds one thing of each, in their order."""

    heads: Sequence[Card]
    kinds: Sequence[tuple[str, Sequence[Sequence[Line]]]]
    scores: Sequence[tuple[Metric, Shown | None, Sequence[ShownScore | None]]]


def compared(personas: Sequence[Persona], *, member: Membership) -> Compared:
    """Set personas side by side, in a constant number of queries."""
    workspace = member.workspace
    rows = PersonaStatement.objects.filter(persona__in=personas, archived_at=None)
    months = workspace.statements_last_months
    lines = lines_of(list(rows), today=workspace.today(), months=months)
    proof = proof_of(personas, workspace)
    kinds = [
        (
            str(kind.label),
            [[one for one in lines.get(row.pk, []) if one.row.kind == kind] for row in personas],
        )
        for kind in PersonaStatement.Kind
    ]
    found = scores_of(personas, member=member)
    by_metric: dict[int, dict[int, Score]] = {}
    metrics: dict[int, Metric] = {}
    for pk, scores in found.items():
        for one in scores:
            metrics[one.metric.pk] = one.metric
            by_metric.setdefault(one.metric.pk, {})[pk] = one
    table = []
    for pk, metric in sorted(metrics.items(), key=lambda one: one[1].name.casefold()):
        mine = by_metric[pk]
        if any(one.own or one.is_hidden for one in mine.values()):
            cells = [shown(mine[row.pk]) if row.pk in mine else None for row in personas]
            all_ = next((one.everybody for one in cells if one and one.everybody), None)
            table.append((metric, all_, cells))
    heads = [Card(row, proof[row.pk], (), 0) for row in personas]
    return Compared(heads, [one for one in kinds if any(one[1])], table)
