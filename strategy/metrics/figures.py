"""Units of figures: how a metric's values, changes and margins are read by people."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


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
    """What stands behind a figure, and how many of the metric's own units make one of it."""

    words: str = ""
    size: float = 1.0

    def of(self, value: float | None) -> float | None:
        """Convert a figure of the metric into this unit; None stays no data."""
        return None if value is None else value / self.size


def unit_of(metric: Measured, magnitude: float) -> Unit:
    """Choose the unit in which figures of about this magnitude are read best.

    A duration's figures are seconds; they are shown in seconds, minutes, hours or days.
    """
    if metric.unit:
        return Unit(metric.unit)
    if metric.kind == "duration":
        return _of_duration(abs(magnitude))
    if metric.kind == "ratio" or metric.method == "top_box":
        return Unit("%")
    return Unit()


def _of_duration(seconds: float) -> Unit:
    if seconds >= 2 * _DAY:
        return Unit(_("d"), _DAY)
    if seconds >= 2 * _HOUR:
        return Unit(_("h"), _HOUR)
    if seconds >= 2 * _MINUTE:
        return Unit(_("min"), _MINUTE)
    return Unit(_("s"))
