"""Units of figures: how a metric's values, changes and margins are read by people."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_SCORES = ("nps", "csat", "ces")


class Measured(Protocol):
    """What of a metric decides its unit."""

    @property
    def kind(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands behind a figure, and how many of the metric's own units make one of it.

    `of_change` stands behind a difference: that of two per cents or scores is in points.
    """

    words: str = ""
    size: float = 1.0
    of_change: str = ""

    def of(self, value: float | None) -> float | None:
        """Convert a figure of the metric into this unit; None stays no data."""
        return None if value is None else value / self.size


def unit_of(metric: Measured, magnitude: float) -> Unit:
    """Choose the unit in which figures of about this magnitude are read best.

    A duration's figures are seconds; they are shown in seconds, minutes, hours or days.
    """
    if metric.unit:
        return Unit(metric.unit, of_change=_("points") if metric.unit == "%" else metric.unit)
    if metric.kind == "duration":
        return _of_duration(abs(magnitude))
    if metric.kind == "ratio" or metric.method == "top_box":
        return Unit("%", of_change=_("points"))
    return Unit(of_change=_("points") if metric.kind in _SCORES else "")


def _of_duration(seconds: float) -> Unit:
    if seconds >= 2 * _DAY:
        return Unit(_("d"), _DAY, _("d"))
    if seconds >= 2 * _HOUR:
        return Unit(_("h"), _HOUR, _("h"))
    if seconds >= 2 * _MINUTE:
        return Unit(_("min"), _MINUTE, _("min"))
    return Unit(_("s"), of_change=_("s"))
