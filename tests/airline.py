"""Skylark Air: a plan whose goals stand in every way, read from answers by the product itself."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from cxplanner.accounts.models import Membership, Workspace
from cxplanner.accounts.roles import Role
from strategy import intake
from strategy.goals.models import CheckIn, Goal
from strategy.metrics.models import Metric
from strategy.metrics.pending import Add, append_adds
from strategy.plans.models import Cycle, Plan
from tests import factories


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
