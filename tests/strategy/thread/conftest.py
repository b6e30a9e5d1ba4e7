"""An airline whose goal, metric, questions, touchpoints and customers hang together."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.goals.models import Goal
from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Question, Survey
from surveys.design.selectors import survey_head_by_id
from surveys.design.services import create_survey
from surveys.responses.answers import Given
from surveys.responses.models import Response
from surveys.responses.services import submit_many
from tests import factories


@dataclass
class Scene:
    """Seat comfort asked in the cabin and in the lounge; a goal on it, and one above."""

    plan: Plan
    seat: Metric
    cabin: Touchpoint
    lounge: Touchpoint
    top: Goal
    goal: Goal
    survey: Survey

    @property
    def slug(self) -> str:
        return self.plan.workspace.slug

    def page(self, ref) -> str:
        return f"/w/{self.slug}/thread/{ref}/"

    def question(self, place: Touchpoint) -> Question:
        return self.survey.questions.get(touchpoint=place)

    def answer(self, place: Touchpoint, scores, *, days_ago=1, words="", segment=None) -> None:
        """Take answers at a touchpoint so many days ago, and count them."""
        at = self.plan.workspace.today() - timedelta(days=days_ago)
        moment = datetime.combine(at, time(12), UTC)
        asked, said = self.question(place).pk, self.survey.questions.get(kind="open").pk
        given = [
            Given(
                answers=[(asked, score), *([(said, words)] if words else [])],
                answered_at=moment,
                segment=segment,
            )
            for score in scores
        ]
        head = survey_head_by_id(self.survey.pk, self.plan.workspace_id)
        assert head is not None
        submit_many(head, list(enumerate(given)), via=Response.Via.REST)
        intake.drain(self.plan.workspace_id)


def airline(workspace) -> Scene:
    today = workspace.today()
    plan = factories.plan(
        name="Customer experience plan",
        brand="Skylark Air",
        customers_are="passengers",
        segments={"Travel": ["Business", "Personal"]},
    )
    first, last = today - timedelta(60), today + timedelta(120)
    cycle = factories.cycle(plan=plan, starts_on=first, ends_on=last)
    seat = factories.metric(plan=plan, kind="csat", name="Seat comfort", window_days=28)
    cabin = factories.touchpoint(plan=plan, name="Cabin", stage="use", channel="on board")
    lounge = factories.touchpoint(plan=plan, name="Lounge", stage="use", channel="airport")
    top = factories.goal(cycle=cycle, statement="Passengers recommend us to a friend")
    goal = factories.goal(
        cycle=cycle,
        statement="Passengers sit well",
        metric=seat,
        parent=top,
        baseline=50,
        target=80,
        baseline_version=1,
    )
    survey = create_survey(
        plan,
        name="After the flight",
        by=None,
        status=Survey.Status.OPEN,
        questions=[
            {"kind": "csat", "text": "How was your seat?", "metric": seat, "touchpoint": cabin},
            {"kind": "csat", "text": "How was the chair?", "metric": seat, "touchpoint": lounge},
            {"kind": "open", "text": "What would you change?"},
        ],
    )
    return Scene(plan, seat, cabin, lounge, top, goal, survey)


@pytest.fixture
def scene(workspace) -> Scene:
    with workspace_scope(workspace.pk):
        made = airline(workspace)
        made.answer(made.cabin, [5, 5, 4, 2], words="No socket, and the old seat again.")
        made.answer(made.lounge, [3, 4])
    return made
