"""How the demo's people graded the places where passengers meet them, half a year ago and now."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.services import change_touchpoint, grade_touchpoint
from strategy.vocabulary.services import say_grades


@dataclass(frozen=True)
class _Found:
    """What was found at a place: its grades, oldest first, and what the newest audit says."""

    place: str
    outcome: str
    owner: Role | str
    grades: str
    note: str
    goes_well: str = ""
    pain_points: str = ""
    opportunities: str = ""
    checklist: tuple[tuple[str, str, str], ...] = ()


PLACES: Final[dict[str, _Found]] = {
    "Booking": _Found(
        "online",
        "positive",
        Role.EDITOR,
        "CBB",
        "Found a fare and paid in four minutes; the bag price came on the last page.",
        "The calendar shows the cheapest day\nPayment in two taps",
        "Bag prices appear only at the end",
        "Show the whole price from the first page",
        (("colour", "ok", ""), ("ergonomics", "ok", ""), ("information", "not_ok", "Bag prices")),
    ),
    "Check-in": _Found(
        "online",
        "positive",
        Role.EDITOR,
        "BA",
        "Checked in from the tram, boarding pass in the wallet before the next stop.",
        "Works offline at the gate",
        checklist=(("ergonomics", "ok", ""), ("service", "na", "")),
    ),
    "Boarding": _Found(
        "physical",
        "neutral",
        "Gate staff, Arlanda",
        "DC",
        "Quicker since groups are called, yet nobody hears which one.",
        "Families first, and it shows",
        "Announcements cannot be heard in row three of the queue\nNo place to sit near gate 14",
        "Show the group on the screen",
        (("sight", "ok", ""), ("sound", "not_ok", "Two gates speak at once")),
    ),
    "Seat": _Found(
        "physical",
        "neutral",
        Role.EDITOR,
        "DDC",
        "The new cushions make the difference; most aircraft do not have them yet.",
        "New cushions on 14 of 38 aircraft",
        "The old seat hurts after four hours\nNo socket in the old cabins",
        "Say at booking which cabin it will be",
        (("touch", "not_ok", "Old fabric"), ("sight", "ok", ""), ("smell", "ok", "")),
    ),
    "Food and drink": _Found(
        "physical",
        "neutral",
        "Catering",
        "CB",
        "Warm bread is what people speak of.",
        "Warm bread",
        "Runs out before row 20",
        "Choose the meal at check-in",
        (("taste", "ok", ""), ("smell", "ok", "")),
    ),
    "Cabin crew": _Found(
        "physical", "positive", Role.OWNER, "AA", "Passengers name them.", "Names are remembered"
    ),
    "Baggage": _Found(
        "physical",
        "negative",
        "Ground handling",
        "ED",
        "Fourteen of twenty flights in time on the day we stood there.",
        pain_points="Nobody says when the first bag comes",
        opportunities="A message when the bag is on the belt",
        checklist=(("sight", "not_ok", "The screen is behind a pillar"),),
    ),
    "Rebooking after a cancellation": _Found(
        "other",
        "negative",
        Role.REVIEWER,
        "DF",
        "Waited 74 minutes on the telephone, then the line closed.",
        pain_points="Three calls to rebook\nNobody answers after 22:00\nThe voucher is a PDF",
        opportunities="Rebook in the app",
    ),
}
SENTENCES: Final = {
    "A": "Passengers praise it unasked.",
    "F": "Passengers fly with somebody else over it.",
}


def grade_places(members: dict[Role, Membership], today: date) -> None:
    """Grade the demo's touchpoints; one is left to be graded."""
    by = members[Role.EDITOR]
    rows = {row.name: row for row in Touchpoint.objects.select_related("plan")}
    say_grades(next(iter(rows.values())).plan, sentences=SENTENCES, by=by)
    for place, (name, found) in enumerate(PLACES.items()):
        row = change_touchpoint(rows[name], by=by, place=found.place, outcome=found.outcome)
        before, now = found.grades[:-1], found.grades[-1]
        for age, grade in enumerate(reversed(before), start=1):
            day = today - timedelta(days=150 * age + place)
            grade_touchpoint(row, by=by, grade=grade, graded_on=day)
        grade_touchpoint(
            row,
            by=by,
            grade=now,
            graded_on=today - timedelta(days=6 + place),
            note=found.note,
            goes_well=found.goes_well,
            pain_points=found.pain_points,
            opportunities=found.opportunities,
            checklist={
                item: {"verdict": verdict, "note": note} for item, verdict, note in found.checklist
            },
        )
        # Last, as the inbox is for news, and the grades are none.
        owner = members[found.owner] if isinstance(found.owner, Role) else found.owner
        change_touchpoint(row, by=by, owner=owner)
