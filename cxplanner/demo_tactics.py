"""What the demo's people do so that their goals are reached, and what each of it answers."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from strategy.goals.models import Goal
from strategy.swot.models import SwotEntry
from strategy.tactics.models import State
from strategy.tactics.services import create_tactic, move_tactic
from strategy.tactics.steps import add_step, change_step
from strategy.touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Planned:
    """A tactic of the demo. Days count from today; of its steps the first `done` are ticked off.

    `goal`, `place` and `swot` are the beginnings of a goal's statement, a touchpoint's name and a
    SWOT entry's words.
    """

    name: str
    reason: str
    goal: str
    place: str
    swot: str
    owner: str
    starts: int
    due: int
    steps: tuple[str, ...]
    done: int
    state: State
    effort: int
    impact: int


TACTICS: Final = (
    Planned(
        "Rebook yourself in the app",
        "61 % of those whose flight is cancelled must call, and wait for 34 minutes.",
        "Passengers find it easy",
        "Rebooking",
        "Three calls",
        "Amara Singh",
        16,
        110,
        (
            "Draw the four screens and walk five passengers through them",
            "Open the booking system to the app",
            "Write what the app says when no seat is left",
            "Try it on the Umeå route for two weeks",
        ),
        0,
        State.PLANNED,
        4,
        5,
    ),
    Planned(
        "Refit seats, batch three",
        "Passengers on the old cushions speak of back pain after an hour.",
        "More passengers are satisfied",
        "Seat",
        "Old seats",
        "Hangar Arlanda",
        -60,
        -12,
        ("Order the cushions", "Book the hangar", "Refit eight aircraft", "Ask on those flights"),
        2,
        State.UNDER_WAY,
        4,
        4,
    ),
    Planned(
        "Night desk for e-mail",
        "A message sent at ten in the evening lies until half past six.",
        "Questions are answered",
        "",
        "Nobody on our routes",
        "Tomás Lindqvist",
        -30,
        25,
        ("Find two people for the nights", "Write the ten answers most asked for", "Begin"),
        2,
        State.UNDER_WAY,
        3,
        3,
    ),
    Planned(
        "Belt waves people through",
        "A queue forms before the machines although the desks stand empty.",
        "Bags are on the belt",
        "Baggage",
        "",
        "Ground handling",
        -80,
        -20,
        ("Put up the signs", "Stand there for a week and look"),
        2,
        State.DONE,
        1,
        2,
    ),
)


def plan_tactics(members: dict[Role, Membership], today: date) -> None:
    """Plan the demo's tactics, each with its steps as far as they came."""
    by = members[Role.EDITOR]
    people = {str(member): member for member in members.values()}
    for one in TACTICS:
        goal = Goal.objects.get(statement__startswith=one.goal)
        places = Touchpoint.objects.filter(name__startswith=one.place) if one.place else ()
        entries = SwotEntry.objects.filter(text__startswith=one.swot) if one.swot else ()
        tactic = create_tactic(
            cycle=goal.cycle,
            by=by,
            name=one.name,
            reason=one.reason,
            goals=[goal],
            touchpoints=places,
            why=[entry.ref for entry in entries],
            owner=people.get(one.owner, one.owner),
            starts_on=today + timedelta(days=one.starts),
            due_on=today + timedelta(days=one.due),
            effort=one.effort,
            impact=one.impact,
        )
        for place, text in enumerate(one.steps):
            step = add_step(tactic=tactic, by=by, text=text)
            if place < one.done:
                change_step(step, by=by, done=True)
        if one.state != State.PLANNED:
            move_tactic(tactic, state=one.state, position=9, by=by)
