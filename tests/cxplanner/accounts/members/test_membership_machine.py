"""Whatever people do to each other's membership, there is an owner and nobody is in twice."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cxplanner.accounts.access import MayNot
from cxplanner.accounts.invitations.services import (
    AlreadyHere,
    InvitationOver,
    Unusable,
    accept,
    invite,
    revoke,
)
from cxplanner.accounts.members.services import HasLeft, LastOwner, change_role, end_membership
from cxplanner.accounts.models import MemberInvitation, Membership
from cxplanner.accounts.roles import Action, Role
from cxplanner.base.tenancy import workspace_scope
from strategy.goals.models import Goal
from tests import factories

REFUSED = (ValidationError, LastOwner, MayNot, HasLeft, Unusable, AlreadyHere, InvitationOver)
PEOPLE = 4
who = st.integers(0, PEOPLE - 1)


class Team(RuleBasedStateMachine):
    """Four people of whom one owns the workspace at first."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.place = factories.workspace()
        owner = factories.member(self.place, Role.OWNER)
        self.people = [owner.user, *(factories.user() for _ in range(PEOPLE - 1))]
        self.links = [invite(by=owner, role=Role.OWNER, address=str)]
        with workspace_scope(self.place.pk):
            self.goal = factories.goal(owner=owner)

    def member(self, at: int) -> Membership:
        rows = Membership.everyone.filter(workspace=self.place, user=self.people[at])
        return rows.first() or Membership.objects.get(workspace=self.place, user=self.people[0])

    def act(self, doing) -> None:
        try:
            with transaction.atomic():
                doing()
        except (*REFUSED, Membership.DoesNotExist):
            pass

    @rule(by=who, at=who, role=st.sampled_from(list(Role)))
    def change(self, by, at, role):
        self.act(lambda: change_role(self.member(at), role=role, by=self.member(by)))

    @rule(by=who, at=who)
    def remove(self, by, at):
        self.act(lambda: end_membership(self.member(at), by=self.member(by)))

    @rule(at=who)
    def leave(self, at):
        self.act(lambda: end_membership(self.member(at), by=self.member(at)))

    @rule(by=who, role=st.sampled_from(list(Role)))
    def invite(self, by, role):
        self.act(lambda: self.links.append(invite(by=self.member(by), role=role, address=str)))

    @rule(by=who, which=st.integers(0, 20))
    def withdraw(self, by, which):
        made = self.links[which % len(self.links)]
        self.act(lambda: revoke(made.invitation, by=self.member(by)))

    @rule(at=who, which=st.integers(0, 20))
    def join(self, at, which):
        link = self.links[which % len(self.links)].link
        self.act(lambda: accept(link, user=self.people[at]))

    @invariant()
    def there_is_an_owner(self):
        assert Membership.objects.filter(workspace=self.place, role=Role.OWNER).exists()

    @invariant()
    def nobody_is_in_twice_and_nobody_forgotten(self):
        users = list(
            Membership.everyone.filter(workspace=self.place).values_list("user", flat=True)
        )
        assert len(users) == len(set(users))

    @invariant()
    def no_way_in_is_left_by_who_may_not_invite(self):
        with workspace_scope(self.place.pk):
            open_ones = MemberInvitation.objects.filter(used_at=None, revoked_at=None)
            for one in open_ones.select_related("made_by"):
                assert one.made_by
                assert one.made_by.left_at is None
                assert one.made_by.can(Action.MANAGE)

    @invariant()
    def the_goal_always_names_somebody(self):
        with workspace_scope(self.place.pk):
            goal = Goal.objects.select_related("owner").get(pk=self.goal.pk)
        assert goal.owner_name or (goal.owner and goal.owner.left_at is None)

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


@pytest.mark.django_db
def test_a_team_is_never_without_an_owner():
    run_state_machine_as_test(
        Team,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
