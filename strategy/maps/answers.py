"""What the team does about a step: the tactics that answer what stands there or are taken there."""

from collections.abc import Iterator

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from strategy.journeys.models import JourneyCard
from strategy.maps.selectors import Card, Map
from strategy.sections import all_sections

_WHO_ANSWERS = "tactics"  # the section


def put_answers(found: Map, *, member: Membership) -> None:
    """Put what answers a step into the lane for it, where a map shows one; three queries."""
    section = next((one for one in all_sections() if one.slug == _WHO_ANSWERS), None)
    row = next((one for one in found.rows if one.lane.key == "answers"), None)
    if section is None or row is None:
        return
    about = [list(_about(found, place)) for place in range(len(row.cells))]
    links = section.links([ref for refs in about for ref in refs])
    shown = section.stitches([one for link in links.values() for one in link.up], member=member)
    pains = [one for one in found.rows if one.lane.mark == "pain"]
    for place, cell in enumerate(row.cells):
        if links:
            above = (one for ref in about[place] if ref in links for one in links[ref].up)
            cell.answers = [shown[one] for one in dict.fromkeys(above) if one in shown]
        hurts = [card for one in pains for card in one.cells[place].cards]
        if hurts and not cell.answers:
            cell.asks = str(_ref(hurts[0]))


def _about(found: Map, place: int) -> Iterator[Ref]:
    """Return what may be answered of the step at a place: its cards, itself, its touchpoint."""
    for row in found.rows:
        yield from map(_ref, row.cells[place].cards)
    step = found.columns[place].step
    yield step.ref
    if step.touchpoint_id is not None:
        yield Ref("touchpoint", step.touchpoint_id)


def _ref(card: Card) -> Ref:
    return Ref(JourneyCard.ref_kind, int(card.id))
