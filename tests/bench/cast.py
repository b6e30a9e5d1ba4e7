"""What the product's side of a bench asks: surveys whose answers move metrics and goals."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy.goals.models import Goal
from strategy.plans.models import Plan
from surveys.design.models import Question, Survey
from tests import factories
from tests.bench.wrk import EMPTY_UUID, FORM, Call

COMMENT = "The agent answered quickly but the invoice was still wrong.."
SEGMENT = "enterprise"
VARIANTS = 200


@dataclass(frozen=True)
class Asked:
    """A survey, its scored questions, its open one, and the goals its first question moves."""

    survey: Survey
    scored: Sequence[Question]
    words: Question
    goal: Goal | None

    @property
    def path(self) -> str:
        return f"/api/v1/surveys/{self.survey.pk}/responses/"

    def answer(self, question: Question | None = None) -> dict[str, object]:
        """Make an answer with a random score, the floor's words and a segment."""
        scored = question or self.scored[0]
        answers = [
            {"question": scored.pk, "value": random.randint(0, 10)},
            {"question": self.words.pk, "value": COMMENT},
        ]
        return {"segment": SEGMENT, "answers": answers}


@dataclass(frozen=True)
class Cast:
    """A workspace with a plan and a token; makes surveys."""

    workspace_id: int
    plan: Plan
    secret: str

    def ask(self, *, metrics: int = 1) -> Asked:
        """Make a survey with so many questions, each with a metric of its own.

        With 0 metrics it asks one question that feeds none.
        """
        today = timezone.now().date()
        with workspace_scope(self.workspace_id):
            survey = factories.survey(plan=self.plan)
            tied = [factories.metric(plan=self.plan) for _ in range(metrics)]
            scored = [
                factories.question(survey=survey, metric=metric, position=position)
                for position, metric in enumerate(tied or [None])
            ]
            words = factories.question(survey=survey, kind="open", position=len(scored))
            goal = None
            if tied:
                cycle = factories.cycle(
                    plan=self.plan,
                    starts_on=today - timedelta(days=30),
                    ends_on=today + timedelta(days=60),
                )
                goal = factories.goal(cycle=cycle, metric=tied[0], baseline=10, target=40)
        return Asked(survey, scored, words, goal)

    def pages(self, asked: Asked) -> list[Call]:
        """Fill in the public page, each time as a page of its own."""
        words = COMMENT.replace(" ", "+")
        path = f"/s/{asked.survey.token}/"
        first, last = asked.scored[0].pk, asked.words.pk
        return [
            Call(path, f"q{first}={score}&q{last}={words}&id={EMPTY_UUID}", FORM)
            for score in range(11)
        ]

    def singles(self, asked: Asked, question: Question | None = None) -> list[Call]:
        answers = (asked.answer(question) for _ in range(VARIANTS))
        return [self._call(asked, answer) for answer in answers]

    def one(self, asked: Asked, question: Question) -> Call:
        return self._call(asked, asked.answer(question))

    def many(self, asked: Asked, size: int) -> list[Call]:
        return [self._call(asked, {"responses": [asked.answer() for _ in range(size)]})]

    def _call(self, asked: Asked, body: object) -> Call:
        return Call(asked.path, json.dumps(body), authorization=f"Bearer {self.secret}")


def new_cast() -> Cast:
    workspace = factories.workspace()
    secret = factories.token(factories.member(workspace))
    with workspace_scope(workspace.pk):
        return Cast(workspace.pk, factories.plan(), secret)


def floor_pages() -> list[Call]:
    words = COMMENT.replace(" ", "+")
    return [
        Call("/s/1/", f"score={score}&comment={words}&touchpoint_id=3", FORM) for score in range(11)
    ]


def floor_answer() -> dict[str, object]:
    """Make one answer as large as the product's."""
    return {
        "survey_id": 1,
        "score": random.randint(0, 10),
        "comment": COMMENT,
        "touchpoint_id": 3,
        "meta": {"segment": SEGMENT},
    }


def floor_singles(token: str) -> list[Call]:
    return [
        Call("/answers/", json.dumps(floor_answer()), authorization=f"Token {token}")
        for _ in range(VARIANTS)
    ]


def floor_many(token: str, size: int) -> list[Call]:
    body = json.dumps([floor_answer() for _ in range(size)])
    return [Call("/answers/many/", body, authorization=f"Token {token}")]
