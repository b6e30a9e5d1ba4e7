"""Geometry of a chart of figures then and now: dots with their intervals, a row for each thing.

As in charts, across is per cent of the width and down is pixels.
"""

from collections.abc import Sequence

from cxplanner.base.charts import Scale, number, percent, round_values
from cxplanner.base.marks import Dot, DotChart, DotRow, Figure, Label, Moved

START, END = 3.0, 97.0  # per cent
ROW = 58.0  # pixels from one name to the next
NAME, BEFORE, AFTER = 18.0, 32.0, 43.0  # where name and dots stand in their row
UNDER = 26.0  # pixels under the base line, for the values


def dot_chart(rows: Sequence[Moved], *, rtl: bool = False) -> DotChart:
    """Draw each thing's figure then (upper dot) and now (lower dot) on one scale."""
    figures = [one for row in rows for one in (row.before, row.after) if one is not None]
    ends = [end for one in figures for end in (one.value, one.low, one.high) if end is not None]
    ticks = round_values(min(ends), max(ends)) if ends else [0.0, 1.0]
    start, end = (END, START) if rtl else (START, END)
    across = Scale(ticks[0], ticks[-1], start, end)
    base = ROW * len(rows) + 4
    near, far = ("at-end", "at-start") if rtl else ("at-start", "at-end")
    first, last = ("100%", "0") if rtl else ("0", "100%")
    return DotChart(
        height=round(base + UNDER),
        base_y=number(base),
        rows=tuple(
            DotRow(
                moved=row,
                label=Label(first, number(place * ROW + NAME), near),
                words=Label(last, number(place * ROW + NAME), far),
                before=_dot(row.before, across, place * ROW + BEFORE),
                after=_dot(row.after, across, place * ROW + AFTER),
            )
            for place, row in enumerate(rows)
        ),
        values=tuple(_value(tick, across, base) for tick in ticks),
    )


def _dot(figure: Figure | None, across: Scale, y: float) -> Dot | None:
    if figure is None:
        return None
    reach = None if figure.low is None or figure.high is None else (figure.low, figure.high)
    return Dot(
        x=percent(across(figure.value)),
        y=number(y),
        x1=None if reach is None else percent(across(reach[0])),
        x2=None if reach is None else percent(across(reach[1])),
    )


def _value(tick: float, across: Scale, base: float) -> Label:
    x = across(tick)
    return Label(percent(x), number(base + 18), "at-middle", value=tick)
