"""Two people act on a tree of goals at random: an undo is exact, or names the other one."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.refusals import Refused
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.selectors import changed_since, last_act, steps_of
from cxplanner.events.history.services import ChangedSince, undo
from strategy.goals import services as goals
from strategy.goals.models import Goal
from tests import factories
from tests.acting import act_of

PEOPLE = st.integers(0, 1)
PLACES = st.integers(0, 6)
COLUMNS = ("pk", "parent_id", "position", "statement", "archived_at", "weight")


def picture() -> dict[Any, tuple[Any, ...]]:
    return {row[0]: row for row in Goal.objects.values_list(*COLUMNS)}


class Undoing(RuleBasedStateMachine):
    """Remembers of each act how the tree was before, to compare when the act is taken back."""

    people: list[Membership]

    def __init__(self) -> None:
        super().__init__()
        workspace = factories.workspace()
        self.people = [factories.member(workspace, Role.EDITOR) for _ in range(2)]
        self.scope = workspace_scope(workspace.pk)
        self.scope.__enter__()
        self.before: dict[Any, dict[Any, tuple[Any, ...]]] = {}
        self.versions: dict[int, int] = {}

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @initialize()
    def plant(self) -> None:
        self.cycle = factories.cycle()
        with act_of(self.people[0]):
            top = factories.goal(cycle=self.cycle)
            for at in range(3):
                factories.goal(cycle=self.cycle, parent=top, position=at)

    def act(self, who: int, do: Any) -> None:
        before = picture()
        with act_of(self.people[who]) as act:
            try:
                do(self.people[who])
            except (ValidationError, Refused):
                return
        self.before[act] = before

    def one(self, place: int) -> Goal:
        rows = list(Goal.objects.order_by("pk"))
        return rows[place % len(rows)]

    @rule(who=PEOPLE, goal=PLACES, words=st.sampled_from("abc"))
    def change(self, who: int, goal: int, words: str) -> None:
        self.act(who, lambda by: goals.change_goal(self.one(goal), by=by, statement=words))

    @rule(who=PEOPLE, goal=PLACES, under=st.none() | PLACES, at=st.integers(0, 3))
    def move(self, who: int, goal: int, under: int | None, at: int) -> None:
        parent = None if under is None else self.one(under)
        self.act(who, lambda by: goals.move_goal(self.one(goal), parent=parent, position=at, by=by))

    @rule(who=PEOPLE, goal=PLACES)
    def archive(self, who: int, goal: int) -> None:
        self.act(who, lambda by: goals.archive_goal(self.one(goal), by=by))

    @rule(who=PEOPLE, goal=PLACES)
    def restore(self, who: int, goal: int) -> None:
        self.act(who, lambda by: goals.restore_goal(self.one(goal), by=by))

    @rule(who=PEOPLE, under=st.none() | PLACES)
    def create(self, who: int, under: int | None) -> None:
        parent = None if under is None else self.one(under)

        def make(by: Membership) -> None:
            goals.create_goal(
                by=by,
                parent=parent,
                cycle=self.cycle,
                statement="new",
                starts_on=self.cycle.starts_on,
                due_on=self.cycle.ends_on,
            )

        self.act(who, make)

    @rule(who=PEOPLE)
    def take_back(self, who: int) -> None:
        person, other = self.people[who], self.people[1 - who]
        act = last_act(person)
        if act is None:
            return
        steps = steps_of(act)
        now, was = picture(), self.before.get(act)
        blocked = changed_since(steps, act)
        try:
            with act_of(person):
                undo(act, by=person)
        except Refused as refused:
            self.is_refused_rightly(refused, blocked, other)
            assert picture() == now
            return
        assert blocked is None
        after, touched = picture(), {step.pk for step in steps if step.kept.kind == "goal"}
        assert {pk: row for pk, row in after.items() if pk not in touched} == {
            pk: row for pk, row in now.items() if pk not in touched
        }
        if was is not None:
            for pk in touched:
                archived = pk in after and pk not in was and after[pk][4] is not None
                assert after.get(pk) == was.get(pk) or archived

    def is_refused_rightly(self, refused: Refused, blocked: object, other: Membership) -> None:
        assert isinstance(refused, ChangedSince) == (blocked is not None)
        assert blocked is None or str(other) in str(refused)

    @invariant()
    def edit_versions_never_go_back(self) -> None:
        seen = dict(Goal.objects.values_list("pk", "version"))
        for pk, version in seen.items():
            assert version >= self.versions.get(pk, 0)
        self.versions |= seen


@pytest.mark.django_db
def test_whatever_two_people_do_an_undo_is_exact_or_names_the_other():
    run_state_machine_as_test(
        Undoing,
        settings=settings(
            max_examples=25,
            stateful_step_count=14,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
