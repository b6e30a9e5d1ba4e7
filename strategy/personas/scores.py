"""What a persona's own answers read, beside everybody's, from cells alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from strategy.metrics.cells import Cell
from strategy.metrics.combinations import keys_of
from strategy.metrics.comparing import Change, change
from strategy.metrics.estimates import Definition, Estimate, estimate
from strategy.metrics.matching import SMALL_GROUP, anonymous_sources
from strategy.metrics.models import Metric
from strategy.metrics.pooled import Pooled, Slot, pooled
from strategy.metrics.readings import definition_of
from strategy.personas.models import Persona

_LINEAR = {"top_box", "net", "mean", ""}


@dataclass(frozen=True, slots=True)
class Score:
    """What a metric reads among a persona's answers and among everybody's; None without answers.

    `is_hidden`: the persona's are too few for this reader.
    """

    metric: Metric
    definition: Definition
    own: Estimate | None
    everybody: Estimate | None
    gap: Change | None
    is_hidden: bool = False


def scores_of(
    personas: Iterable[Persona],
    *,
    member: Membership,
    metrics: Sequence[Metric] | None = None,
    first: date | None = None,
) -> dict[int, list[Score]]:
    """Read all metrics of their plans for personas, by the persona's id, as a member may see them.

    A constant number of queries. All answers count on which today's definition of the metric
    holds, or those from `first` on. A persona without a rule has no scores, nor has one whose
    combination is not counted yet.
    """
    rows = list(personas)
    found: dict[int, list[Score]] = {row.pk: [] for row in rows}
    ruled = [row for row in rows if row.has_rule]
    if not ruled:
        return found
    if metrics is None:
        plans = {row.plan_id for row in ruled}
        metrics = list(Metric.objects.filter(plan__in=plans, archived_at=None).order_by("pk"))
    keys = keys_of(tuple(row.segments) for row in ruled)
    last = member.workspace.today()
    read = pooled(metrics, {"", *keys.values()}, last=last, first=first)
    small = frozenset() if member.can(Action.RESPONDENTS) else anonymous_sources()
    for row in ruled:
        key = keys.get(tuple(sorted(row.segments)))
        if key is not None:
            found[row.pk] = [
                _score(one, key, row.source, read, small)
                for one in metrics
                if one.plan_id == row.plan_id
            ]
    return found


def is_counting(persona: Persona) -> bool:
    """Tell whether a persona's combination of values waits to be counted."""
    values = tuple(sorted(persona.segments))
    return values not in keys_of([values])


def _score(metric: Metric, key: str, source: str, read: Pooled, anonymous: frozenset[str]) -> Score:
    definition = definition_of(metric, read.versions[metric.pk])
    mine = _by_source(read, metric.pk, key, source)
    all_ = _by_source(read, metric.pk, "", source)
    own_cells = [cell for cells in mine.values() for cell in cells]
    all_cells = [cell for cells in all_.values() for cell in cells]
    own, everybody = estimate(definition, own_cells), estimate(definition, all_cells)
    if own is not None and own.n < SMALL_GROUP and anonymous & mine.keys():
        return Score(metric, definition, None, everybody, None, is_hidden=True)
    gap = None
    if own is not None and everybody is not None:
        gap = _gap(definition, own, everybody, _without(all_cells, own_cells))
    return Score(metric, definition, own, everybody, gap)


def _by_source(read: Pooled, metric_id: int, key: str, source: str) -> dict[str, Sequence[Cell]]:
    if source:
        cells = read.cells.get(Slot(metric_id, key, source))
        return {source: cells} if cells else {}
    return {
        slot.source: cells
        for slot, cells in read.cells.items()
        if slot.metric_id == metric_id and slot.segment == key
    }


def _without(all_: Sequence[Cell], own: Sequence[Cell]) -> list[Cell]:
    """Return the cells of all others: cells are sums, so theirs are what is left."""
    left: dict[int, Cell] = {}
    for sign, cells in ((1, all_), (-1, own)):
        for bucket, n, total, squares, _day in cells:
            was = left.get(bucket, Cell(bucket, 0, 0, 0))
            left[bucket] = Cell(
                bucket,
                was.n + sign * n,
                was.total + sign * total,
                was.squares + sign * squares,
            )
    return [cell for cell in left.values() if cell.n]


def _gap(
    definition: Definition, own: Estimate, everybody: Estimate, others: Sequence[Cell]
) -> Change:
    """Compare a persona with everybody, of whom it is a part.

    Everybody's figure V is the mean of the persona's v and the others' u, weighted by their
    answers: with w the persona's share, v - V = (1 - w)(v - u). The persona and the others are
    independent, so the interval of v - V is (1 - w) times the one of v - u. Figures that are no
    such means (percentiles, last values, sums) get no interval.
    """
    value = own.value - everybody.value
    rest = estimate(definition, others) if others else None
    if definition.method not in _LINEAR or definition.combine != "pooled" or rest is None:
        return Change(value, None, None)
    apart, share = change(rest, own), rest.n / everybody.n
    if apart.low is None or apart.high is None:
        return Change(value, None, None)
    return Change(value, share * apart.low, share * apart.high)
