"""How somebody looks at a metric: which days, how finely, at which touchpoint or segment."""

from dataclasses import dataclass
from datetime import date, timedelta

from strategy.metrics.selectors import MOST_POINTS, Period

FARTHEST_BACK = timedelta(days=730)
# The longest stretch of days each period is still read well in.
_UP_TO = ((31, Period.DAY), (182, Period.WEEK), (1_096, Period.MONTH))
_DAYS_IN = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 28, Period.QUARTER: 89}


@dataclass(frozen=True, slots=True)
class Lens:
    """Days of the chart (inclusive) and its periods, and one touchpoint or one segment, or all."""

    first: date
    last: date
    by: Period
    touchpoint_id: int | None = None
    segment: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self.touchpoint_id is not None or self.segment != ""


def usual_first(earliest: date | None, today: date) -> date:
    """Begin a chart where the answers begin, but at most two years back."""
    back = today - FARTHEST_BACK
    return max(earliest, back) if earliest is not None else today - timedelta(days=89)


def fitting(first: date, last: date, wished: Period | None = None) -> Period:
    """Choose the period a stretch of days is read well in; a wish is kept where it can be drawn."""
    days = (last - first).days + 1
    if wished is not None and days / _DAYS_IN[wished] <= MOST_POINTS:
        return wished
    return next((period for most, period in _UP_TO if days <= most), Period.QUARTER)
