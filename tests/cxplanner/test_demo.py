"""The demo stands before the first page, and says that its answers are synthetic."""

import pytest
from django.core.management import call_command

from cxplanner import demo
from cxplanner.accounts.models import Membership, Workspace
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.comments.models import Comment
from strategy.evidence.models import Evidence
from strategy.goals.models import Goal, GoalState
from strategy.metrics.models import Metric, Observation, Pending
from strategy.personas.models import Persona
from strategy.swot.models import SwotEntry
from strategy.tactics.models import Tactic, TacticReason
from surveys.responses.models import Response


@pytest.fixture
def few_days(monkeypatch):
    monkeypatch.setattr(demo, "DAYS", 5)


@pytest.mark.django_db(transaction=True)
def test_the_plan_and_its_people_stand_and_a_second_time_changes_nothing(few_days, capsys):
    call_command("demo", "--no-answers")
    call_command("demo")
    call_command("demo")
    workspace = Workspace.objects.get(slug="demo")
    people = Membership.objects.filter(workspace=workspace).values_list("user__email", "role")
    assert dict(people) == {
        f"{role}@demo.example": role for role in ("owner", "editor", "reviewer", "viewer")
    }
    with workspace_scope(workspace.pk):
        assert Goal.objects.count() == 6
        assert Response.objects.count() > 40
        assert all(
            "Synthetic" in text for text in Metric.objects.values_list("description", flat=True)
        )
        assert Pending.objects.count() == 0
        assert Comment.objects.count() == 3
        assert SwotEntry.objects.count() == 9
        assert Tactic.objects.count() == 4
        assert TacticReason.objects.count() == 3
        assert Persona.objects.count() == 3
        assert Evidence.objects.filter(verified_at__isnull=False).count() == 1
        assert GoalState.objects.filter(n__gt=0).count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_sends_each_answer_once(few_days):
    call_command("demo", "--no-answers")
    workspace = Workspace.objects.get(slug="demo")
    counts = []
    with workspace_scope(workspace.pk):
        for _ in range(2):
            demo.fill(workspace.pk, workspace.today())
            counts.append((Response.objects.count(), Observation.objects.count()))
    assert counts[0] == counts[1]
    assert counts[0][0] > 40
