"""Whom the demo's airline serves: three passengers, what is known of them and what is guessed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from strategy.evidence.models import Evidence
from strategy.evidence.services import add_evidence
from strategy.personas.models import PersonaStatement
from strategy.personas.services import add_statement, create_persona
from strategy.personas.trust import Trust
from strategy.plans.models import Plan

Kind = PersonaStatement.Kind


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A persona; statements are kind, words, trust, days since the check, and how one knows."""

    name: str
    role: str
    quote: str
    avatar: int
    segments: tuple[str, ...]
    statements: tuple[tuple[str, str, str, int, str], ...]


_STUDY = "Interviews with 14 passengers at gate 14, spring."
DRAWN: Final = (
    _Drawn(
        "Ingrid, the weekly commuter",
        "Flies Umeå to Stockholm and back each week, with hand luggage only",
        "I know your timetable better than your app does.",
        310,
        ("Travel=Business",),
        (
            (Kind.DEMOGRAPHICS, "41, consultant, 46 flights a year", Trust.VALIDATED, 40, _STUDY),
            (Kind.NEED, "To work for an hour on board: a socket and a table that holds",
             Trust.VALIDATED, 60, "31 of 60 business passengers opened a laptop (count on board)."),
            (Kind.NEED, "To learn of a delay before leaving the office", Trust.PARTLY, 90, _STUDY),
            (Kind.FEAR, "To miss the first meeting and look unprepared", Trust.ASSUMPTION, 0, ""),
            (Kind.DESIRE, "To be rebooked without asking", Trust.VALIDATED, 355,
             "22 of 30 chose it first when asked to order five wishes."),
            (Kind.GOAL, "Home for dinner on Thursdays", Trust.PARTLY, 200, _STUDY),
            (Kind.PAIN, "Waits in the same queue as people who fly once a year",
             Trust.VALIDATED, 25, "Gate staff hear it daily; 118 complaints last year."),
            (Kind.ACCESSIBILITY, "Reads on a phone in bright light: needs contrast",
             Trust.ASSUMPTION, 0, ""),
        ),
    ),
    _Drawn(
        "The Berg family",
        "Two adults, two children, one holiday a year that must not go wrong",
        "Just tell us where to stand, and that we sit together.",
        77,
        ("Travel=Personal",),
        (
            (Kind.DEMOGRAPHICS, "Parents in their thirties, children of 4 and 7",
             Trust.PARTLY, 120, _STUDY),
            (Kind.NEED, "Four seats side by side", Trust.VALIDATED, 30,
             "Most asked question of the contact centre: 1 in 9 calls."),
            (Kind.FEAR, "A cancelled flight with tired children and nobody to ask",
             Trust.VALIDATED, 500, "Studied in the strike of last year; not looked at since."),
            (Kind.DESIRE, "Something for the children to do while boarding",
             Trust.ASSUMPTION, 0, ""),
            (Kind.GOAL, "To begin the holiday rested", Trust.ASSUMPTION, 0, ""),
            (Kind.PAIN, "Bags that come a day later", Trust.PARTLY, 150,
             "Baggage desk: 41 families in July."),
        ),
    ),
    _Drawn(
        "Olof, back after years",
        "71, flies twice a year to his grandchildren, books by phone",
        "I can do it, if you let me take my time.",
        1131,
        (),
        (
            (Kind.DEMOGRAPHICS, "Between 65 and 80, travels alone", Trust.ASSUMPTION, 0, ""),
            (Kind.NEED, "A person to talk to when something is unclear", Trust.ASSUMPTION, 0, ""),
            (Kind.FEAR, "To be at the wrong gate", Trust.ASSUMPTION, 0, ""),
            (Kind.PAIN, "The check-in times out while he looks for his glasses",
             Trust.PARTLY, 20, "Two letters, one of them with a drawing."),
            (Kind.ACCESSIBILITY, "Hears announcements badly: wants them written",
             Trust.ASSUMPTION, 0, ""),
        ),
    ),
)  # fmt: skip


def draw_passengers(members: dict[Role, Membership], today: date) -> None:
    """Draw the demo's personas, with evidence where they say that something is proven."""
    by, plan = members[Role.EDITOR], Plan.objects.get()
    for one in DRAWN:
        persona = create_persona(
            plan=plan,
            by=by,
            name=one.name,
            role=one.role,
            quote=one.quote,
            avatar=one.avatar,
            segments=one.segments,
        )
        for kind, text, trust, ago, known in one.statements:
            day = today - timedelta(days=ago) if known else None
            row = add_statement(
                persona=persona, by=by, kind=kind, text=text, trust=trust, checked_on=day
            )
            if known:
                add_evidence(about=row.ref, by=by, kind=Evidence.Kind.STUDY, text=known, date=day)
