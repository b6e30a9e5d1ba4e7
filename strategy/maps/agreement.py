"""Whether what a map says of a step and what customers answer there go together."""

from enum import Enum

from strategy.metrics.estimates import Definition, Estimate

SURE = 1  # an emotion this far from nothing takes a side


class Agreement(Enum):
    """How emotion and score stand to each other."""

    OPEN = "open"  # one of them takes no side
    AGREE = "agree"
    HAPPIER_DRAWN = "happier_drawn"
    SADDER_DRAWN = "sadder_drawn"


def side_of(definition: Definition, score: Estimate) -> int:
    """Return 1 where a score lies surely in the better half of its range, −1 in the worse.

    0 where its interval holds the middle, or where its range has no end.
    """
    lowest, highest = definition.bounds
    if lowest is None or highest is None or score.low is None or score.high is None:
        return 0
    middle = (lowest + highest) / 2
    side = 1 if score.low > middle else -1 if score.high < middle else 0
    return side if definition.bigger_is_better else -side


def agreement(emotion: int | None, side: int) -> Agreement:
    """Compare an emotion (−2 to 2) with the side a score takes."""
    if emotion is None or side == 0 or abs(emotion) < SURE:
        return Agreement.OPEN
    if (emotion > 0) == (side > 0):
        return Agreement.AGREE
    return Agreement.HAPPIER_DRAWN if emotion > 0 else Agreement.SADDER_DRAWN
