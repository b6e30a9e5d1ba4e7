"""Undos, edits and commands at the same moment, each in a transaction of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from cxplanner.accounts.roles import Role
from cxplanner.base.history import acting, versions_of
from cxplanner.base.refusals import Refused
from cxplanner.base.tasks import WorkspaceTask
from cxplanner.base.tenancy import workspace_scope
from cxplanner.base.versions import Stale
from cxplanner.celery import app
from cxplanner.events.history.selectors import closings
from cxplanner.events.history.services import AlreadyUndone, ChangedSince, undo
from cxplanner.events.history.telling import entries_of
from strategy.goals import services as goals
from strategy.goals.history import GOAL
from strategy.goals.models import Goal
from tests import factories
from tests.acting import act_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor():
    workspace = factories.workspace()
    return factories.member(workspace, Role.EDITOR, name="Maren")


@pytest.fixture
def goal(editor):
    with workspace_scope(editor.workspace_id), act_of(editor):
        return factories.goal(statement="Before")


def at_once(workspace_id: int, *acts: Any) -> list[Any]:
    """Run these at the same moment and return what came of each: a result or a refusal."""
    together = Barrier(len(acts))

    def alone(act: Any) -> Any:
        try:
            with workspace_scope(workspace_id):
                together.wait(20)
                return act()
        except (Refused, Stale) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(alone, acts))


def test_of_two_undos_at_once_one_wins(editor, goal):
    for turn in range(3):
        with workspace_scope(editor.workspace_id), act_of(editor) as act:
            goals.change_goal(goal, by=editor, statement=f"After {turn}")

        def back(act=act):
            with act_of(editor):
                return undo(act, by=editor)

        came = at_once(editor.workspace_id, back, back)
        assert sorted(type(one).__name__ for one in came) == ["AlreadyUndone", "Undone"]
        assert issubclass(AlreadyUndone, Refused)
        with workspace_scope(editor.workspace_id):
            assert Goal.objects.get().statement == "Before"


def test_an_undo_and_anothers_edit_at_once_lose_neither(editor, goal):
    other = factories.member(editor.workspace, Role.EDITOR, name="Jonas")
    with workspace_scope(editor.workspace_id), act_of(editor) as act:
        goals.change_goal(goal, by=editor, statement="After")

    def back():
        with act_of(editor):
            return undo(act, by=editor)

    def edit():
        with act_of(other):
            return goals.change_goal(goal, by=other, statement="Theirs")

    undone, edited = at_once(editor.workspace_id, back, edit)
    assert isinstance(edited, Goal)
    with workspace_scope(editor.workspace_id):
        assert Goal.objects.get().statement == "Theirs", "whoever came second"
        statements = list(versions_of(Goal).order_by("pgh_id").values_list("statement", flat=True))
    if isinstance(undone, ChangedSince):
        assert "Jonas changed “Theirs”" in str(undone)
        assert statements == ["Before", "After", "Theirs"]
    else:
        assert statements == ["Before", "After", "Before", "Theirs"]


def test_commands_and_tasks_are_acts_told_by_their_names(editor, goal):
    @app.task(base=WorkspaceTask, name="tests.carry_over")
    def carry_over(workspace_id: int) -> None:
        goals.change_goal(Goal.objects.get(), by=editor, statement="By task")

    with workspace_scope(editor.workspace_id), acting(command="demo"):
        goals.change_goal(goal, by=editor, statement="By command")
    carry_over(editor.workspace_id)
    with workspace_scope(editor.workspace_id):
        told = entries_of(GOAL, goal, closings(GOAL, goal.pk))
    assert [str(one.who) for one in told] == ["the task carry_over", "the command demo", "Maren"]
    assert len({one.act for one in told}) == 3
