"""What the demo's people say their passengers' experience is strong and weak in, and why."""

from datetime import date, timedelta
from typing import Final

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from strategy.evidence.models import Evidence
from strategy.evidence.services import add_evidence
from strategy.swot.models import Quadrant
from strategy.swot.services import add_entry, change_entry, entry_from
from strategy.touchpoints.models import Touchpoint, points

# Words, weight, touchpoint.
ENTRIES: Final[dict[Quadrant, tuple[tuple[str, int, str], ...]]] = {
    Quadrant.STRENGTHS: (
        ("Passengers praise the crew by name", 5, "Cabin crew"),
        ("Check-in works offline, and nobody calls about it", 4, "Check-in"),
        ("Warm bread is what people speak of", 2, "Food and drink"),
    ),
    Quadrant.WEAKNESSES: (("Old seats on 24 of 38 aircraft", 4, "Seat"),),
    Quadrant.OPPORTUNITIES: (
        ("Norrland closes its Umeå lounge in January", 4, ""),
        ("Nobody on our routes answers chat within five minutes at night", 3, ""),
    ),
    Quadrant.THREATS: (
        ("Meridian rebooks in the app since October", 5, "Rebooking after a cancellation"),
        ("Rail reaches Umeå in under five hours by 2028", 1, ""),
    ),
}


def weigh_experience(members: dict[Role, Membership], today: date) -> None:
    """Fill the demo's SWOT; one weakness comes from a pain point of its touchpoint."""
    by = members[Role.EDITOR]
    places = {row.name: row for row in Touchpoint.objects.select_related("plan")}
    desk = places["Rebooking after a cancellation"]
    calls, _is_new = entry_from(desk, Quadrant.WEAKNESSES, points(desk.pain_points)[0], by=by)
    change_entry(calls, by=by, weight=5)
    for quadrant, entries in ENTRIES.items():
        for text, weight, place in entries:
            add_entry(
                plan=desk.plan,
                by=by,
                quadrant=quadrant,
                text=text,
                weight=weight,
                touchpoint=places.get(place),
            )
    add_evidence(
        about=calls.ref,
        by=by,
        kind=Evidence.Kind.KPI,
        text="2.8 calls for each rebooked passenger in the last quarter.",
        source="Contact centre",
        date=today - timedelta(days=12),
    )
