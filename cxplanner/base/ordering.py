"""Rows in an order of their own: the `position` of each counts from 0 among those beside it."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

Thing = TypeVar("Thing")


def placed(thing: Thing, position: int, among: Iterable[Thing]) -> list[Thing]:
    """Return the others with `thing` at a place (0 = first); beyond their end it comes last."""
    order = [one for one in among if one != thing]
    order.insert(max(position, 0), thing)
    return order


def renumber(order: Sequence[Any]) -> None:
    """Store the order of rows of one model that have a `position`: one query for all that moved."""
    moved = []
    for position, row in enumerate(order):
        if row.position != position:
            row.position = position
            moved.append(row)
    if moved:
        type(moved[0])._default_manager.bulk_update(moved, ["position"])
