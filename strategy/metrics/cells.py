"""Cells of a daily histogram: their sums, and what their buckets tell about durations."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import exp, floor, log
from typing import NamedTuple

_BUCKET_STEP = log(1.05)


class Cell(NamedTuple):
    """One cell of a daily histogram: `n` answers, their sum and sum of squares.

    Score kinds: `bucket` is the score as answered. Durations: whole milliseconds in the sums.
    Ratios: numerator in `total`, denominator in `n`. `day` matters only to `last` and `period`.
    """

    bucket: int
    n: int
    total: Decimal | int
    squares: Decimal | int
    day: date | None = None


def exact_sums(cells: Sequence[Cell]) -> tuple[Fraction, Fraction]:
    """Sum and sum of squares, exact: their difference cancels nearly all digits."""
    return (
        sum((Fraction(cell.total) for cell in cells), Fraction()),
        sum((Fraction(cell.squares) for cell in cells), Fraction()),
    )


def duration_bucket(milliseconds: int) -> int:
    """The histogram bucket of a duration: floor(log(ms)/log(1.05)), -1 for 0 ms."""
    return floor(log(milliseconds) / _BUCKET_STEP) if milliseconds > 0 else -1


def by_bucket(cells: Iterable[Cell]) -> list[Cell]:
    """One cell per bucket, the shortest durations first."""
    merged: dict[int, Cell] = {}
    for cell in cells:
        seen = merged.get(cell.bucket, Cell(cell.bucket, 0, 0, 0))
        merged[cell.bucket] = Cell(
            cell.bucket, seen.n + cell.n, seen.total + cell.total, seen.squares + cell.squares
        )
    return [merged[bucket] for bucket in sorted(merged)]


def _all_alike(cell: Cell) -> bool:
    return Fraction(cell.squares) * cell.n == Fraction(cell.total) ** 2


def sorted_duration(buckets: Sequence[Cell], rank: int) -> float:
    """The rank-th (0-based) shortest duration in milliseconds, off by 5 % at most.

    Answers that share a bucket are spread evenly over its logarithm, or are exact where the
    sums tell that they are equal.
    """
    for cell in buckets:
        if rank < cell.n:
            if _all_alike(cell):
                return float(Fraction(cell.total) / cell.n)
            return exp((cell.bucket + (rank + 0.5) / cell.n) * _BUCKET_STEP)
        rank -= cell.n
    raise IndexError(rank)


def share_inside(cell: Cell, limit: float) -> float:
    """The share (0 to 1) of a cell's durations up to `limit` milliseconds, itself included."""
    if _all_alike(cell):
        return float(cell.total / cell.n <= limit)
    return min(max(log(limit) / _BUCKET_STEP - cell.bucket, 0.0), 1.0) if limit > 0 else 0.0
