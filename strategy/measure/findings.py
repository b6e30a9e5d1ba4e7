"""What a metric's figures say, in one sentence: the headline of its page."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.metrics.estimates import Difference, Estimate, difference
from strategy.metrics.readings import Reading
from strategy.metrics.wording import Unit, number

CHANCE = 0.05  # a difference with a smaller p is more than chance would do


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved against the one before: `value` and `margin` in the shown unit.

    `is_real` is None where it cannot be told; `tone` is up for better, down for worse, else "".
    """

    value: float
    margin: float | None
    is_real: bool | None
    tone: str

    @property
    def rises(self) -> bool:
        return self.value > 0

    @property
    def shown(self) -> str:
        """Return the size of the change with its margin, as “2.8 ±2.0”."""
        size = number(abs(self.value))
        return f"{size} ±{number(self.margin)}" if self.margin else size


def change_between(
    before: Estimate | None, after: Estimate | None, unit: Unit, *, bigger_is_better: bool
) -> Change | None:
    """Compare two windows of one definition; None where either holds no answers."""
    if before is None or after is None:
        return None
    moved = difference(before, after)
    real = _is_real(moved)
    better = (moved.value > 0) == bigger_is_better
    margin = None if moved.high is None or moved.low is None else (moved.high - moved.low) / 2
    return Change(
        value=moved.value / unit.per,
        margin=unit.scaled(margin),
        is_real=real,
        tone="" if not real else "up" if better else "down",
    )


def _is_real(moved: Difference) -> bool | None:
    """Exact figures that differ have moved; an unknown error tells nothing."""
    if moved.low is None:
        return None
    if moved.p is None:
        return moved.value != 0
    return moved.p < CHANCE


def headline(name: str, reading: Reading, unit: Unit, change: Change | None) -> str:
    """Say what is found of a metric, as “Seat comfort is rising, and that is good”."""
    if reading.current is None:
        if reading.last is None or reading.last_on is None:
            return _("%(name)s has no answers yet") % {"name": name}
        words = {"name": name, "day": _day(reading.last_on)}
        return _("%(name)s has had no answers since %(day)s") % words
    words = {"name": name, "value": unit.show(reading.current).text}
    if change is None:
        return _("%(name)s stands at %(value)s; there is nothing before to compare it with") % words
    if change.is_real is None:
        return _("%(name)s stands at %(value)s, from too few answers to tell a trend") % words
    if not change.is_real:
        return _("%(name)s holds steady at %(value)s") % words
    return _moved(words, change)


def _moved(words: dict[str, str], change: Change) -> str:
    if change.rises and change.tone == "up":
        return _("%(name)s is rising, now at %(value)s") % words
    if change.rises:
        return _("%(name)s is getting worse: it rose to %(value)s") % words
    if change.tone == "up":
        return _("%(name)s is getting better: it fell to %(value)s") % words
    return _("%(name)s is falling, now at %(value)s") % words


def headline_of_all(fed: int, of: int) -> str:
    """Say how many metrics of a plan have answers in their window."""
    if not of:
        return _("Nothing is measured yet")
    if fed == of:
        return ngettext(
            "Your metric has answers in its window",
            "All %(of)d metrics have answers in their window",
            of,
        ) % {"of": of}
    return ngettext(
        "%(fed)d of %(of)d metric has answers in its window",
        "%(fed)d of %(of)d metrics have answers in their window",
        of,
    ) % {"fed": fed, "of": of}


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
