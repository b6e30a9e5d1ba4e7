"""`members/` and `members/invitations/`: owners with the admin scope manage people."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail

from cxplanner.accounts.models import MemberInvitation, Membership
from cxplanner.accounts.roles import Role, Scope
from tests import factories
from tests.api import Api


def test_a_role_is_changed(api, cast):
    changed = api.patch(f"members/{cast.viewer.pk}/", {"role": "reviewer"})
    assert changed.status_code == 200
    assert changed.json()["role"] == "reviewer"
    assert api.put(f"members/{cast.viewer.pk}/", {"role": "editor"}).json()["role"] == "editor"


@pytest.mark.parametrize(
    "body", [{"role": "king"}, {"role": None}, {"name": "X", "rule": "viewer"}]
)
def test_a_faulty_role_is_pointed_at(api, cast, body):
    refused = api.patch(f"members/{cast.viewer.pk}/", body)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] in ("/role", "/rule")


def test_the_last_owner_stays(api, cast):
    path = f"members/{cast.owner.pk}/"
    for refused in (api.patch(path, {"role": "viewer"}), api.delete(path)):
        assert refused.status_code == 409
        assert "Name another first" in refused.json()["detail"]


@pytest.mark.parametrize("to", ["member", "Agency Nord", None])
def test_removing_hands_open_work_over(api, cast, scope, to):
    goal = factories.goal(owner=cast.editor)
    heir = str(cast.viewer.pk) if to == "member" else to
    query = "" if heir is None else f"?hand_over_to={heir}"
    assert api.delete(f"members/{cast.editor.pk}/{query}").status_code == 204
    goal.refresh_from_db()
    wanted = {"member": cast.viewer, None: str(cast.editor)}.get(to, to)
    assert (goal.owner or goal.owner_name) == wanted
    assert api.get(f"members/{cast.editor.pk}/").status_code == 404
    assert cast.editor.pk not in [one["id"] for one in api.get("members/").json()["results"]]
    assert api.get(f"goals/{goal.pk}/").json()["owner"] == (
        cast.viewer.pk if to == "member" else None
    )


@pytest.mark.parametrize("to", ["0", "99999999999999999999999", "%20", "stranger"])
def test_work_goes_to_nobody_who_is_not_there(api, cast, to):
    heir = cast.stranger.pk if to == "stranger" else to
    assert api.delete(f"members/{cast.editor.pk}/?hand_over_to={heir}").status_code == 400
    assert Membership.objects.filter(pk=cast.editor.pk).exists()


def test_an_invitation_gives_its_link_once(api, cast, client, scope):
    made = api.post("members/invitations/", {"role": "reviewer", "email": "ana@x.example"})
    assert made.status_code == 201
    body = made.json()
    assert body["mailed"] is True
    assert body["link"] in mail.outbox[-1].body
    assert client.get(urlsplit(body["link"]).path).status_code == 200
    row = api.get(f"members/invitations/{body['invitation']['id']}/").json()
    assert (row["role"], row["email"], row["made_by"]) == (
        "reviewer",
        "ana@x.example",
        str(cast.owner),
    )
    assert not re.search("digest|secret|link", str(row))


def test_an_invitation_is_renewed_and_withdrawn(api, scope):
    first = api.post("members/invitations/", {"role": "editor"}).json()
    path = f"members/invitations/{first['invitation']['id']}/"
    again = api.post(f"{path}renew/", {})
    assert again.status_code == 200
    assert again.json()["link"] != first["link"]
    assert api.delete(path).status_code == 204
    assert api.delete(path).status_code == 409
    assert api.post(f"{path}renew/", {}).status_code == 409
    assert MemberInvitation.objects.get().revoked_at


@pytest.mark.parametrize(
    "body",
    [{}, {"role": "king"}, {"role": "editor", "email": "no"}, {"role": "editor", "uses": 3}],
    ids=str,
)
def test_a_faulty_invitation_is_pointed_at(api, scope, body):
    refused = api.post("members/invitations/", body)
    assert refused.status_code == 400
    assert refused.json()["errors"]
    assert not MemberInvitation.objects.exists()


def test_only_owners_with_the_admin_scope_manage_people(cast):
    for role in Role:
        for scope in (Scope.READ, Scope.WRITE, Scope.ADMIN):
            caller = Api(factories.token(getattr(cast, role.value), scope))
            may = role == Role.OWNER and scope == Scope.ADMIN
            assert (caller.get("members/invitations/").status_code == 200) == may
            path = f"members/{cast.viewer.pk}/"
            assert (caller.patch(path, {"role": "viewer"}).status_code == 200) == may
            assert caller.get("members/").status_code == 200


def test_a_removed_members_token_is_dead_at_once(api, cast):
    theirs = Api(factories.token(cast.editor))
    assert theirs.get("me/").status_code == 200
    api.delete(f"members/{cast.editor.pk}/")
    assert theirs.get("me/").status_code == 401


def test_a_member_has_no_edit_version_to_match(api, cast):
    path = f"members/{cast.viewer.pk}/"
    for version in ('"membership-1-1"', f'"membership-{cast.viewer.pk}-1"', "x"):
        assert api.patch(path, {"role": "editor"}, If_Match=version).status_code == 412
        assert api.delete(path, If_Match=version).status_code == 412
    assert api.patch(path, {"role": "editor"}, If_Match="*").status_code == 200
