"""Errors outside views: they say what is wrong and the way out."""

from django.test import Client, RequestFactory

from cxplanner import pages
from cxplanner.accounts import services
from cxplanner.accounts.roles import Scope


def test_a_closed_page_says_which_role_opens_it_and_who_gives_it(cast, workspace):
    owner = cast.owner.user
    services.change_person(owner, name="Maren Okafor", language="")
    page = cast.client("viewer").post(f"/w/{workspace.slug}/settings/")
    words = page.content.decode()
    assert page.status_code == 403
    assert "your role is viewer. This page takes another: owner." in words
    assert "Maren Okafor" in words


def test_somebody_elses_token_is_refused_without_talk_of_roles(cast, workspace):
    token, _ = services.create_token(cast.owner, name="till", scopes=[Scope.READ])
    page = cast.client("editor").post(f"/w/{workspace.slug}/settings/tokens/{token.pk}/revoke/")
    assert page.status_code == 403
    assert b"takes another" not in page.content


def test_a_lost_address_says_so(client, db):
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert b"There is nothing at this address" in page.content


def test_a_form_that_waited_too_long_gives_back_the_words(cast, workspace):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner.user)
    path = f"/w/{workspace.slug}/settings/"
    typed = {
        "name": "Skylark Air <and> its many friends",
        "currency": "EUR",
        "new_password": "four words nobody sees",
    }
    page = client.post(path, typed, headers={"Referer": f"http://testserver{path}"})
    words = page.content.decode()
    assert page.status_code == 403
    assert "Skylark Air &lt;and&gt; its many friends" in words
    assert "nobody sees" not in words
    assert f'href="http://testserver{path}"' in words


def test_the_way_back_never_leads_to_another_host(client, db):
    stale = Client(enforce_csrf_checks=True)
    page = stale.post("/accounts/login/", headers={"Referer": "https://evil.example/"})
    assert page.status_code == 403
    assert b"evil.example" not in page.content


def test_our_own_fault_has_a_page(db):
    page = pages.server_error(RequestFactory().get("/w/x/"))
    assert page.status_code == 500
    assert b"We made a mistake" in page.content


def test_a_request_we_cannot_read_has_a_page(db):
    page = pages.bad_request(RequestFactory().get("/w/x/"), ValueError())
    assert page.status_code == 400
    assert b"could not read that request" in page.content
