"""Roles, leaving and handing over: there is always an owner, and nothing open is lost."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from cxplanner.accounts.access import MayNot
from cxplanner.accounts.members.services import (
    Handing,
    HasLeft,
    LastOwner,
    change_role,
    end_membership,
    hand_over,
    join,
)
from cxplanner.accounts.models import ApiToken, Membership
from cxplanner.accounts.roles import Role, Scope
from cxplanner.base.history import versions_of
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Event
from strategy.goals.models import Goal
from tests import factories
from tests.api import Api


@pytest.fixture
def goals(cast, scope):
    """Two goals of the editor, one archived and one of a closed cycle."""
    cycle = factories.cycle()
    closed = factories.cycle(plan=cycle.plan, closed_at="2026-01-01T00:00Z")
    return {
        "first": factories.goal(cycle=cycle, owner=cast.editor),
        "second": factories.goal(cycle=cycle, owner=cast.editor),
        "archived": factories.goal(cycle=cycle, owner=cast.editor, archived_at="2026-01-01T00:00Z"),
        "closed": factories.goal(cycle=closed, owner=cast.editor),
    }


def owner_of(goal):
    goal.refresh_from_db()
    return goal.owner or goal.owner_name


def test_the_last_owner_can_neither_be_lowered_nor_leave(cast):
    with pytest.raises(LastOwner):
        change_role(cast.owner, role=Role.EDITOR, by=cast.owner)
    with pytest.raises(LastOwner):
        end_membership(cast.owner, by=cast.owner)
    change_role(cast.editor, role=Role.OWNER, by=cast.owner)
    assert change_role(cast.owner, role=Role.VIEWER, by=cast.owner).role == Role.VIEWER
    with pytest.raises(LastOwner):
        end_membership(cast.editor, by=cast.editor)


def test_only_owners_change_roles_and_remove(cast):
    for by in (cast.editor, cast.reviewer, cast.viewer):
        with pytest.raises(MayNot):
            change_role(cast.owner, role=Role.VIEWER, by=by)
        with pytest.raises(MayNot):
            end_membership(cast.owner, by=by)


def test_who_has_left_finds_no_workspace_and_no_token_of_theirs_works(cast, workspace):
    secret = factories.token(cast.editor)
    client = cast.client("editor")
    assert client.get(f"/w/{workspace.slug}/").status_code == 200
    assert Api(secret).get("me/").status_code == 200
    end_membership(cast.editor, by=cast.editor)
    assert client.get(f"/w/{workspace.slug}/").status_code == 404
    assert Api(secret).get("me/").status_code == 401
    assert f"/w/{workspace.slug}/" not in client.get("/workspaces/").content.decode()
    join(workspace, user=cast.editor.user, role=Role.VIEWER)
    assert Api(secret).get("me/").status_code == 401  # it stays revoked


def test_a_token_made_while_its_member_leaves_does_not_work(cast):
    end_membership(cast.editor, by=cast.owner)
    secret = factories.token(cast.editor, Scope.READ)
    assert Api(secret).get("me/").status_code == 401


def test_who_comes_back_is_the_same_member_with_the_new_role(cast, workspace):
    end_membership(cast.editor, by=cast.owner)
    again = join(workspace, user=cast.editor.user, role=Role.REVIEWER)
    assert (again.pk, again.role, again.left_at) == (cast.editor.pk, Role.REVIEWER, None)
    assert join(workspace, user=cast.editor.user, role=Role.OWNER).role == Role.REVIEWER


def test_what_nobody_takes_stays_under_the_leavers_name(cast, goals):
    name = str(cast.editor)
    end_membership(cast.editor, by=cast.owner)
    assert owner_of(goals["first"]) == owner_of(goals["second"]) == name
    for kept in ("archived", "closed"):
        assert str(owner_of(goals[kept])) == name  # still the member, who is named


def test_work_is_handed_over_all_at_once_or_one_by_one_in_one_act(cast, goals):
    handing = Handing({goals["first"].ref: "Agency Nord"}, rest=cast.reviewer)
    end_membership(cast.editor, by=cast.owner, handing=handing)
    assert owner_of(goals["first"]) == "Agency Nord"
    assert owner_of(goals["second"]) == cast.reviewer
    changed = versions_of(Goal).filter(pgh_label="update")
    assert set(changed.values_list("pgh_obj_id", flat=True)) == {
        goals["first"].pk,
        goals["second"].pk,
    }
    facts = list(Event.objects.order_by("pk").values_list("name", flat=True))
    assert facts == ["goal.changed", "goal.changed", "member.removed"]
    assert Event.objects.get(name="member.removed").data == {
        "name": str(cast.editor),
        "handed_over": 2,
    }


def test_who_may_not_change_goals_hands_none_over(cast, scope):
    goal = factories.goal(owner=cast.viewer)
    with pytest.raises(MayNot):
        end_membership(cast.viewer, by=cast.viewer, handing=Handing(rest=cast.editor))
    end_membership(cast.viewer, by=cast.viewer)
    assert owner_of(goal) == str(cast.viewer)


@pytest.mark.parametrize("who", ["stranger", "editor", "reviewer"])
def test_an_heir_works_here_and_stays(cast, goals, who):
    end_membership(cast.reviewer, by=cast.owner)
    with pytest.raises(ValidationError):
        end_membership(cast.editor, by=cast.owner, handing=Handing(rest=getattr(cast, who)))
    assert Membership.objects.filter(pk=cast.editor.pk).exists()
    assert owner_of(goals["first"]) == cast.editor


@pytest.mark.parametrize("name", ["", "x" * 121])
def test_a_plain_name_is_a_name(cast, goals, name):
    with pytest.raises(ValidationError):
        hand_over({goals["first"].ref: name}, by=cast.owner)


def test_who_left_acts_no_more_even_in_a_request_that_was_under_way(cast):
    change_role(cast.editor, role=Role.OWNER, by=cast.owner)
    end_membership(cast.editor, by=cast.owner)
    with pytest.raises(HasLeft):
        change_role(cast.viewer, role=Role.OWNER, by=cast.editor)
    with pytest.raises(HasLeft):
        change_role(cast.editor, role=Role.OWNER, by=cast.owner)


def test_who_left_is_still_named(cast, scope):
    goal = factories.goal()
    with workspace_scope(cast.editor.workspace_id):
        Event(name="goal.created", about_kind="goal", about_id=goal.pk, by=cast.editor).save()
    end_membership(cast.editor, by=cast.owner)
    cast.editor.user.name = "Somebody Else"
    cast.editor.user.save()
    by = Event.objects.get(name="goal.created").by
    assert by is not None
    assert str(by).startswith("P ")


def test_what_happens_to_people_is_told(cast, scope):
    change_role(cast.editor, role=Role.VIEWER, by=cast.owner)
    [fact] = Event.objects.all()
    assert (fact.name, fact.about_kind, fact.by) == ("member.role_changed", "member", cast.owner)
    assert fact.data == {"name": str(cast.editor), "before": "editor", "after": "viewer"}
    change_role(cast.editor, role=Role.VIEWER, by=cast.owner)
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["lower", "leave", "remove each other"])
def test_two_owners_who_go_at_once_leave_one_behind(act):
    place = factories.workspace()
    ann, ben = (factories.member(place, Role.OWNER) for _ in range(2))
    start, refused = threading.Barrier(2), []

    def go(me, other):
        start.wait()
        try:
            if act == "lower":
                change_role(me, role=Role.EDITOR, by=me)
            else:
                end_membership(me if act == "leave" else other, by=me)
        except (LastOwner, HasLeft, MayNot) as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=pair) for pair in ((ann, ben), (ben, ann))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Membership.objects.filter(workspace=place, role=Role.OWNER).count() == 1


def test_tokens_of_others_stay(cast, scope):
    factories.token(cast.owner)
    factories.token(cast.editor)
    end_membership(cast.editor, by=cast.owner)
    assert ApiToken.objects.filter(revoked_at=None).get().membership == cast.owner
