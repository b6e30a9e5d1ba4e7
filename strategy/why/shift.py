"""Arithmetic of a change: which parts of the whole it lies in."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """A part of all answers in two windows: how many answers, and what they add up to.

    A figure is `total / n`; `n` is the denominator where the figure is a ratio.
    """

    n_before: int
    total_before: Fraction
    n_after: int
    total_after: Fraction


@dataclass(frozen=True, slots=True)
class Shift:
    """What a part adds to the change of the whole, in the figure's unit.

    `own`: its own score changed. `mix`: its share of the answers changed.
    """

    own: Fraction
    mix: Fraction

    @property
    def total(self) -> Fraction:
        return self.own + self.mix


def decompose(parts: Sequence[Part]) -> list[Shift]:
    """Split the change of the whole over its parts; all shifts together are exactly the change.

    With w a part's share of the answers and v its figure, own = mean(w)·Δv and
    mix = Δw·(mean(v) - mean(V)), each mean taken over the two windows, V the figure of the whole:
    a part that grows lifts the whole only where it reads above it. From Kitagawa, Components of
    a difference between two rates (JASA 50, 1955, p. 1168); the shares add up to 1 in both
    windows, so that taking mean(V) off adds nothing to the sum. A part without answers in one
    window has no score to change: all it adds is its share. Nothing where a window is empty.
    """
    n0, n1 = sum(part.n_before for part in parts), sum(part.n_after for part in parts)
    if not n0 or not n1:
        return []
    whole = (
        sum((part.total_before for part in parts), Fraction()) / n0
        + sum((part.total_after for part in parts), Fraction()) / n1
    ) / 2
    return [_shift(part, n0, n1, whole) for part in parts]


def _shift(part: Part, n0: int, n1: int, whole: Fraction) -> Shift:
    w0, w1 = Fraction(part.n_before, n0), Fraction(part.n_after, n1)
    v0 = part.total_before / part.n_before if part.n_before else None
    v1 = part.total_after / part.n_after if part.n_after else None
    if v0 is None or v1 is None:
        known = v1 if v0 is None else v0
        return Shift(Fraction(), Fraction() if known is None else (w1 - w0) * (known - whole))
    return Shift((w0 + w1) / 2 * (v1 - v0), (w1 - w0) * ((v0 + v1) / 2 - whole))
