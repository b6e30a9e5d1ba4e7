"""A goal's owner is a member or any plain name, and one finds one's own."""

import pytest
from django.urls import reverse

from cxplanner.accounts.members.services import end_membership
from cxplanner.accounts.members.work import names_in_use
from cxplanner.accounts.roles import Role
from tests import factories


@pytest.fixture
def goal(cast, scope):
    today = scope.today()
    cycle = factories.cycle(
        starts_on=today.replace(month=1, day=1), ends_on=today.replace(month=12, day=31)
    )
    return factories.goal(cycle=cycle, owner_name="Agency Nord")


def form_of(goal, **over):
    return {
        "statement": goal.statement,
        "kind": "reach",
        "starts_on": goal.starts_on.isoformat(),
        "due_on": goal.due_on.isoformat(),
        "weight": "1",
        "checkpoints-TOTAL_FORMS": "0",
        "checkpoints-INITIAL_FORMS": "0",
        "version": str(goal.version),
        **over,
    }


def save(cast, workspace, goal, owner):
    path = reverse("goal-edit", args=[workspace.slug, goal.pk])
    page = cast.client("editor").post(path, form_of(goal, owner=owner))
    goal.refresh_from_db()
    return page


def test_members_and_names_in_use_are_suggested(cast, workspace, goal):
    path = reverse("goal-edit", args=[workspace.slug, goal.pk])
    page = cast.client("editor").get(path).content.decode()
    for name in ("Agency Nord", str(cast.viewer)):
        assert f'<option value="{name}">' in page
    assert names_in_use() == ["Agency Nord"]


def test_a_member_is_known_by_name_or_address_however_written(cast, workspace, goal):
    for typed in (f" {cast.viewer} ".upper(), cast.viewer.user.email):
        assert save(cast, workspace, goal, typed).status_code == 302
        assert (goal.owner, goal.owner_name) == (cast.viewer, "")
        save(cast, workspace, goal, "<i>Ana</i>")
        assert (goal.owner, goal.owner_name) == (None, "<i>Ana</i>")
    shown = cast.client("viewer").get(reverse("goal", args=[workspace.slug, goal.pk]))
    assert "&lt;i&gt;Ana&lt;/i&gt;" in shown.content.decode()


def test_namesakes_are_asked_apart_and_nothing_typed_is_lost(cast, workspace, goal):
    for address in ("a", "b"):
        factories.member(workspace, Role.EDITOR, name="Ana", email=f"{address}@x.example")
    page = save(cast, workspace, goal, "ana")
    assert page.status_code == 422
    assert "Ana (a@x.example)" in page.content.decode()
    assert goal.owner_name == "Agency Nord"
    assert save(cast, workspace, goal, "Ana (b@x.example)").status_code == 302
    assert goal.owner.user.email == "b@x.example"


def test_who_left_is_no_more_suggested_but_stays_named(cast, workspace, goal):
    save(cast, workspace, goal, str(cast.reviewer))
    end_membership(cast.reviewer, by=cast.owner)
    goal.refresh_from_db()
    assert names_in_use() == [str(cast.reviewer)]
    page = cast.client("viewer").get(reverse("goal", args=[workspace.slug, goal.pk]))
    assert str(cast.reviewer) in page.content.decode()


def test_one_finds_ones_own_goals(cast, workspace, goal):
    factories.goal(cycle=goal.cycle, owner=cast.viewer, statement="Bags are there in time")
    # A plain name that looks like somebody's number is not taken for them.
    factories.goal(cycle=goal.cycle, owner_name=str(cast.viewer.pk), statement="Seats are clean")
    address = reverse("dashboard", args=[workspace.slug, goal.cycle.plan_id])
    mine = {"owner": f"member:{cast.viewer.pk}"}
    page = cast.client("viewer").get(address, mine).content.decode()
    assert "My goals" in page
    rows = page.split('id="rows"')[1]
    assert "Bags are there" in rows
    assert "Seats are clean" not in rows
    assert "My goals" not in cast.client("editor").get(address).content.decode()
    theirs = cast.client("editor").get(address, {"owner": "Agency Nord"}).content.decode()
    assert goal.statement in theirs.split('id="rows"')[1]
