"""By how much one figure differs from another, and how sure that is."""

from dataclasses import dataclass
from math import hypot

from strategy.metrics.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a figure differs from the one before, with a 95 % interval, in its unit.

    `low` and `high` are None where either figure has no interval of its own.
    """

    value: float
    low: float | None
    high: float | None

    @property
    def is_real(self) -> bool | None:
        """Tell whether the interval leaves 0 out; None where there is none."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0


def change(before: Estimate, after: Estimate) -> Change:
    """Compare two independent figures by their own intervals (MOVER).

    With [l, u] the interval of each figure v, the change d = v1 - v0 reaches from
    d - √((v1 - l1)² + (u0 - v0)²) to d + √((u1 - v1)² + (v0 - l0)²). For shares with Wilson
    intervals this is Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, p. 873,
    method 10); Zou and Donner (Statistics in Medicine 27, 2008, p. 1693) show that it holds for
    any two figures, so it also takes net scores, means and quantiles, whose intervals are not
    symmetric.
    """
    value = after.value - before.value
    ends = (before.low, before.high, after.low, after.high)
    if any(end is None for end in ends):
        return Change(value, None, None)
    low0, high0, low1, high1 = (end for end in ends if end is not None)
    return Change(
        value,
        value - hypot(after.value - low1, high0 - before.value),
        value + hypot(high1 - after.value, before.value - low0),
    )
