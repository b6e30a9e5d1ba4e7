"""Geometry of one figure with its interval over named bands, as a score over grades.

As in charts, across is per cent of the width and down is pixels. The worst band stands at the
start of the line, the best at its end.
"""

from collections.abc import Sequence

from cxplanner.base.charts import Scale, number, percent
from cxplanner.base.marks import Band, BandChart, BandMark, Dot, Figure

MIDDLE = 12.0  # pixels from the top to the dot
FULL = 100.0  # per cent


def band_chart(
    bands: Sequence[Band], figure: Figure, *, falls: bool = False, rtl: bool = False
) -> BandChart:
    """Draw a figure over bands; `falls` says that less is better. Bands lie side by side."""
    low, high = min(band.low for band in bands), max(band.high for band in bands)
    start, end = (FULL, 0.0) if falls != rtl else (0.0, FULL)
    across = Scale(low, high, start, end)
    return BandChart(
        bands=tuple(_mark(band, across) for band in bands), dot=_dot(figure, across, low, high)
    )


def _mark(band: Band, across: Scale) -> BandMark:
    one, other = sorted((across(band.low), across(band.high)))
    return BandMark(band, percent(one), percent(other - one), percent((one + other) / 2))


def _dot(figure: Figure, across: Scale, low: float, high: float) -> Dot:
    if figure.low is None or figure.high is None:
        return Dot(percent(across(figure.value)), number(MIDDLE), None, None)
    ends = sorted(across(min(max(end, low), high)) for end in (figure.low, figure.high))
    return Dot(percent(across(figure.value)), number(MIDDLE), percent(ends[0]), percent(ends[1]))
