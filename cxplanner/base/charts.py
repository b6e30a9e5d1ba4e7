"""Geometry of the drawings: numbers in, SVG attributes out.

Across is per cent of the width and down is pixels, so words keep their size at any width and no
script measures anything. Attributes are ready strings: a float would be written with a decimal
comma in some languages and break the drawing. Words and dates are left to the templates.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from cxplanner.base.marks import (
    BarChart,
    Column,
    Label,
    Level,
    LevelMark,
    LineChart,
    Note,
    NoteMark,
    Part,
    Point,
    ProgressBar,
    Share,
    Sparkline,
    SplitBar,
    Spot,
    Whisker,
)

EDGE = 6.0  # per cent kept free at the start, where the labels of the values stand
FAR = 98.0
TOP = 26.0  # pixels kept free above, for the words on the highest mark
UNDER = 38.0  # pixels under the base line, for the dates
NOTES = 30.0  # pixels above the base line, for the numbered notes
MOST_LABELS = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to places."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def number(value: float) -> str:
    """Write a number for an attribute: at most two decimals, always with a point."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(value: float) -> str:
    """Write a share of the width for an attribute."""
    return f"{number(value)}%"


def progress_bar(
    *,
    progress: float | None,
    low: float | None = None,
    high: float | None = None,
    expected: float | None = None,
) -> ProgressBar:
    """Draw how far a goal is. All are ratios of the way (1 = reached) and are held to 0..1."""
    band_x = band_width = None
    if low is not None and high is not None:
        band_x = percent(_held(low) * 100)
        band_width = percent((_held(high) - _held(low)) * 100)
    return ProgressBar(
        fill=None if progress is None else percent(_held(progress) * 100),
        band_x=band_x,
        band_width=band_width,
        tick=None if expected is None else percent(_held(expected) * 100),
        percent=None if progress is None else round(progress * 100),
        expected_percent=None if expected is None else round(expected * 100),
    )


def sparkline(points: Sequence[Point], *, target: float | None = None) -> Sparkline:
    """Draw a trend small enough for a table row. Missing values break the line."""
    across = _across(points, start=2, end=84)
    down = _down(points, target, top=3, bottom=25)
    runs = _runs(points, cuts=())
    known = [point for run in runs for point in run]
    return Sparkline(
        paths=tuple(_path(run, across, down) for run in runs if len(run) > 1),
        bands=_bands(runs, across, down),
        lone=tuple(_spot(run[0], across, down) for run in runs if len(run) == 1),
        end=_spot(known[-1], across, down) if known else None,
        target_y=None if target is None else number(down(target)),
    )


def line_chart(
    points: Sequence[Point],
    *,
    target: float | None = None,
    levels: Sequence[Level] = (),
    notes: Sequence[Note] = (),
    course: Sequence[float | None] = (),
    rtl: bool = False,
    height: int = 250,
) -> LineChart:
    """Draw a series with its 95 % interval, its target and what happened.

    Points come oldest first. A missing value breaks the line, and so does a cut: what stands
    before a change of definition is not the same measure. ``course`` is what each point was
    expected to read. ``height`` is in pixels.
    """
    meant = [Point(point.at, value) for point, value in zip(points, course, strict=False)]
    base = height - UNDER
    start, end = (100 - EDGE, 100 - FAR) if rtl else (EDGE, FAR)
    across = _across(points, start=start, end=end)
    beside = [] if target is None else [target]
    ticks = round_values(*_reach([*points, *meant], *beside, *(level.value for level in levels)))
    down = Scale(ticks[0], ticks[-1], base - (NOTES if notes else 0), TOP)
    runs = _runs(points, cuts=[note.at for note in notes if note.cut])
    known = [point for run in runs for point in run]
    lone = [run[0] for run in runs if len(run) == 1]
    by_month, days = _calendar(points)
    return LineChart(
        height=height,
        base_y=number(base),
        paths=tuple(_path(run, across, down) for run in runs if len(run) > 1),
        bands=_bands(runs, across, down),
        course=tuple(_path(run, across, down) for run in _runs(meant, cuts=()) if len(run) > 1),
        lone=tuple(_spot(point, across, down, sign="%") for point in lone),
        whiskers=_whiskers(lone, across, down),
        values=_values(ticks, down, rtl=rtl),
        dates=_dates(days, across, base, rtl=rtl),
        by_month=by_month,
        notes=_notes(notes, points, across, base),
        end=_spot(known[-1], across, down, sign="%") if known else None,
        end_label=_end_label(known, across, down, rtl=rtl),
        target_y=None if target is None else number(down(target)),
        target_label=_target_label(known, target, down, rtl=rtl),
        levels=_levels(levels, target, down, rtl=rtl),
        points=tuple(points),
        first=known[0] if known else None,
        last=known[-1] if known else None,
    )


def bar_chart(shares: Sequence[Share], *, rtl: bool = False, height: int = 150) -> BarChart:
    """Draw answers by what was chosen: columns from 0, the highest fills the height in pixels."""
    total = sum(share.count for share in shares)
    most = max((share.count for share in shares), default=0)
    base = height - 32.0
    slot = 100 / max(len(shares), 1)
    width = min(slot * 0.85, 22.0)
    columns = []
    for place, share in enumerate(reversed(shares) if rtl else shares):
        tall = (base - TOP) * share.count / most if most else 0.0
        middle = (place + 0.5) * slot
        columns.append(
            Column(
                share=share,
                percent=100 * share.count / total if total else 0.0,
                x=percent(middle - width / 2),
                width=percent(width),
                y=number(base - tall),
                height=number(tall),
                middle=percent(middle),
                label_y=number(base - tall - 6),
            )
        )
    return BarChart(
        columns=tuple(columns),
        total=total,
        height=height,
        base_y=number(base),
        words_y=number(base + 18),
        crowded=len(shares) > 6,
    )


def split_bar(shares: Sequence[Share]) -> SplitBar:
    """Lay the parts of a whole side by side with a hair between; empty parts keep their words."""
    total = sum(share.count for share in shares)
    parts, x = [], 0.0
    for share in shares:
        across = 100 * share.count / total if total else 0.0
        shown = max(across - 0.4, 0.2) if across else None
        parts.append(
            Part(
                share=share,
                percent=across,
                x=None if shown is None else percent(x),
                width=None if shown is None else percent(shown),
            )
        )
        x += across
    return SplitBar(parts=tuple(parts), total=total)


def _held(ratio: float) -> float:
    return min(max(ratio, 0.0), 1.0)


def _across(points: Sequence[Point], *, start: float, end: float) -> Scale:
    if not points:
        return Scale(0, 0, start, end)
    return Scale(points[0].at.toordinal(), points[-1].at.toordinal(), start, end)


def _reach(points: Iterable[Point], *beside: float) -> tuple[float, float]:
    seen = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    seen += beside
    return (min(seen), max(seen)) if seen else (0.0, 1.0)


def _down(points: Sequence[Point], target: float | None, *, top: float, bottom: float) -> Scale:
    beside = () if target is None else (target,)
    return Scale(*_reach(points, *beside), bottom, top)


def round_values(low: float, high: float) -> list[float]:
    """Find at most five round values that hold the whole reach between the first and the last."""
    if high == low:
        room = abs(high) * 0.1 or 1.0
        low, high = low - room, high + room
    size = 10.0 ** math.floor(math.log10((high - low) / (MOST_LABELS - 1)))
    for step in (size * times for times in (1, 2, 2.5, 5, 10, 20, 25, 50)):
        first, last = math.floor(low / step), math.ceil(high / step)
        if last - first < MOST_LABELS:
            break
    return [round(place * step, 10) for place in range(first, last + 1)]


def _runs(points: Sequence[Point], *, cuts: Sequence[date]) -> list[list[Point]]:
    """Part the known points where a value is missing or a cut lies between."""
    runs: list[list[Point]] = []
    before: Point | None = None
    for point in points:
        if point.value is not None:
            cut = before is not None and any(before.at < day <= point.at for day in cuts)
            if before is None or cut:
                runs.append([])
            runs[-1].append(point)
        before = point if point.value is not None else None
    return runs


def _spot(point: Point, across: Scale, down: Scale, *, sign: str = "") -> Spot:
    return Spot(number(across(point.at.toordinal())) + sign, number(down(point.value or 0.0)))


def _path(run: Sequence[Point], across: Scale, down: Scale) -> str:
    spots = (_spot(point, across, down) for point in run)
    return "M" + " ".join(f"{spot.x} {spot.y}" for spot in spots)


def _bands(runs: Sequence[Sequence[Point]], across: Scale, down: Scale) -> tuple[str, ...]:
    bands = []
    for run in runs:
        for bounded, stretch in groupby(
            run, key=lambda p: p.low is not None and p.high is not None
        ):
            held = list(stretch)
            if not bounded or len(held) < 2:
                continue
            upper = [(across(p.at.toordinal()), down(p.high or 0.0)) for p in held]
            lower = [(across(p.at.toordinal()), down(p.low or 0.0)) for p in reversed(held)]
            bands.append("M" + " ".join(f"{number(x)} {number(y)}" for x, y in upper + lower) + "Z")
    return tuple(bands)


def _whiskers(lone: Iterable[Point], across: Scale, down: Scale) -> tuple[Whisker, ...]:
    return tuple(
        Whisker(percent(across(p.at.toordinal())), number(down(p.high)), number(down(p.low)))
        for p in lone
        if p.low is not None and p.high is not None
    )


def _anchor(x: float, *, rtl: bool) -> str:
    """Words near an edge of the drawing grow away from it. ``x`` is in the reading direction."""
    if 12 <= x <= 88:
        return "at-middle"
    return "at-end" if (x > 88) != rtl else "at-start"


def _values(ticks: Sequence[float], down: Scale, *, rtl: bool) -> tuple[Label, ...]:
    """Put the round values on their lines, at the start of the reading direction."""
    x, anchor = ("100%", "at-end") if rtl else ("0", "at-start")
    return tuple(
        Label(x, number(down(tick) - 5), anchor, value=tick, line_y=number(down(tick)))
        for tick in ticks
    )


def _calendar(points: Sequence[Point]) -> tuple[bool, list[date]]:
    """Choose at most five days to write under a chart, and whether they stand for months."""
    if not points:
        return False, []
    first, last = points[0].at, points[-1].at
    if (last - first).days > 62:
        months = [
            date(year, month, 1)
            for year in range(first.year, last.year + 1)
            for month in range(1, 13)
            if first <= date(year, month, 1) <= last
        ]
        return True, months[:: math.ceil(len(months) / MOST_LABELS)]
    step = max(math.ceil(((last - first).days + 1) / MOST_LABELS), 1)
    step = next(days for days in (1, 2, 3, 4, 7, 14) if days >= step)
    return False, [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]


def _dates(days: Sequence[date], across: Scale, base: float, *, rtl: bool) -> tuple[Label, ...]:
    labels = []
    for place, day in enumerate(days):
        x = across(day.toordinal())
        anchor = _anchor(100 - x if rtl else x, rtl=rtl)
        labels.append(
            Label(
                percent(x),
                number(base + 18),
                anchor,
                at=day,
                thin_out=len(days) > 3 and place % 2 == 1,
            )
        )
    return tuple(labels)


def _notes(
    notes: Sequence[Note], points: Sequence[Point], across: Scale, base: float
) -> tuple[NoteMark, ...]:
    """Number the notes inside the chart by day; those that would overlap stand on each other."""
    inside = [n for n in notes if points and points[0].at <= n.at <= points[-1].at]
    marks: list[NoteMark] = []
    before, level = -100.0, 0
    for place, note in enumerate(sorted(inside, key=lambda n: n.at), start=1):
        x = across(note.at.toordinal())
        level = level + 1 if abs(x - before) < 4 else 0
        marks.append(NoteMark(place, percent(x), number(base - 16 - 20 * level), note))
        before = x
    return tuple(marks)


def _end_label(known: Sequence[Point], across: Scale, down: Scale, *, rtl: bool) -> Label | None:
    """Write the newest value above its mark, or below it where the line comes from above."""
    if not known:
        return None
    last = known[-1]
    x, y = across(last.at.toordinal()), down(last.value or 0.0)
    falling = len(known) > 1 and down(known[-2].value or 0.0) < y - 4
    anchor = _anchor(100 - x if rtl else x, rtl=rtl)
    return Label(percent(x), number(y + 22 if falling else y - 12), anchor, value=last.value)


def _levels(
    levels: Sequence[Level], target: float | None, down: Scale, *, rtl: bool
) -> tuple[LevelMark, ...]:
    """Name each level in the middle of its line: over it, or under it where words stand above."""
    taken = [] if target is None else [down(target)]
    marks = []
    for level in sorted(levels, key=lambda one: -one.value):
        y = down(level.value)
        crowded = any(-2 < y - other < 18 for other in taken)
        taken.append(y)
        x = 55.0 if rtl else 45.0
        label = Label(percent(x), number(y + 16 if crowded else y - 7), "at-middle")
        marks.append(LevelMark(number(y), level.words, label))
    return tuple(marks)


def _target_label(
    known: Sequence[Point], target: float | None, down: Scale, *, rtl: bool
) -> Label | None:
    """Name the target over its line, at the end of the chart that is farther from the series."""
    if target is None:
        return None
    far = [abs(down(p.value or 0.0) - down(target)) for p in (*known[:1], *known[-1:])]
    at_start = not far or far[0] >= far[-1]
    x = EDGE + 8 if at_start else FAR
    anchor = "at-start" if at_start != rtl else "at-end"
    return Label(percent(100 - x if rtl else x), number(down(target) - 7), anchor, value=target)
