"""Getting in: links, gates and workspaces."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cxplanner.accounts import services
from cxplanner.accounts.models import Membership, SignInLink, User, Workspace
from cxplanner.accounts.roles import Role
from tests import factories


@pytest.fixture
def person(db):
    return factories.member(factories.workspace()).user


def test_a_link_signs_in_once(client, person):
    address = f"/accounts/link/{services.create_sign_in_link(person)}/"
    assert client.post(address).status_code == 302
    assert client.get("/").url.startswith("/w/")
    assert Client().post(address).status_code == 410


def test_looking_at_a_link_does_not_spend_it(client, person):
    address = f"/accounts/link/{services.create_sign_in_link(person)}/"
    for _ in range(2):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(address).status_code == 302


def test_a_link_ends_after_fifteen_minutes(client, person):
    secret = services.create_sign_in_link(person)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(f"/accounts/link/{secret}/").status_code == 410


def test_an_invented_link_is_as_good_as_a_spent_one(client, db):
    assert client.get("/accounts/link/invented/").status_code == 410


def test_the_first_owner_names_themselves_and_their_workspace(client, db):
    address = f"/accounts/link/{services.create_sign_in_link(None)}/"
    wrong = client.post(address, {"name": "Maren", "email": "nonsense", "workspace": "Skylark"})
    assert wrong.status_code == 422
    assert b'value="Skylark"' in wrong.content  # what was typed stays
    client.post(address, {"name": "Maren", "email": "Maren@Example.com", "workspace": "Skylark"})
    member = Membership.objects.get(user=User.objects.get(email="maren@example.com"))
    assert (member.role, member.workspace.slug) == (Role.OWNER, "skylark")
    assert client.get("/w/skylark/").status_code == 200


def test_there_is_one_first_owner(client, db):
    first, second = (services.create_sign_in_link(None) for _ in range(2))
    typed = {"name": "Maren", "email": "maren@example.com", "workspace": "Skylark"}
    assert client.post(f"/accounts/link/{first}/", typed).status_code == 302
    typed["email"] = "second@example.com"
    assert Client().post(f"/accounts/link/{second}/", typed).status_code == 410
    with pytest.raises(services.AlreadyBegun):
        services.create_sign_in_link(None)
    assert Membership.objects.count() == 1
    with pytest.raises(CommandError, match="There is an owner already"):
        call_command("signin_link")


def test_an_address_already_taken_does_not_spend_the_link(client, db):
    address = f"/accounts/link/{services.create_sign_in_link(None)}/"
    typed = {"name": "X", "email": factories.user().email, "workspace": "Y"}
    assert client.post(address, typed).status_code == 422
    assert client.post(address, typed | {"email": "other@example.com"}).status_code == 302


def test_somebody_without_a_workspace_is_asked_to_name_one(client, db):
    client.force_login(factories.user())
    assert client.get("/").url == "/workspaces/new/"
    assert client.post("/workspaces/new/", {"name": "نیلوفر"}).status_code == 302
    assert Workspace.objects.get().slug


def test_nobody_enters_without_signing_in(client, workspace):
    page = client.get(f"/w/{workspace.slug}/")
    assert page.status_code == 302
    assert page.url.startswith("/accounts/login/")


def test_a_live_part_of_a_page_is_told_to_sign_in_as_a_whole(client, workspace):
    part = client.get(
        f"/w/{workspace.slug}/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/w/x/"},
    )
    assert part.status_code == 401
    assert part["HX-Redirect"].startswith("/accounts/login/?next=")


def test_a_strangers_workspace_is_not_there(cast, workspace):
    assert cast.client("stranger").get(f"/w/{workspace.slug}/").status_code == 404
    assert cast.client("viewer").get(f"/w/{workspace.slug}/").status_code == 200


def test_sign_up_is_closed_unless_opened(client, db, settings):
    assert b"password1" not in client.get("/accounts/signup/").content
    settings.SIGNUP = "open"
    assert b"password1" in client.get("/accounts/signup/").content


def test_what_stands_in_a_workspace_is_kept_by_no_cache(cast):
    slug = cast.owner.workspace.slug
    page = cast.client("viewer").get(f"/w/{slug}/plans/")
    assert page["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get(f"/w/{slug}/plans/")
