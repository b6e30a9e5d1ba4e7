"""A SWOT in words: what it comes to, and where an entry went."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from strategy.swot.models import Quadrant, SwotEntry
from strategy.swot.selectors import Column


def finding(board: Sequence[Column]) -> str:
    """Say what outweighs what, once each quadrant is filled or marked none; else ""."""
    if not all(column.is_done for column in board):
        return ""
    strengths, weaknesses, opportunities, threats = (column.weight for column in board)
    return f"{_inside(strengths - weaknesses)} {_outside(opportunities - threats)}"


def _inside(more: int) -> str:
    if more > 0:
        return _("Your strengths outweigh your weaknesses.")
    if more < 0:
        return _("Your weaknesses outweigh your strengths.")
    return _("Your strengths and weaknesses weigh the same.")


def _outside(more: int) -> str:
    if more > 0:
        return _("Outside, opportunities outweigh threats.")
    if more < 0:
        return _("Outside, threats outweigh opportunities.")
    return _("Outside, opportunities and threats weigh the same.")


def moved(entry: SwotEntry, quadrant: str) -> str:
    """Say where an entry went; `entry` as it stood before."""
    if entry.quadrant == quadrant:
        return _("“%(entry)s” moved among its quadrant.") % {"entry": entry}
    named = {"entry": entry, "quadrant": Quadrant(quadrant).label}
    return _("“%(entry)s” stands under “%(quadrant)s” now.") % named
