"""The members' pages: who sees what, who changes what, and nothing typed is lost."""

import pytest
from django.test import Client

from cxplanner.accounts.members.services import change_role, end_membership
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from tests import factories

ROLES = ("owner", "editor", "reviewer", "viewer")


@pytest.fixture
def place(workspace):
    return f"/w/{workspace.slug}/settings/"


@pytest.fixture
def goal(cast, scope):
    return factories.goal(owner=cast.editor)


@pytest.mark.parametrize("name", [*ROLES, "stranger"])
def test_only_owners_remove_others_and_everybody_may_leave(cast, place, goal, name):
    client = cast.client(name)
    removing = f"{place}members/{cast.editor.pk}/remove/"
    wanted = {"owner": 200, "stranger": 404}.get(name, 403)
    assert client.get(removing).status_code == wanted
    assert client.get(f"{place}leave/").status_code == (404 if name == "stranger" else 200)
    assert client.get(f"{place}open-work/").status_code == (404 if name == "stranger" else 200)
    if name not in ("owner", "stranger"):
        assert client.post(removing).status_code == 403
        assert client.post(f"{place}leave/").url == "/workspaces/"
        assert client.get(place).status_code == 404


def test_looking_at_a_farewell_changes_nothing(cast, place, goal):
    cast.client("owner").get(f"{place}members/{cast.editor.pk}/remove/")
    cast.client("editor").get(f"{place}leave/")
    assert Membership.objects.filter(pk=cast.editor.pk).exists()


def test_removing_lists_the_open_work_and_hands_it_over(cast, place, goal, workspace):
    client, path = cast.client("owner"), f"{place}members/{cast.editor.pk}/remove/"
    page = client.get(path).content.decode()
    assert goal.statement in page
    assert f'name="to-goal:{goal.pk}"' in page
    assert f'<option value="{cast.viewer}">' in page
    assert f'<option value="{cast.editor}">' not in page
    done = client.post(path, {"rest": str(cast.viewer).upper()})
    assert done.url == f"{place}members/"
    goal.refresh_from_db()
    assert goal.owner == cast.viewer


def test_one_thing_may_go_to_somebody_without_an_account(cast, place, goal):
    second = factories.goal(cycle=goal.cycle, owner=cast.editor)
    typed = {f"to-goal:{goal.pk}": "  Agency   Nord ", "rest": ""}
    cast.client("editor").post(f"{place}leave/", typed)
    for row in (goal, second):
        row.refresh_from_db()
    assert (goal.owner, goal.owner_name) == (None, "Agency Nord")
    assert (second.owner, second.owner_name) == (None, str(cast.editor))


def test_namesakes_are_told_apart_and_nothing_typed_is_lost(cast, place, goal, workspace):
    for address in ("a", "b"):
        factories.member(workspace, Role.EDITOR, name="Ana", email=f"{address}@x.example")
    path, client = f"{place}members/{cast.editor.pk}/remove/", cast.client("owner")
    page = client.post(path, {"rest": "ana"})
    assert page.status_code == 422
    assert "Ana (a@x.example)" in page.content.decode()
    assert 'value="ana"' in page.content.decode()
    assert Membership.objects.filter(pk=cast.editor.pk).exists()
    client.post(path, {"rest": "b@x.example"})
    goal.refresh_from_db()
    assert goal.owner.user.email == "b@x.example"


def test_the_last_owner_is_told_why_they_stay(cast, place):
    page = cast.client("owner").post(f"{place}leave/", {"rest": "Ana"})
    assert page.status_code == 422
    assert b"Name another first" in page.content
    assert Membership.objects.filter(pk=cast.owner.pk).exists()


def test_a_viewer_hands_nothing_over_but_their_name_stays(cast, place, scope):
    goal = factories.goal(owner=cast.viewer)
    client = cast.client("viewer")
    assert b'name="rest"' not in client.get(f"{place}leave/").content
    assert client.post(f"{place}leave/", {"rest": str(cast.owner)}).status_code == 403
    client.post(f"{place}leave/")
    goal.refresh_from_db()
    assert goal.owner_name == str(cast.viewer)


def test_open_work_lists_whoever_left_plain_names_and_nobody(cast, place, goal):
    factories.goal(cycle=goal.cycle, statement="Answer within an hour")
    factories.goal(cycle=goal.cycle, owner_name="<b>Agency</b>")
    end_membership(cast.editor, by=cast.owner)
    page = cast.client("owner").get(f"{place}open-work/").content.decode()
    assert "has left" in page
    assert "&lt;b&gt;Agency&lt;/b&gt;" in page
    assert "Answer within an hour" in page
    assert "Nobody yet" in page


def test_open_work_is_handed_over_by_editors_alone(cast, place, scope):
    goal = factories.goal()
    typed = {"name": "", "item": [str(goal.ref)], "to": str(cast.reviewer)}
    for name in ("viewer", "reviewer"):
        assert b'name="item"' not in cast.client(name).get(f"{place}open-work/").content
        assert cast.client(name).post(f"{place}open-work/", typed).status_code == 403
    assert cast.client("editor").post(f"{place}open-work/", typed).url == f"{place}open-work/"
    goal.refresh_from_db()
    assert goal.owner == cast.reviewer
    assert (
        b"Every open thing has a member" in cast.client("viewer").get(f"{place}open-work/").content
    )


@pytest.mark.parametrize(
    "typed",
    [
        {"item": [], "to": "Ana"},
        {"item": ["goal:{pk}"], "to": ""},
        {"item": ["goal:999999999999999999999"], "to": "Ana"},
        {"item": ["nonsense"], "to": "Ana"},
        {"item": ["goal:{pk}"], "to": "x" * 121},
    ],
    ids=["nothing ticked", "nobody named", "no such goal", "no ref", "too long"],
)
def test_a_faulty_handing_over_says_so_and_changes_nothing(cast, place, scope, typed):
    goal = factories.goal()
    items = [one.format(pk=goal.pk) for one in typed["item"]]
    page = cast.client("editor").post(f"{place}open-work/", typed | {"item": items, "name": ""})
    assert page.status_code == 422
    assert b'class="wrong"' in page.content
    goal.refresh_from_db()
    assert (goal.owner, goal.owner_name) == (None, "")


def test_who_comes_is_offered_what_names_them(cast, place, scope, workspace):
    goal = factories.goal(owner_name="ana duarte")
    ana = factories.member(workspace, Role.EDITOR, name="Ana Duarte")
    client = Client()
    client.force_login(ana.user)
    page = client.get(f"{place}open-work/").content.decode()
    assert "is this yours?" in page
    assert 'value="Ana Duarte"' in page
    client.post(
        f"{place}open-work/", {"name": "ana duarte", "item": [str(goal.ref)], "to": "Ana Duarte"}
    )
    goal.refresh_from_db()
    assert goal.owner == ana


def test_members_are_found_by_name_and_address(cast, place, workspace):
    factories.member(workspace, Role.EDITOR, name="Ana Duarte", email="duarte@x.example")
    client = cast.client("viewer")
    for words in ("ana", "DUARTE ana", "duarte@x"):
        page = client.get(f"{place}members/", {"q": words}).content.decode()
        assert "Ana Duarte" in page
        assert str(cast.owner.user.email) not in page.split("<main")[1]
    nobody = client.get(f"{place}members/", {"q": "<b>"}).content.decode()
    assert "Nobody is called that" in nobody
    assert 'value="&lt;b&gt;"' in nobody


def test_a_role_changes_in_its_row(cast, place):
    path = f"{place}members/{cast.viewer.pk}/role/"
    part = cast.client("owner").post(path, {"role": "editor"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert part.content.lstrip().startswith(f'<li id="member-{cast.viewer.pk}">'.encode())
    assert b"is editor now" in part.content
    change_role(cast.editor, role=Role.OWNER, by=cast.owner)
    cast.client("editor").post(path, {"role": "viewer"}, headers={"HX-Request": "true"})


def test_a_role_that_is_none_is_refused_in_its_row(cast, place):
    path = f"{place}members/{cast.viewer.pk}/role/"
    part = cast.client("owner").post(path, {"role": "king"}, headers={"HX-Request": "true"})
    assert part.status_code == 409
    assert b"There is no such role" in part.content


def test_invitations_are_shown_to_owners_alone(cast, place):
    for name in ROLES:
        page = cast.client(name).get(f"{place}members/").content
        assert (b"Nobody is invited" in page) == (name == "owner")


@pytest.mark.parametrize("path", ["members/", "open-work/", "leave/", "profile/"])
def test_pages_cost_the_same_for_three_rows_and_thirty(
    cast, place, workspace, path, django_assert_max_num_queries
):
    client = cast.client("owner")

    def grow(count):
        with workspace_scope(workspace.pk):
            for at in range(count):
                member = factories.member(workspace, Role.EDITOR)
                goal = factories.goal(owner=cast.owner)
                for owner in ({"owner": member}, {"owner_name": f"Name {at}"}, {}):
                    factories.goal(cycle=goal.cycle, **owner)

    def queries():
        with django_assert_max_num_queries(50) as counted:
            assert client.get(place + path).status_code == 200
        return len(counted)

    grow(3)
    few = queries()
    grow(27)
    assert queries() == few
