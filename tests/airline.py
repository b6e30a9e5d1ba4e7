"""Skylark Air: a plan whose goals stand in every way, read from answers by the product itself."""

import csv
import gzip
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cxplanner.accounts.models import Membership, Workspace
from cxplanner.accounts.roles import Role
from strategy import intake
from strategy.goals.models import CheckIn, Goal
from strategy.metrics.models import Metric
from strategy.metrics.pending import Add, append_adds
from strategy.plans.models import Cycle, Plan
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Question, Survey
from surveys.design.selectors import survey_head_by_id
from surveys.responses.answers import Given
from surveys.responses.models import Response
from surveys.responses.services import submit_many
from tests import factories

# What a well-known file of passengers asks, each from 1 to 5; 0 means no answer.
ASKED = (
    "Inflight wifi service",
    "Departure/Arrival time convenient",
    "Ease of Online booking",
    "Gate location",
    "Food and drink",
    "Online boarding",
    "Seat comfort",
    "Inflight entertainment",
    "On-board service",
    "Leg room service",
    "Baggage handling",
    "Checkin service",
    "Inflight service",
    "Cleanliness",
)


def running_cycle(workspace: Workspace, *, days_ago: int = 120, days_left: int = 120) -> Cycle:
    """Make a plan with a cycle around today."""
    today = workspace.today()
    plan = factories.plan(name="Customer experience plan", brand="Skylark Air")
    first, last = today - timedelta(days_ago), today + timedelta(days_left)
    return factories.cycle(plan=plan, name="This year", starts_on=first, ends_on=last)


def answers(metric: Metric, day: date, scores: Iterable[tuple[int, int]]) -> list[Add]:
    """Make answers of a day: pairs of score and how many gave it."""
    return [
        Add("survey:1", day, metric.pk, None, (), score, n, score * n, score**2 * n)
        for score, n in scores
    ]


def answered_at(
    place: Touchpoint, metric: Metric, scores: Iterable[tuple[int, int]], *, ago: int = 0
) -> None:
    """Take in answers at a touchpoint, of some days ago: pairs of score and how many gave it."""
    day = metric.workspace.today() - timedelta(ago)
    adds = [add._replace(touchpoint_id=place.pk) for add in answers(metric, day, scores)]
    take_in(metric.workspace, adds)


def take_in(workspace: Workspace, adds: Iterable[Add]) -> None:
    """Write answers and count them, as the runner would."""
    append_adds(adds)
    intake.drain(workspace.pk)


def rising(metric: Metric, today: date, *, good: int, gain: float, n: int = 40) -> list[Add]:
    """Make answers of 150 days: `good` per cent of them at first, `gain` more each day."""
    best, worst = metric.scale_max or 10, metric.scale_min or 0
    found = []
    for back in range(150, -1, -1):
        count = round(n * min(good + gain * (150 - back), 100) / 100)
        found += answers(metric, today - timedelta(back), [(best, count), (worst, n - count)])
    return found


class Skylark:
    """Six goals: leaning, on track, off track, stale, empty, and a parent rolled up from two."""

    def __init__(self, workspace: Workspace, *, by: Membership | None = None) -> None:
        self.workspace, self.today = workspace, workspace.today()
        self.cycle = running_cycle(workspace)
        self.plan: Plan = self.cycle.plan
        maren = by or factories.member(workspace, Role.EDITOR, name="Maren Okafor")
        self.nps = factories.metric(plan=self.plan, name="Recommendation")
        self.seat = factories.metric(plan=self.plan, kind="csat", name="Seat comfort")
        self.ease = factories.metric(plan=self.plan, kind="ces", name="Ease of rebooking")
        self.bags = factories.metric(plan=self.plan, kind="csat", name="Bags on the belt")
        self.lounge = factories.metric(plan=self.plan, kind="csat", name="Lounge")
        top = self.goal("Passengers recommend us to a friend", self.nps, 24, 60, owner=maren)
        self.recommend = top
        self.seats = self.goal("Passengers sit well", self.seat, 50, 70, parent=top, owner=maren)
        self.rebook = self.goal("Rebooking is easy", self.ease, 41, 90, parent=top)
        self.ground = self.goal("The ground feels looked after", None, None, None)
        self.belt = self.goal("Bags are there in time", self.bags, 74, 90, parent=self.ground)
        self.wait = self.goal("The lounge is worth a wait", self.lounge, 71, 80, parent=self.ground)
        CheckIn(goal=self.rebook, note="61 % still have to call us.", confidence=2, by=maren).save()
        take_in(workspace, self.past())
        intake.close_days()

    def goal(self, statement: str, metric: Metric | None, *ends: Any, **over: Any) -> Goal:
        numbers = dict(zip(("baseline", "target"), ends, strict=True))
        if "owner" not in over:
            over["owner_name"] = "Ground operations"
        return factories.goal(
            cycle=self.cycle, statement=statement, metric=metric, **numbers, **over
        )

    def past(self) -> list[Add]:
        return [
            *rising(self.nps, self.today, good=60, gain=0.08, n=10),
            *rising(self.seat, self.today, good=48, gain=0.12),
            *rising(self.ease, self.today, good=41, gain=0.01),
            *answers(self.bags, self.today - timedelta(60), [(5, 30), (1, 10)]),
        ]


@dataclass(frozen=True)
class Rated:
    """One column of the passengers' file: its touchpoint, and its raw scores with their days."""

    touchpoint: Touchpoint
    metric: Metric
    scores: list[tuple[date, int]]

    def within(self, first: date, last: date) -> list[int]:
        return [score for day, score in self.scores if first <= day <= last]


def passengers(plan: Plan, *, days: int = 40, most: int = 240) -> list[Rated]:
    """Send passengers' answers about 14 touchpoints, spread over the last days up to today.

    The rows are made up, or those of the file that PASSENGER_SURVEY names. Of gates passengers
    have not spoken for 30 days.
    """
    survey = factories.survey(plan=plan, name="Passengers")
    asked = [_asked(plan, survey, name) for name in ASKED]
    today = plan.workspace.today()
    rated = [
        Rated(one.touchpoint, one.metric, []) for one in asked if one.touchpoint and one.metric
    ]
    items = []
    for number, row in enumerate(_rows(most)):
        day = today - timedelta(number % days)
        given: list[tuple[int, Any]] = []
        for question, column in zip(asked, rated, strict=True):
            score = int(row[question.text])
            if score and not (question.text == "Gate location" and number % days < 30):
                given.append((question.pk, score))
                column.scores.append((day, score))
        at = datetime.combine(day, time(0, 1), plan.workspace.zone).astimezone(UTC)
        items.append((number, Given(answers=given, answered_at=at)))
    head = survey_head_by_id(survey.pk, survey.workspace_id)
    for start in range(0, len(items), 500):
        submit_many(head, items[start : start + 500], via=Response.Via.IMPORT)  # type: ignore[arg-type]  # it was just made
    intake.drain(plan.workspace_id)
    return rated


def _asked(plan: Plan, survey: Survey, name: str) -> Question:
    return factories.question(
        survey=survey,
        kind="csat",
        text=name,
        metric=factories.metric(plan=plan, kind="csat", name=name),
        touchpoint=factories.touchpoint(plan=plan, name=name),
    )


def _rows(most: int) -> list[dict[str, str]]:
    path = os.environ.get("PASSENGER_SURVEY")
    if path:
        with gzip.open(Path(path), "rt", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    chance = random.Random(14)
    return [
        {
            name: str(chance.choices(range(6), weights=(1, 2, 3, 4, 4 + place, 3 + place))[0])
            for place, name in enumerate(ASKED)
        }
        for _ in range(most)
    ]
