"""An airline's plan: recommendation and seat comfort, asked in two surveys, answered in June."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
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


@dataclass(frozen=True)
class Airline:
    """The plan with what answers are narrowed by."""

    plan: Plan
    nps: Metric
    seat: Metric
    cabin: Touchpoint
    flight: Survey
    later: Survey

    @property
    def slug(self) -> str:
        return self.plan.workspace.slug

    @property
    def page(self) -> str:
        return f"/w/{self.slug}/plans/{self.plan.pk}/voices/"

    def question(self, survey: Survey, kind: str) -> Question:
        with workspace_scope(self.plan.workspace_id):
            return survey.questions.get(kind=kind)

    def answer(self, survey: Survey, *rows) -> None:
        """Take answers as (day of June 2026, {kind: value}, segment) and count them."""
        with workspace_scope(self.plan.workspace_id):
            head = survey_head_by_id(survey.pk, self.plan.workspace_id)
            assert head is not None
            asked = {question.kind: question.pk for question in survey.questions.all()}
            given = [
                Given(
                    answers=[(asked[kind], value) for kind, value in said.items()],
                    answered_at=datetime(2026, 6, day, 12, tzinfo=UTC),
                    segment=segment,
                )
                for day, said, segment in rows
            ]
            submit_many(head, list(enumerate(given)), via=Response.Via.REST)
            intake.drain(self.plan.workspace_id)


@pytest.fixture
def airline(workspace) -> Airline:
    with workspace_scope(workspace.pk):
        segments = {"Travel": ["Business", "Personal"]}
        plan = factories.plan(brand="Skylark Air", customers_are="passengers", segments=segments)
        nps = factories.metric(plan=plan)
        seat = factories.metric(plan=plan, kind="csat", name="Seat comfort")
        cabin = factories.touchpoint(plan=plan, name="Cabin")
        seated = {"kind": "csat", "text": "How was your seat?", "metric": seat, "touchpoint": cabin}
        flight = create_survey(
            plan,
            name="After the flight",
            by=None,
            status=Survey.Status.OPEN,
            questions=[
                {"kind": "nps", "text": "Would you recommend us?", "metric": nps},
                seated,
                {"kind": "open", "text": "What would you change?"},
            ],
        )
        later = create_survey(
            plan, name="A week later", by=None, status=Survey.Status.OPEN, questions=[seated]
        )
    return Airline(plan, nps, seat, cabin, flight, later)


@pytest.fixture
def june(airline: Airline) -> Airline:
    """Seven answers: five to the first survey, two to the second."""
    airline.answer(
        airline.flight,
        (1, {"nps": 10, "csat": 5, "open": "Six hours and my back did not notice."}, "Business"),
        (2, {"nps": 9, "csat": 4}, "Business"),
        (3, {"nps": 7, "csat": 3, "open": "More of the warm bread."}, "Personal"),
        (4, {"nps": 2, "csat": 1, "open": "No socket, and the old seat again."}, "Personal"),
        (5, {"nps": 6}, "Personal"),
    )
    airline.answer(airline.later, (6, {"csat": 5}, "Business"), (7, {"csat": 2}, "Personal"))
    return airline
