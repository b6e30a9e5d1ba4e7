"""The demo plan of a made-up airline: its people, its plan, and two years of synthetic answers."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from cxplanner.accounts.members.services import join
from cxplanner.accounts.models import Membership, User, Workspace
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from cxplanner.demo_audits import grade_places
from cxplanner.demo_journeys import walk
from cxplanner.demo_personas import draw_passengers
from cxplanner.demo_swot import weigh_experience
from cxplanner.demo_tactics import plan_tactics
from cxplanner.demo_talk import talk
from strategy import intake
from strategy.goals.models import Goal
from strategy.goals.services import create_goal
from strategy.metrics.models import Metric
from strategy.metrics.observing import Observed, record_observations
from strategy.metrics.services import create_metric
from strategy.plans.models import Plan
from strategy.plans.services import create_plan
from strategy.touchpoints.services import create_touchpoint
from surveys.design.models import Survey
from surveys.design.selectors import survey_head_by_id
from surveys.design.services import create_survey
from surveys.responses.answers import Given
from surveys.responses.models import Response
from surveys.responses.services import submit_many

SLUG = "demo"
DAYS = 730
CALL = 500
SYNTHETIC = "Synthetic: made for the demo by a random generator, no customer said it."
PEOPLE = {
    Role.OWNER: "Maren Okafor",
    Role.EDITOR: "Tomás Lindqvist",
    Role.REVIEWER: "Amara Singh",
    Role.VIEWER: "Jonas Weiß",
}
TRAVEL = {"Travel": ["Business", "Personal"]}
PLACES = {
    "Booking": ("Expectation", "Web"),
    "Check-in": ("Purchase", "App"),
    "Boarding": ("Delivery", "Airport"),
    "Seat": ("Use", "On board"),
    "Food and drink": ("Use", "On board"),
    "Cabin crew": ("Use", "On board"),
    "Baggage": ("Delivery", "Airport"),
    "Rebooking after a cancellation": ("After-sales", "Contact centre"),
    "Lounge": ("Use", "Airport"),
}
KIND_WORDS = [
    "Six hours and my back did not notice.",
    "The crew were lovely.",
    "Boarding took ten minutes, well done.",
    "The new cushions make all the difference.",
    "More of the warm bread, please.",
    "Somebody found my scarf and wrote to me the same day.",
]
HARSH_WORDS = [
    "You cancelled, you wrote, and then nobody answered. I slept on the floor of gate 14.",
    "No socket, and the old seat again.",
    "When we were late nobody told us for an hour.",
    "I had to call three times to rebook.",
    "My bag came a day after me.",
    "The food ran out before row 20.",
]


@transaction.atomic
def begin(today: date) -> Workspace:
    """Make the workspace with its members and its plan, or return it where it stands already."""
    standing = Workspace.objects.filter(slug=SLUG).first()
    if standing:
        return standing
    workspace = Workspace(name="Skylark Air (demo)", slug=SLUG, time_zone="Europe/Stockholm")
    workspace.full_clean()
    workspace.save()
    members = {
        role: join(
            workspace,
            user=User.objects.create_user(f"{role}@demo.example", name=name),
            role=role,
        )
        for role, name in PEOPLE.items()
    }
    with workspace_scope(workspace.pk):
        _Builder(members, today).plan()
        grade_places(members, today)
        weigh_experience(members, today)
        plan_tactics(members, today)
        draw_passengers(members, today)
        walk(members)
        talk(members, today)
    return workspace


def is_filled(workspace: Workspace) -> bool:
    """Tell whether the answers of the demo have come."""
    with workspace_scope(workspace.pk):
        return Response.objects.exists()


class _Builder:
    """Writes the plan through the same services people use."""

    def __init__(self, members: dict[Role, Membership], today: date) -> None:
        self.members = members
        self.by = members[Role.OWNER]
        self.starts = (today - timedelta(days=240)).replace(day=1)
        self.ends = (today + timedelta(days=120)).replace(day=28)

    def plan(self) -> None:
        plan = create_plan(
            name="Customer experience plan",
            brand="Skylark Air",
            customers_are="passengers",
            segments=TRAVEL,
            starts_on=self.starts,
            ends_on=self.ends,
            by=self.by,
        )
        self.touchpoints = {
            name: create_touchpoint(plan=plan, name=name, stage=stage, channel=channel, by=self.by)
            for name, (stage, channel) in PLACES.items()
        }
        metrics = self._metrics(plan)
        self._surveys(plan, metrics)
        self._goals(plan, metrics)

    def _metrics(self, plan: Plan) -> dict[str, Metric]:
        wanted: dict[str, dict[str, Any]] = {
            "Recommendation": {"kind": "nps", "window_days": 28},
            "Seat comfort": {"kind": "csat", "window_days": 28},
            "Food and drink": {"kind": "csat", "window_days": 28},
            "Ease of rebooking": {"kind": "ces", "window_days": 28},
            "Time to first answer": {"kind": "duration", "window_days": 28},
            "Bags on the belt in 20 minutes": {"kind": "ratio", "unit": "%", "window_days": 28},
            "Lounge": {"kind": "csat", "window_days": 28},
        }
        return {
            name: create_metric(plan=plan, name=name, description=SYNTHETIC, by=self.by, **fields)
            for name, fields in wanted.items()
        }

    def _surveys(self, plan: Plan, metrics: dict[str, Metric]) -> None:
        create_survey(
            plan,
            name="After the flight",
            introduction="Three short questions about your flight; it takes under a minute.",
            status=Survey.Status.OPEN,
            questions=[
                {
                    "kind": "nps",
                    "text": "How likely are you to recommend us to a friend or colleague?",
                    "metric": metrics["Recommendation"],
                    "low_label": "not at all likely",
                    "high_label": "extremely likely",
                },
                {
                    "kind": "csat",
                    "text": "How satisfied were you with your seat?",
                    "metric": metrics["Seat comfort"],
                    "touchpoint": self.touchpoints["Seat"],
                },
                {
                    "kind": "csat",
                    "text": "How satisfied were you with the food and drink?",
                    "metric": metrics["Food and drink"],
                    "touchpoint": self.touchpoints["Food and drink"],
                },
                {"kind": "open", "text": "What would you like to see more of?"},
            ],
            by=self.by,
        )
        create_survey(
            plan,
            name="After a disruption",
            status=Survey.Status.OPEN,
            questions=[
                {
                    "kind": "ces",
                    "text": "It was easy to get where I was going.",
                    "metric": metrics["Ease of rebooking"],
                    "touchpoint": self.touchpoints["Rebooking after a cancellation"],
                },
                {"kind": "open", "text": "What should we have done?"},
            ],
            by=self.by,
        )

    def _goals(self, plan: Plan, metrics: dict[str, Metric]) -> None:
        def goal(statement: str, name: str, start: str, target: str, **more: Any) -> Goal:
            owner = more.pop("owner", Role.EDITOR)
            return create_goal(
                plan=plan,
                statement=statement,
                metric=metrics[name],
                baseline=Decimal(start),
                target=Decimal(target),
                starts_on=self.starts,
                due_on=self.ends,
                owner=self.members[owner],
                by=self.by,
                **more,
            )

        top = goal(
            "Passengers recommend us to a friend",
            "Recommendation",
            "24",
            "34",
            owner=Role.OWNER,
            benefit="loyalty",
            achievable="Seats and rebooking explain most of the low scores; both are funded.",
        )
        goal(
            "More passengers are satisfied with their seat",
            "Seat comfort",
            "58",
            "70",
            parent=top,
            achievable="New cushions on 38 aircraft by the end of the plan.",
        )
        bearable = goal(
            "Passengers find it easy to get where they were going after we cancel",
            "Ease of rebooking",
            "41",
            "60",
            parent=top,
            achievable="Rebooking comes into the app.",
        )
        goal(
            "Questions are answered within 45 minutes",
            "Time to first answer",
            "15000",
            "2700",
            parent=bearable,
            owner=Role.REVIEWER,
            achievable="A second desk at night.",
        )
        goal(
            "Bags are on the belt in 20 minutes, nine times in ten",
            "Bags on the belt in 20 minutes",
            "74",
            "90",
            parent=top,
            achievable="A second belt team.",
        )
        goal(
            "Guests are satisfied with the lounge",
            "Lounge",
            "71",
            "80",
            parent=top,
            achievable="The new lounge opens with its own survey.",
        )


# --- two years of answers -------------------------------------------------------------------


@dataclass(frozen=True)
class _Day:
    """One day of the past, and how far from the first one (0) to today (1) it lies."""

    day: date
    share: float

    def moments(self, rng: random.Random, count: int) -> list[datetime]:
        start = datetime.combine(self.day, time(4), UTC)
        return sorted(start + timedelta(seconds=rng.randrange(57_600)) for _ in range(count))


def fill(workspace_id: int, today: date) -> int:
    """Send two years of synthetic answers; run twice it adds none. Returns how many it sent."""
    rng = random.Random(SLUG)  # noqa: S311  # the same answers in every demo, nothing secret
    days = [_Day(today - timedelta(days=DAYS - i), i / DAYS) for i in range(DAYS)]
    owner = Membership.objects.select_related("workspace", "user").get(
        workspace_id=workspace_id, role=Role.OWNER
    )
    sent = 0
    for survey, write in (("After the flight", _flight), ("After a disruption", _disruption)):
        sent += _send(Survey.objects.get(name=survey), write(survey, days, rng))
    _observe(days, rng, owner)
    intake.drain(workspace_id)
    intake.close_days()
    return sent


def _send(survey: Survey, answers: Iterator[Given]) -> int:
    head = survey_head_by_id(survey.pk, survey.workspace_id)
    if head is None:
        return 0
    items = list(enumerate(answers))
    for start in range(0, len(items), CALL):
        submit_many(head, items[start : start + CALL], via=Response.Via.IMPORT)
    return len(items)


def _score(rng: random.Random, mean: float, spread: float, low: int, high: int) -> int:
    return max(low, min(high, round(rng.gauss(mean, spread))))


def _words(rng: random.Random, score: int, middle: int) -> str | None:
    if rng.random() > 0.3:
        return None
    return rng.choice(KIND_WORDS if score > middle else HARSH_WORDS)


def _flight(name: str, days: list[_Day], rng: random.Random) -> Iterator[Given]:
    nps, seat, food, words = Survey.objects.get(name=name).questions.order_by("position")
    for day in days:
        for i, moment in enumerate(day.moments(rng, rng.randint(10, 26))):
            liking = _score(rng, 7.9 + 0.45 * day.share, 2.1, 0, 10)
            answers: list[tuple[int, Any]] = [
                (nps.pk, liking),
                (seat.pk, _score(rng, 3.45 + 0.55 * day.share, 1.1, 1, 5)),
                (food.pk, _score(rng, 3.7, 1.1, 1, 5)),
            ]
            if said := _words(rng, liking, 6):
                answers.append((words.pk, said))
            yield Given(
                answers=answers,
                external_id=f"flight-{day.day}-{i}",
                answered_at=moment,
                segments={"Travel": rng.choice(TRAVEL["Travel"])},
            )


def _disruption(name: str, days: list[_Day], rng: random.Random) -> Iterator[Given]:
    ease, words = Survey.objects.get(name=name).questions.order_by("position")
    for day in days:
        for i, moment in enumerate(day.moments(rng, rng.randint(1, 7))):
            score = _score(rng, 3.15 + 0.15 * day.share, 1.2, 1, 5)
            answers: list[tuple[int, Any]] = [(ease.pk, score)]
            if said := _words(rng, score, 3):
                answers.append((words.pk, said))
            yield Given(
                answers=answers, external_id=f"disruption-{day.day}-{i}", answered_at=moment
            )


def _observe(days: list[_Day], rng: random.Random, by: Membership) -> None:
    answers = Metric.objects.get(name="Time to first answer")
    bags = Metric.objects.get(name="Bags on the belt in 20 minutes")
    waits: list[Observed] = []
    belts: list[Observed] = []
    for day in days:
        typical = 15_500 - 5_500 * day.share  # seconds
        for i, moment in enumerate(day.moments(rng, rng.randint(2, 6))):
            seconds = Decimal(round(rng.lognormvariate(0, 0.5) * typical))
            waits.append(Observed(moment, seconds=seconds, external_id=f"mail-{day.day}-{i}"))
        [evening] = day.moments(rng, 1)
        flights = rng.randint(9, 17)
        in_time = sum(rng.random() < 0.72 + 0.13 * day.share for _ in range(flights))
        belts.append(
            Observed(
                evening,
                numerator=Decimal(in_time),
                denominator=flights,
                external_id=f"belts-{day.day}",
            )
        )
    record_observations(answers, waits, by=by)
    record_observations(bags, belts, by=by)
