"""What a goal's metric read before the goal began and what it reads now, whole and in parts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Case, IntegerField, Max, Min, Q, QuerySet, Sum, Value, When

from strategy.goals.models import Goal
from strategy.metrics.cells import Cell
from strategy.metrics.comparing import Change, change
from strategy.metrics.estimates import Definition, Estimate, estimate
from strategy.metrics.models import Combination, Metric, MetricVersion, Tally
from strategy.metrics.readings import (
    Ask,
    definition_of,
    in_force,
    readings,
    reads_window,
    versions_of,
)
from strategy.why.shift import Part, Shift, decompose

FEW = 10  # answers; a part with fewer in either window is shown, and not ranked
_LOOKS_BACK = 366  # days within which the last observation of a stock is looked for
_LINEAR = {"net", "top_box", "mean", ""}  # methods whose figure is a mean over all answers

# Cells of both windows, by what they are of: (touchpoint or None, segment), and whether they are
# of the later window.
_Cells = Mapping[tuple[Any, bool], Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Windows:
    """The days that are compared, under one definition; `then` is None where none can be.

    `redefined`: the metric meant something else before the goal. `since_start`: answers from
    before the goal began are left out of `now`, so that no answer is in both. `late`: nobody
    answered before the goal began, so that `then` are the first days with answers. `older`: the
    newest answers from before it are older than a window.
    """

    then: Span | None
    now: Span
    version: MetricVersion
    redefined: bool = False
    since_start: bool = False
    late: bool = False
    older: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure then and now. `shift` is what it adds to the change of the whole, if that is known.

    `key` is a touchpoint's id or a segment's name; None for answers that name none.
    """

    key: int | str | None
    before: Estimate | None
    after: Estimate | None
    change: Change | None = None
    shift: Shift | None = None

    @property
    def is_few(self) -> bool:
        return any(one is None or one.n < FEW for one in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A change by touchpoint, or by one declared segment: the part that moved it most comes first.

    `rest` are the answers that name none. Shifts of all parts and the rest add up to `total`.
    `overlaps`: one answer counts in two parts, so that their shares cannot be told.
    """

    name: str  # "" for touchpoints, else the segment's
    parts: Sequence[Moved]
    rest: Moved | None = None
    total: float | None = None
    overlaps: bool = False

    @property
    def is_split(self) -> bool:
        return self.total is not None

    @property
    def ranked(self) -> list[Moved]:
        return [part for part in self.parts if not part.is_few]

    @property
    def few(self) -> list[Moved]:
        return [part for part in self.parts if part.is_few]


@dataclass(frozen=True, slots=True)
class Movement:
    """What a goal's metric did since the goal began. `whole` is the metric, not narrowed."""

    metric: Metric
    windows: Windows
    moved: Moved
    breakdowns: Sequence[Breakdown] = field(default_factory=tuple)
    whole: Moved | None = None

    @property
    def definition(self) -> Definition:
        return definition_of(self.metric, self.windows.version)


def movement_of(goal: Goal, today: date) -> Movement | None:
    """Compare a goal's metric now with the days before it began; None without a metric.

    Costs a constant number of queries, however many touchpoints and segments there are.
    """
    metric = goal.metric
    if metric is None:
        return None
    versions = versions_of([metric])[metric.pk]
    windows = windows_of(goal, metric, versions, today)
    if goal.touchpoint_id is not None and goal.segment:
        return _crossed(goal, metric, windows)
    totals = _read(metric, windows, _of_all(metric))
    if windows.then is not None and not totals.get(((None, ""), False)):
        windows = _nearest_answers(goal, metric, windows)
        totals = _read(metric, windows, _of_all(metric))
    definition = definition_of(metric, windows.version)
    if goal.touchpoint_id is not None or goal.segment:
        key = (goal.touchpoint_id, goal.segment)
        own = _read(metric, windows, _of(metric, *key))
        whole = _moved(None, definition, totals, (None, ""))
        return Movement(metric, windows, _moved(None, definition, own, key), whole=whole)
    moved = _moved(None, definition, totals, (None, ""))
    places = _read(metric, windows, Tally.objects.filter(metric=metric, touchpoint__isnull=False))
    segments = Tally.objects.filter(metric=metric, touchpoint=None).exclude(
        Q(segment="") | Q(segment__startswith=Combination.KEYS)
    )
    by_segment = _read(metric, windows, segments)
    return Movement(metric, windows, moved, [*_breakdowns(definition, totals, places, by_segment)])


# --- the days -------------------------------------------------------------------------------


def windows_of(
    goal: Goal, metric: Metric, versions: Sequence[MetricVersion], today: date
) -> Windows:
    """Say which days are compared: the window before the goal began, and the one up to today.

    Both are as long as the metric's window, so that they are read alike, and share no day.
    """
    last = min(today, goal.due_on)
    held = in_force(versions, last)
    back = timedelta(days=(metric.window_days if reads_window(metric) else _LOOKS_BACK) - 1)
    first = max(last - back, held.from_day or last - back)
    now = Span(first, last)
    eve = goal.starts_on - timedelta(days=1)
    if held.from_day is not None and eve < held.from_day:
        return Windows(None, now, held, redefined=True)
    if last < goal.starts_on:
        return Windows(None, now, held)
    then = Span(max(eve - back, held.from_day or eve - back), eve)
    since_start = first < goal.starts_on
    if since_start:
        now = Span(goal.starts_on, last)
    return Windows(then, now, held, since_start=since_start)


def _nearest_answers(goal: Goal, metric: Metric, windows: Windows) -> Windows:
    """Where the days before the goal are empty, take the newest before, else the first since."""
    start, since = goal.starts_on, windows.version.from_day or date.min
    found = (
        _of_all(metric)
        .filter(day__range=(since, windows.now.last))
        .aggregate(
            newest=Max("day", filter=Q(day__lt=start)), first=Min("day", filter=Q(day__gte=start))
        )
    )
    newest, first = found["newest"], found["first"]
    width = timedelta(days=metric.window_days - 1)
    if not reads_window(metric):
        return replace(windows, then=None)
    if newest is not None:
        return replace(windows, then=Span(max(newest - width, since), newest), older=True)
    if first is None or first + width >= windows.now.first:
        return replace(windows, then=None)
    return replace(windows, then=Span(first, first + width), late=True)


# --- the cells ------------------------------------------------------------------------------


def _of_all(metric: Metric) -> "QuerySet[Tally]":
    return _of(metric, None, "")


def _of(metric: Metric, touchpoint_id: int | None, segment: str) -> "QuerySet[Tally]":
    rows = Tally.objects.filter(metric=metric, segment=segment)
    if touchpoint_id is None:
        return rows.filter(touchpoint__isnull=True)
    return rows.filter(touchpoint=touchpoint_id)


def _read(metric: Metric, windows: Windows, margin: "QuerySet[Tally]") -> _Cells:
    """Read the cells of one kind of margin in both windows, in one query."""
    now, then = windows.now, windows.then
    days = Q(day__range=(now.first, now.last))
    if then is not None:
        days |= Q(day__range=(then.first, then.last))
    late = Case(
        When(day__gte=now.first, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    apart = [] if reads_window(metric) else ["day"]  # the days of a stock are never added up
    rows = (
        margin.filter(days)
        .annotate(late=late)
        .values("touchpoint_id", "segment", "late", "bucket", *apart)
        .annotate(Sum("n"), Sum("total"), Sum("squares"))
        .values_list(
            "touchpoint_id", "segment", "late", "bucket", "n__sum", "total__sum", "squares__sum",
            *apart,
        )
    )  # fmt: skip
    found: defaultdict[tuple[Any, bool], list[Cell]] = defaultdict(list)
    for touchpoint_id, segment, is_late, *cell in rows:
        found[(touchpoint_id, segment), bool(is_late)].append(Cell(*cell))
    return found


def _moved(key: int | str | None, definition: Definition, cells: _Cells, of: Any) -> Moved:
    before = estimate(definition, cells.get((of, False), ()))
    after = estimate(definition, cells.get((of, True), ()))
    return Moved(key, before, after, _compared(before, after))


def _compared(before: Estimate | None, after: Estimate | None) -> Change | None:
    return change(before, after) if before is not None and after is not None else None


def _crossed(goal: Goal, metric: Metric, windows: Windows) -> Movement:
    """Touchpoint and segment together are no margin: both figures are read from raw answers."""
    days = [windows.now.last] + ([windows.then.last] if windows.then else [])
    found = readings([Ask(metric, day, goal.touchpoint_id, goal.segment) for day in days])
    after = found[0].current
    before = found[1].current if len(found) > 1 else None
    if windows.since_start:  # its window still holds answers from before the goal
        before = None
    return Movement(metric, windows, Moved(None, before, after, _compared(before, after)))


# --- the parts ------------------------------------------------------------------------------


def _breakdowns(
    definition: Definition, totals: _Cells, places: _Cells, segments: _Cells
) -> Iterable[Breakdown]:
    by_place = {key: key[0] for key, _late in places}
    if by_place:
        yield _breakdown("", definition, totals, places, by_place)
    dimensions: defaultdict[str, dict[Any, str]] = defaultdict(dict)
    for key, _late in segments:
        name, equals, _value = key[1].partition("=")
        if equals:  # only a declared segment parts the answers
            dimensions[name][key] = key[1]
    for name in sorted(dimensions):
        yield _breakdown(name, definition, totals, segments, dimensions[name])


def _breakdown(
    name: str, definition: Definition, totals: _Cells, cells: _Cells, keys: Mapping[Any, Any]
) -> Breakdown:
    parts = [_moved(label, definition, cells, key) for key, label in keys.items()]
    if definition.method not in _LINEAR or definition.combine != "pooled":
        return Breakdown(name, _ranked(parts))
    rest_cells = {
        (None, late): _without(totals.get(((None, ""), late), ()), cells, keys, late=late)
        for late in (False, True)
    }
    if any(cell.n < 0 for own in rest_cells.values() for cell in own):
        return Breakdown(name, _ranked(parts), overlaps=True)
    rest = _moved(None, definition, rest_cells, None)
    shifts = decompose([_part(one) for one in (*parts, rest)])
    if not shifts:
        return Breakdown(name, _ranked(parts))
    *split, rest = (
        replace(one, shift=shift) for one, shift in zip((*parts, rest), shifts, strict=True)
    )
    has_rest = rest.before is not None or rest.after is not None
    total = float(sum((shift.total for shift in shifts), Fraction()))
    return Breakdown(name, _ranked(split), rest if has_rest else None, total)


def _without(
    total: Sequence[Cell], cells: _Cells, keys: Iterable[Any], *, late: bool
) -> list[Cell]:
    """Take the parts' answers off the total's, bucket by bucket."""
    left = {cell.bucket: cell for cell in total}
    for key in keys:
        for cell in cells.get((key, late), ()):
            seen = left.get(cell.bucket, Cell(cell.bucket, 0, 0, 0))
            left[cell.bucket] = Cell(
                cell.bucket,
                seen.n - cell.n,
                seen.total - cell.total,
                seen.squares - cell.squares,
            )
    return [cell for cell in left.values() if cell.n]


def _part(moved: Moved) -> Part:
    (n0, total0), (n1, total1) = _sums(moved.before), _sums(moved.after)
    return Part(n0, total0, n1, total1)


def _sums(figure: Estimate | None) -> tuple[int, Fraction]:
    return (0, Fraction()) if figure is None else (figure.n, Fraction(figure.value) * figure.n)


def _ranked(parts: Iterable[Moved]) -> list[Moved]:
    def size(part: Moved) -> float:
        if part.shift is not None:
            return abs(float(part.shift.total))
        return abs(part.change.value) if part.change else 0.0

    return sorted(parts, key=lambda part: (part.is_few, -size(part), str(part.key)))
