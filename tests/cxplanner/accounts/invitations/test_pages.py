"""The way in by invitation, from the owner's link to the first page inside."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cxplanner.accounts.invitations.services import accept, revoke
from cxplanner.accounts.models import MemberInvitation, Membership, User
from cxplanner.accounts.roles import Role
from cxplanner.accounts.throttles import by_address
from tests import factories

PASSWORD = "three long words"


@pytest.fixture(autouse=True)
def no_tries_yet():
    cache.clear()
    by_address._counts.clear()


@pytest.fixture
def place(workspace):
    return f"/w/{workspace.slug}/settings/members/"


def invited(cast, place, **typed):
    """Let the owner invite on the page; returns the path of the link."""
    page = cast.client("owner").post(f"{place}invite/", {"role": "editor", "email": "", **typed})
    assert page.status_code == 200
    found = re.search(r'data-copy="([^"]+)"', page.content.decode())
    assert found
    assert "no-store" in page["Cache-Control"]
    return urlsplit(found[1]).path


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ["owner", "editor", "reviewer", "viewer", "stranger"])
def test_only_owners_invite(cast, place, name, scope):
    client = cast.client(name)
    wanted = {"owner": 200, "stranger": 404}.get(name, 403)
    row = factories.memberinvitation()
    assert client.get(f"{place}invite/").status_code == wanted
    assert client.get(f"{place}invitations/{row.pk}/revoke/").status_code == wanted
    assert client.post(f"{place}invitations/{row.pk}/renew/").status_code == wanted
    assert client.post(f"{place}invite/", {"role": "viewer"}).status_code == wanted


def test_a_wrong_address_keeps_what_was_typed(cast, place):
    page = cast.client("owner").post(f"{place}invite/", {"role": "viewer", "email": "no@"})
    assert page.status_code == 422
    assert b'value="no@"' in page.content
    assert b'value="viewer" checked' in page.content


def test_an_address_of_a_member_is_refused_beside_it(cast, place):
    typed = {"role": "viewer", "email": cast.editor.user.email}
    page = cast.client("owner").post(f"{place}invite/", typed)
    assert page.status_code == 422
    assert b"works here already" in page.content


def test_looking_says_who_invites_to_what_and_records_nothing(
    cast, place, client, workspace, settings
):
    path = invited(cast, place)
    page = client.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert workspace.name in text
    assert str(cast.owner) in text
    assert "editor" in text
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert Membership.objects.filter(workspace=workspace).count() == 4


def test_a_new_account_comes_in_although_sign_up_is_closed(cast, place, client, workspace):
    path = invited(cast, place, email="ines@skylark.example", role="reviewer")
    assert path in mail.outbox[-1].body
    page = client.get(path).content.decode()
    sign_up = re.search(r'href="(/accounts/signup/[^"]+)"', page)
    assert sign_up
    form = client.get(sign_up[1].replace("&amp;", "&")).content.decode()
    assert 'value="ines@skylark.example"' in form
    typed = {"name": "Ines", "email": "ines@skylark.example", "password1": PASSWORD, "next": path}
    client.post("/accounts/signup/", typed)
    code = re.search(
        r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", str(mail.outbox[-1].body), re.MULTILINE
    )
    assert code
    done = client.post("/accounts/confirm-email/", {"code": code[1]})
    assert done["Location"] == path
    inside = client.post(path)
    assert inside.url == f"/w/{workspace.slug}/"
    member = Membership.objects.get(user__email="ines@skylark.example")
    assert (member.workspace, member.role) == (workspace, Role.REVIEWER)


@pytest.mark.parametrize(
    "onward", ["/accounts/invitation/nothing/", "https://evil.example/", "/", ""]
)
def test_only_a_link_that_works_opens_the_sign_up(client, db, onward):
    typed = {"name": "X", "email": "x@x.example", "password1": PASSWORD, "next": onward}
    assert b"password1" not in client.get("/accounts/signup/", {"next": onward}).content
    client.post("/accounts/signup/", typed)
    assert not User.objects.exists()


def test_a_used_up_link_opens_no_sign_up(cast, place, client):
    path = invited(cast, place)
    assert b"password1" in client.get("/accounts/signup/", {"next": path}).content
    accept(path.split("/")[3], user=factories.user())
    assert b"password1" not in client.get("/accounts/signup/", {"next": path}).content


def test_signing_in_and_out_leads_back_to_the_link(cast, place):
    path = invited(cast, place)
    user = factories.user()
    client = signed_in(user)
    assert client.post("/accounts/logout/", {"next": path})["Location"] == path
    assert f"/accounts/login/?next={path.replace('/', '%2F')}" in client.get(path).content.decode()


def test_without_being_signed_in_a_yes_joins_nobody(cast, place, client, workspace):
    page = client.post(invited(cast, place))
    assert page.status_code == 200
    assert b"Make an account" in page.content
    assert Membership.objects.filter(workspace=workspace).count() == 4


def test_each_dead_link_says_what_is_the_matter(cast, place, client, scope):
    used, withdrawn, old = (invited(cast, place) for _ in range(3))
    accept(used.split("/")[3], user=factories.user())
    rows = MemberInvitation.objects.order_by("pk")
    revoke(rows[1], by=cast.owner)
    rows.filter(pk=rows[2].pk).update(expires_at=timezone.now())
    said = {
        used: (410, "has been used"),
        withdrawn: (410, "was withdrawn"),
        old: (410, "has ended"),
        f"{old[:-2]}/": (404, "no invitation of ours"),
    }
    for caller in (client, cast.client("stranger")):
        for path, (status, words) in said.items():
            for answer in (caller.get(path), caller.post(path)):
                if caller is client and answer.status_code == 200:
                    continue
                assert answer.status_code == status
                assert words in answer.content.decode()


def test_who_works_here_is_told_so_and_the_link_stays_good(cast, place):
    path = invited(cast, place)
    client = cast.client("viewer")
    assert b"already" in client.get(path).content
    again = client.post(path)
    assert again.status_code == 409
    assert b"still works for somebody else" in again.content
    cast.viewer.refresh_from_db()
    assert cast.viewer.role == Role.VIEWER
    assert signed_in(factories.user()).post(path).status_code == 302


def test_an_invitation_of_another_address_asks_which_of_the_two(cast, place, workspace):
    path = invited(cast, place, email="ana@x.example")
    ben = factories.user(email="ben@x.example")
    client = signed_in(ben)
    page = client.get(path).content.decode()
    assert "Sign out, and go on as ana@x.example" in page
    assert "Join as ben@x.example" in page
    assert client.post(path).status_code == 409
    assert not Membership.objects.filter(workspace=workspace, user=ben).exists()
    assert client.post(path, {"as_other": "yes"}).status_code == 302
    listed = cast.client("owner").get(place).content.decode()
    assert "with the address ben@x.example" in listed


def test_what_people_are_called_is_shown_as_text(cast, place, client, workspace):
    workspace.name = "<script>alert(1)</script>"
    workspace.save()
    page = client.get(invited(cast, place)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_sending_again_gives_a_new_link_and_the_old_one_dies(cast, place, client, scope):
    path = invited(cast, place, email="ana@x.example")
    row = MemberInvitation.objects.get()
    page = cast.client("owner").post(f"{place}invitations/{row.pk}/renew/").content.decode()
    assert "Mailed to ana@x.example" in page
    assert client.get(path).status_code == 404
    assert len(mail.outbox) == 2


def test_withdrawing_asks_first(cast, place, client, scope):
    path = invited(cast, place)
    row = MemberInvitation.objects.get()
    owner, revoking = cast.client("owner"), f"{place}invitations/{row.pk}/revoke/"
    assert owner.get(revoking).status_code == 200
    assert client.get(path).status_code == 200
    assert owner.post(revoking).url == place
    assert client.get(path).status_code == 410
    assert b"withdrawn" in owner.get(place).content
    again = owner.post(revoking, follow=True)
    assert b"has been withdrawn" in again.content


def test_an_invitation_of_another_workspace_is_not_there(cast, place, scope, workspace):
    row = factories.memberinvitation()
    theirs = f"/w/{cast.stranger.workspace.slug}/settings/members/invitations/{row.pk}/"
    for act in ("revoke", "renew"):
        assert cast.client("stranger").post(f"{theirs}{act}/").status_code == 404


def test_guessing_is_slowed_down(client, db, settings):
    settings.PUBLIC_REQUESTS_PER_MINUTE = 3
    answers = [client.get(f"/accounts/invitation/{n}/").status_code for n in range(8)]
    assert 429 in answers
    assert set(answers) == {404, 429}


def test_who_comes_is_led_to_what_names_them(cast, place, scope, workspace):
    factories.goal(owner_name="Ana Duarte")
    path = invited(cast, place)
    done = signed_in(factories.user(name="Ana Duarte")).post(path)
    assert done.url == reverse("work", args=[workspace.slug])


def test_the_list_costs_the_same_for_three_and_thirty(
    cast, place, scope, django_assert_max_num_queries
):
    client = cast.client("owner")

    def queries():
        with django_assert_max_num_queries(50) as counted:
            client.get(place)
        return len(counted)

    for at in range(33):
        if at == 3:
            few = queries()
        factories.memberinvitation(made_by=cast.owner, email=f"{at}@x.example")
    assert queries() == few
