"""The ways the demo's passengers go: a Friday flight that is cancelled, and how it shall be."""

from dataclasses import dataclass, field
from typing import Final

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from strategy.evidence.models import Evidence
from strategy.evidence.services import add_evidence
from strategy.journeys.cards import add_cards
from strategy.journeys.models import Journey, JourneyCard, JourneyStep
from strategy.journeys.services import create_journey, open_step, plan_future
from strategy.journeys.steps import add_step, change_step
from strategy.personas.models import Persona
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class _Step:
    """A step: its touchpoint, or stage and channel; cards by lane."""

    name: str
    emotion: int
    feeling: str
    touchpoint: str = ""
    stage: str = ""
    channel: str = ""
    cards: dict[str, tuple[str, ...]] = field(default_factory=dict)


FRIDAY: Final = (
    _Step(
        "Dreams of home",
        1,
        "hopeful",
        stage="Expectation",
        channel="App",
        cards={
            "doing": ("Compares two Fridays on the phone, in bed",),
            "thinking": ("If it is under two hours I can be there for dinner.",),
            "delights": ("The price calendar remembers her Fridays",),
        },
    ),
    _Step(
        "Books",
        0,
        "a little rushed",
        "Booking",
        stage="Purchase",
        cards={
            "doing": ("Books in four minutes, adds a bag later",),
            "thinking": ("Why does the bag cost more now than a minute ago?",),
            "pains": ("Bag price shown last",),
            "truths": ("The whole price, or not",),
            "opportunities": ("Show the whole price first",),
            "backstage": ("Fares and bags come from two systems",),
        },
    ),
    _Step(
        "Travels to the gate",
        -1,
        "tense",
        "Boarding",
        cards={
            "doing": ("Trains to Arlanda, drops a bag at 06:10",),
            "thinking": ("Is this the queue or the queue for the queue?",),
            "pains": ("Queue forms before the machines",),
            "delights": ("Belt team waves people through",),
            "backstage": ("Two desks open at six, four at seven",),
        },
    ),
    _Step(
        "Flies",
        -1,
        "cramped",
        "Seat",
        cards={
            "doing": ("Works for an hour, sleeps for one",),
            "thinking": ("Oh, the seat is new.",),
            "pains": ("No socket in rows 1 to 6",),
            "delights": ("New cushion on 14 aircraft",),
            "opportunities": ("Refit the seats, batch three",),
        },
    ),
    _Step(
        "Eats on board",
        2,
        "looked after",
        "Food and drink",
        cards={
            "doing": ("Takes a second piece of bread",),
            "delights": ("Warm bread is what people speak of",),
        },
    ),
    _Step(
        "Is cancelled on the way back",
        -2,
        "abandoned",
        "Rebooking after a cancellation",
        cards={
            "doing": ("Reads the cancellation in the security queue",),
            "thinking": ("There are two hundred of us and one desk.",),
            "pains": ("61 % must call, and wait 34 minutes", "The text says “operational reasons”"),
            "truths": ("Whether somebody answers tonight",),
            "opportunities": ("Rebook yourself in the app", "Plain words in the message"),
            "backstage": ("Seats are freed by hand in the contact centre",),
        },
    ),
    _Step(
        "Is home again",
        1,
        "relieved",
        stage="After-sales",
        channel="E-mail",
        cards={
            "doing": ("Lands five hours late, claims online",),
            "thinking": ("At least the form was short.",),
            "delights": ("Refund in two days",),
        },
    ),
)
LATER: Final = {"Books": 1, "Flies": 1, "Is cancelled on the way back": 0}


def walk(members: dict[Role, Membership]) -> None:
    """Draw the journey of the commuter, its future, and one step in finer steps."""
    by = members[Role.EDITOR]
    plan = Plan.objects.get()
    people = [
        one
        for one in plan.personas.filter(archived_at=None)
        if one.name.startswith(("Ingrid", "The Berg"))
    ]
    journey = create_journey(
        plan=plan,
        by=by,
        name="Home on Fridays",
        summary="A weekly flight home, from the wish to the doorstep, on a Friday that goes wrong.",
        personas=people,
    )
    drawn = _draw(journey, FRIDAY, by=by)
    _differ(drawn["Is cancelled on the way back"], people, by=by)
    _know(drawn["Is cancelled on the way back"], by=by)
    _look_ahead(journey, by=by)
    _open(drawn["Is cancelled on the way back"], by=by)


def _draw(journey: Journey, steps: tuple[_Step, ...], *, by: Membership) -> dict[str, JourneyStep]:
    places = {one.name: one for one in Touchpoint.objects.filter(plan=journey.plan_id)}
    found = {}
    for one in steps:
        step = add_step(
            journey=journey,
            by=by,
            name=one.name,
            emotion=one.emotion,
            feeling=one.feeling,
            touchpoint=places.get(one.touchpoint),
            stage=one.stage,
            channel=one.channel,
        )
        for lane, texts in one.cards.items():
            add_cards(step=step, lane=lane, texts=texts, by=by)
        found[one.name] = step
    return found


def _differ(step: JourneyStep, people: list[Persona], *, by: Membership) -> None:
    """Let the family take a cancellation easier: they fly once a year."""
    felt = [
        {"persona": one, "emotion": -1 if one.name.startswith("The") else None} for one in people
    ]
    if felt:
        change_step(step, by=by, personas=felt)


def _know(step: JourneyStep, *, by: Membership) -> None:
    pain = JourneyCard.objects.filter(step=step, lane="pains").order_by("position")[0]
    add_evidence(
        about=pain.ref,
        by=by,
        kind=Evidence.Kind.KPI,
        text="2.8 calls for each rebooked passenger; the median wait was 34 minutes.",
        source="Contact centre, last quarter",
    )


def _look_ahead(journey: Journey, *, by: Membership) -> None:
    future = plan_future(journey, by=by)
    for step in future.steps.all():
        if step.name in LATER:
            change_step(step, by=by, emotion=LATER[step.name], feeling="")
        if step.name == "Is cancelled on the way back":
            texts = ("Sees three flights and takes one, in two minutes",)
            add_cards(step=step, lane="doing", texts=texts, by=by)
            add_cards(step=step, lane="delights", texts=("A seat before she asks",), by=by)


def _open(step: JourneyStep, *, by: Membership) -> None:
    finer = open_step(step, by=by)
    names = (
        ("Gets the message", -2, "shocked"),
        ("Looks for another flight", -1, "hurried"),
        ("Calls and waits", -2, "abandoned"),
        ("Has a new seat", 0, "worn out"),
    )
    for name, emotion, feeling in names:
        add_step(
            journey=finer, by=by, name=name, emotion=emotion, feeling=feeling, stage=step.stage
        )
