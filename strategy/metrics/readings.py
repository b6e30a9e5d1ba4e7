"""What metrics read on given days, for many goals at once: the number of queries is constant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from cxplanner.base.tenancy import current_workspace_id
from strategy.metrics.cells import Cell
from strategy.metrics.estimates import Definition, Estimate, estimate
from strategy.metrics.models import Combine, Metric, MetricVersion
from strategy.metrics.sources import number_sources

# How far back the latest observation of a touchpoint *and* a segment is looked for in raw rows.
_FAR_BACK = 366


@dataclass(frozen=True, slots=True)
class Ask:
    """What a metric, narrowed to a touchpoint or segment or both, reads at the close of a day."""

    metric: Metric
    on: date
    touchpoint_id: int | None = None
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer. `current` is None when the window is empty; older answers are then `last`.

    `version` is the definition both are read by; `observed_on` and `last_on` are the newest days
    with answers.
    """

    version: int
    current: Estimate | None = None
    observed_on: date | None = None
    last: Estimate | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Days (inclusive) over which cells are pooled, all under one definition."""

    ask: Ask
    first: date
    last: date
    version: MetricVersion


def reads_window(metric: Metric) -> bool:
    """Whether days are read over a window; else the last observation stands."""
    return metric.combine not in {Combine.LAST, Combine.PERIOD}


def versions_of(metrics: Iterable[Metric]) -> dict[int, list[MetricVersion]]:
    """Return the definitions of each metric, the oldest first."""
    found: defaultdict[int, list[MetricVersion]] = defaultdict(list)
    for version in MetricVersion.objects.filter(metric__in=set(metrics)).order_by("number"):
        found[version.metric_id].append(version)
    return found


def in_force(versions: Sequence[MetricVersion], day: date) -> MetricVersion:
    """Return the definition that holds on a day."""
    held = [version for version in versions if version.from_day is None or version.from_day <= day]
    return held[-1] if held else versions[0]


def definition_of(metric: Metric, version: MetricVersion | Metric) -> Definition:
    """Say how a metric is read under a version. Raises BadDefinition where it cannot be."""
    return Definition(
        kind=metric.kind,
        scale_min=version.scale_min,
        scale_max=version.scale_max,
        method=version.method,
        top_box_from=version.top_box_from,
        bottom_box_to=version.bottom_box_to,
        higher_is_better=metric.higher_is_better,
        combine=metric.combine,
    )


def readings(asks: Sequence[Ask]) -> list[Reading]:
    """Answer all asks, in their order, in four queries (five with touchpoint and segment)."""
    versions = versions_of(ask.metric for ask in asks)
    crossed = [ask for ask in asks if _is_crossed(ask)]
    plain = [ask for ask in asks if not _is_crossed(ask)]
    newest = newest_days(plain)
    windows = [
        window_of(ask, day, versions[ask.metric.pk])
        for ask, day in zip(plain, newest, strict=True)
        if day is not None
    ]
    cells = iter(pooled_cells(windows))
    known = iter(windows)
    found: dict[Ask, Reading] = dict(_read_crossed(crossed, versions))
    for ask, day in zip(plain, newest, strict=True):
        held = in_force(versions[ask.metric.pk], ask.on)
        if day is None:
            found[ask] = Reading(held.number)
        else:
            found[ask] = _reading(next(known), next(cells), day, held)
    return [found[ask] for ask in asks]


def _is_crossed(ask: Ask) -> bool:
    return ask.touchpoint_id is not None and ask.segment != ""


def window_of(ask: Ask, newest: date, versions: Sequence[MetricVersion]) -> Window:
    """The window ending on the ask's day; where that is empty, the one ending on the newest day."""
    held = in_force(versions, ask.on)
    if not reads_window(ask.metric):
        return Window(ask, newest, newest, in_force(versions, newest))
    if newest < first_day(ask.metric, ask.on, held):
        older = in_force(versions, newest)
        return Window(ask, first_day(ask.metric, newest, older), newest, older)
    return Window(ask, first_day(ask.metric, ask.on, held), ask.on, held)


def first_day(metric: Metric, last: date, held: MetricVersion) -> date:
    """Days before a newer definition are never pooled with days under it."""
    first = last - timedelta(days=metric.window_days - 1)
    return max(first, held.from_day) if held.from_day is not None else first


def _reading(window: Window, cells: list[Cell], newest: date, held: MetricVersion) -> Reading:
    figure = estimate(definition_of(window.ask.metric, window.version), cells)
    stands = window.last == window.ask.on or not reads_window(window.ask.metric)
    if stands and window.version.pk == held.pk:
        return Reading(held.number, current=figure, observed_on=newest)
    return Reading(window.version.number, last=figure, last_on=newest)


# --- cells ----------------------------------------------------------------------------------

# Three cases, never an OR across them: each has its own index.
_CASES = (
    ("s.touchpoint_id IS NULL AND s.segment = ''", "t.touchpoint_id IS NULL AND t.segment = ''"),
    ("s.touchpoint_id IS NOT NULL", "t.touchpoint_id = s.touchpoint_id AND t.segment = ''"),
    ("s.segment <> ''", "t.segment = s.segment AND t.segment <> '' AND t.touchpoint_id IS NULL"),
)
# The join keeps to the active workspace, so that cells are read from their index alone.
_SLOT = """slot AS MATERIALIZED (
  SELECT s.* FROM unnest(%(metrics)s::bigint[], %(touchpoints)s::bigint[], %(segments)s::varchar[],
    %(firsts)s::date[], %(lasts)s::date[]) WITH ORDINALITY
    s(metric_id, touchpoint_id, segment, first, last, i)
  JOIN strategy_metric m ON m.id = s.metric_id AND m.workspace_id = %(w)s)"""
_NEWEST = f"WITH {_SLOT}" + " UNION ALL ".join(
    f"""
SELECT s.i, (SELECT max(t.day) FROM strategy_tally t
  WHERE t.metric_id = s.metric_id AND t.day <= s.last AND {cell}) FROM slot s WHERE {slot}"""
    for slot, cell in _CASES
)
_POOLED = f"WITH {_SLOT}" + " UNION ALL ".join(
    f"""
SELECT s.i, t.bucket, sum(t.n)::bigint, sum(t.total), sum(t.squares) FROM slot s
JOIN strategy_tally t ON t.metric_id = s.metric_id AND t.day BETWEEN s.first AND s.last AND {cell}
WHERE {slot} GROUP BY 1, 2"""
    for slot, cell in _CASES
)
_NAMED_BY_CELLS = """named AS MATERIALIZED (
  SELECT DISTINCT t.source, t.day, split_part(t.source, ':', 1) AS name,
    nullif(split_part(t.source, ':', 2), '')::bigint AS owner
  FROM slot s JOIN strategy_tally t ON t.metric_id = s.metric_id
    AND t.touchpoint_id = s.touchpoint_id AND t.segment = ''
    AND t.day BETWEEN s.first AND s.last)"""


def _run(statement: str, slots: Sequence[tuple[Ask, date, date]]) -> list[tuple[Any, ...]]:
    if not slots:
        return []
    params: dict[str, Any] = {
        "w": current_workspace_id(),
        "metrics": [ask.metric.pk for ask, _, _ in slots],
        "touchpoints": [ask.touchpoint_id for ask, _, _ in slots],
        "segments": [ask.segment for ask, _, _ in slots],
        "firsts": [first for _, first, _ in slots],
        "lasts": [last for _, _, last in slots],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def newest_days(asks: Sequence[Ask]) -> list[date | None]:
    """Return the newest day with answers, up to the ask's day, of each ask."""
    days = dict(_run(_NEWEST, [(ask, ask.on, ask.on) for ask in asks]))
    return [days.get(place) for place in range(1, len(asks) + 1)]


def pooled_cells(windows: Sequence[Window]) -> list[list[Cell]]:
    found: list[list[Cell]] = [[] for _ in windows]
    for place, *cell in _run(_POOLED, [(one.ask, one.first, one.last) for one in windows]):
        found[place - 1].append(Cell(*cell))
    return found


def _read_crossed(
    asks: Sequence[Ask], versions: Mapping[int, Sequence[MetricVersion]]
) -> Iterable[tuple[Ask, Reading]]:
    """Touchpoint and segment together: cells are margins only, so this is read from raw rows."""
    windows = [_crossed_window(ask, versions[ask.metric.pk]) for ask in asks]
    raw = " UNION ALL ".join(f"({source.raw})" for source in number_sources())
    statement = f"""
WITH {_SLOT}, {_NAMED_BY_CELLS},
x (source, metric_id, day, touchpoint_id, segments, bucket, n, total, squares) AS ({raw})
SELECT s.i, x.bucket, sum(x.n)::bigint, sum(x.total), sum(x.squares), x.day
FROM slot s JOIN x ON x.metric_id = s.metric_id AND x.touchpoint_id = s.touchpoint_id
  AND s.segment = ANY (x.segments) AND x.day BETWEEN s.first AND s.last GROUP BY 1, 2, 6"""
    cells: list[list[Cell]] = [[] for _ in asks]
    for place, *cell in _run(statement, [(one.ask, one.first, one.last) for one in windows]):
        cells[place - 1].append(Cell(*cell))
    for window, own in zip(windows, cells, strict=True):
        yield (
            window.ask,
            Reading(
                window.version.number,
                current=estimate(definition_of(window.ask.metric, window.version), own),
                observed_on=max((cell.day for cell in own if cell.day), default=None),
            ),
        )


def _crossed_window(ask: Ask, versions: Sequence[MetricVersion]) -> Window:
    held = in_force(versions, ask.on)
    if reads_window(ask.metric):
        return Window(ask, first_day(ask.metric, ask.on, held), ask.on, held)
    first = ask.on - timedelta(days=_FAR_BACK)
    return Window(ask, max(first, held.from_day or first), ask.on, held)
