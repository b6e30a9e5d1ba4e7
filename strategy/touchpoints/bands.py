"""Which scores a grade stands for, and whether a measured score bears a grade out.

A share of satisfied customers, or of those who found it easy, is graded by the per cent:
A from 85, B from 70, C from 50, D from 30, E from 15, F below. A mean is graded by how far up its
scale it lies, in per cent of the way; a net score of these kinds by twice that way less 100 (A from
70, B from 40, C from 0, D from −40, E from −70). A Net Promoter Score, where only 9 and 10 count
for you, is graded more mildly: A from 50, B from 30, C from 0, D from −20, E from −50, F below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from strategy.metrics.estimates import Definition, Estimate

# The least figure of each grade but the last, best grade first.
_PER_CENT: Final[Mapping[str, float]] = MappingProxyType(
    {"A": 85.0, "B": 70.0, "C": 50.0, "D": 30.0, "E": 15.0}
)
_NPS: Final[Mapping[str, float]] = MappingProxyType(
    {"A": 50.0, "B": 30.0, "C": 0.0, "D": -20.0, "E": -50.0}
)
_WORST: Final = "F"


class Agreement(StrEnum):
    """How customers' score stands to the team's grade."""

    AGREES = "agrees"
    HIGHER = "higher"
    LOWER = "lower"
    TOO_CLOSE = "too_close_to_call"


@dataclass(frozen=True, slots=True)
class Band:
    """The scores of one grade, in the unit of the figure.

    Of a figure that should rise its better edge belongs to the grade above, but for A; of one
    that should fall its edges are turned.
    """

    grade: str
    low: float
    high: float

    def is_beyond(self, figure: float, *, better: bool, rising: bool) -> bool:
        """Tell whether a figure lies beyond the better or the worse edge of the band."""
        if rising:
            return figure >= self.high if better else figure < self.low
        return figure <= self.low if better else figure > self.high


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade beside a score.

    `grade` is the one the score itself would earn. `distance`: how far the nearest end of the
    interval lies beyond the grade's band, in the unit of the figure; `gap`: the same in per cent
    of the whole scale. Both are 0 unless they disagree.
    """

    agreement: Agreement
    grade: str
    distance: float = 0.0
    gap: float = 0.0

    @property
    def disagrees(self) -> bool:
        return self.agreement in (Agreement.HIGHER, Agreement.LOWER)


@lru_cache(maxsize=256)
def bands_of(definition: Definition) -> tuple[Band, ...]:
    """Return what each grade means in a metric's own figures, A first."""
    least, most = _ends(definition)
    edges = [*_NPS.values()] if definition.kind == "nps" else _turned(definition, least, most)
    outer = [most, *edges, least] if definition.bigger_is_better else [least, *edges, most]
    return tuple(
        Band(grade, min(pair), max(pair))
        for grade, pair in zip((*_PER_CENT, _WORST), pairwise(outer), strict=True)
    )


def _turned(definition: Definition, least: float, most: float) -> list[float]:
    """Put the per cents of the way up onto a scale; a mean that should fall is better lower."""
    ways = [edge / 100 for edge in _PER_CENT.values()]
    if not definition.bigger_is_better:
        ways = [1 - way for way in ways]
    return [least + way * (most - least) for way in ways]


def _ends(definition: Definition) -> tuple[float, float]:
    least, most = definition.bounds
    if least is None or most is None:
        raise ValueError(f"{definition.kind} has no scale to be graded on")
    return least, most


def grade_of(value: float, definition: Definition) -> str:
    """Return the grade a figure earns."""
    rising = definition.bigger_is_better
    for band in bands_of(definition):
        if not band.is_beyond(value, better=False, rising=rising):
            return band.grade
    return _WORST


def standing(value: float, definition: Definition) -> float:
    """Return how far up the grades a figure lies: from 0, the foot of F, to 6, the top of A.

    So figures of different scales can be put in one order.
    """
    rising = definition.bigger_is_better
    for place, band in enumerate(bands_of(definition)):
        if not band.is_beyond(value, better=False, rising=rising):
            way = (value - band.low if rising else band.high - value) / (band.high - band.low)
            return len(_PER_CENT) - place + way
    return 0.0


def verdict_on(grade: str, figure: Estimate, definition: Definition) -> Verdict:
    """Say whether customers bear a grade out.

    They disagree only where the whole 95 % interval lies outside the grade's band, and agree only
    where all of it lies inside; anything between, and a figure without interval, is too close to
    call.
    """
    earned = grade_of(figure.value, definition)
    if figure.low is None or figure.high is None:
        return Verdict(Agreement.TOO_CLOSE, earned)
    bands = bands_of(definition)
    rising = definition.bigger_is_better
    own = next(band for band in bands if band.grade == grade)
    worse, better = (figure.low, figure.high) if rising else (figure.high, figure.low)
    above = own is not bands[0] and own.is_beyond(worse, better=True, rising=rising)
    if above or own.is_beyond(better, better=False, rising=rising):
        distance = max(figure.low - own.high, own.low - figure.high, 0.0)
        least, most = _ends(definition)
        agreement = Agreement.HIGHER if above else Agreement.LOWER
        return Verdict(agreement, earned, distance, 100 * distance / (most - least))
    reaches_above = own is not bands[0] and own.is_beyond(better, better=True, rising=rising)
    if reaches_above or own.is_beyond(worse, better=False, rising=rising):
        return Verdict(Agreement.TOO_CLOSE, earned)
    return Verdict(Agreement.AGREES, earned)
