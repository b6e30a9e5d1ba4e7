"""What the team does about a step: the tactics that answer what stands there or are taken there."""

from collections.abc import Iterator

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from strategy.journeys.models import JourneyCard
from strategy.maps.selectors import Cell, Column, Map
from strategy.sections import all_sections

_WHO_ANSWERS = "tactics"  # the section


def put_answers(found: Map, *, member: Membership) -> None:
    """Put what answers a step into the lane for it, where a map shows one; three queries."""
    section = next((one for one in all_sections() if one.slug == _WHO_ANSWERS), None)
    row = next((one for one in found.rows if one.lane.key == "answers"), None)
    if section is None or row is None:
        return
    about = [list(_about(found, cell.column)) for cell in row.cells]
    links = section.links([ref for refs in about for ref in refs])
    shown = section.stitches([one for link in links.values() for one in link.up], member=member)
    for cell, refs in zip(row.cells, about, strict=True):
        above = (one for ref in refs if ref in links for one in links[ref].up)
        cell.answers = [shown[one] for one in dict.fromkeys(above) if one in shown]
        cell.asks = _open_pain(found, cell)


def _about(found: Map, column: Column) -> Iterator[Ref]:
    """Return what may be answered of a step: its cards, itself, its touchpoint."""
    for cell in _cells_of(found, column):
        yield from (Ref(JourneyCard.ref_kind, int(card.id)) for card in cell.cards)
    yield column.step.ref
    if column.step.touchpoint_id is not None:
        yield Ref("touchpoint", column.step.touchpoint_id)


def _open_pain(found: Map, cell: Cell) -> str:
    """Return the first that hurts at a step nobody answers, as a Ref; "" for none."""
    if cell.answers:
        return ""
    pains = (
        card
        for row in found.rows
        if row.lane.mark == "pain"
        for one in row.cells
        if one.column is cell.column
        for card in one.cards
    )
    first = next(pains, None)
    return str(Ref(JourneyCard.ref_kind, int(first.id))) if first else ""


def _cells_of(found: Map, column: Column) -> Iterator[Cell]:
    return (cell for row in found.rows for cell in row.cells if cell.column is column)
