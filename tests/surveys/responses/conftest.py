"""A survey whose recommendation feeds a metric, beside a choice and open words."""

from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Metric
from surveys.design.models import Question, Survey
from surveys.design.selectors import Head, survey_head
from surveys.design.services import create_survey
from tests import factories


@dataclass(frozen=True)
class Asked:
    """The survey, its questions and the metric the first one feeds."""

    survey: Survey
    metric: Metric
    score: Question
    why: Question
    words: Question

    @property
    def head(self) -> Head:
        found = survey_head(self.survey.token)
        assert found is not None
        return found

    @property
    def page(self) -> str:
        return f"/s/{self.survey.token}/"

    @property
    def url(self) -> str:
        return f"surveys/{self.survey.pk}/responses/"

    def body(self, value=9, **more):
        return {"answers": [{"question": self.score.pk, "value": value}], **more}


def make_asked(**words) -> Asked:
    plan = factories.plan()
    metric = factories.metric(plan=plan)
    survey = create_survey(
        plan,
        name="After the visit",
        by=None,
        status=Survey.Status.OPEN,
        questions=[
            {"kind": "nps", "text": "Would you recommend us?", "metric": metric},
            {"kind": "choice", "text": "Why?", "choices": ["Price", "Staff"], "is_multiple": True},
            {"kind": "open", "text": "Tell us more"},
        ],
        **words,
    )
    return Asked(survey, metric, *survey.questions.all())


@pytest.fixture
def asked(workspace) -> Asked:
    with workspace_scope(workspace.pk):
        return make_asked()


@pytest.fixture
def statements(monkeypatch):
    """Return a block that collects every SQL statement, prepared ones too."""

    @contextmanager
    def watch():
        seen: list[str] = []
        execute = psycopg.Cursor.execute

        def noted(cursor, query, *args, **more):
            seen.append(str(query))
            return execute(cursor, query, *args, **more)

        with monkeypatch.context() as patched, CaptureQueriesContext(connection) as captured:
            patched.setattr(psycopg.Cursor, "execute", noted)
            yield seen
        seen += [query["sql"] for query in captured]

    return watch
