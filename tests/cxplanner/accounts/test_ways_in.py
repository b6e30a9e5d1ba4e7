"""allauth's pages, end to end: code, password, sign up, reset, another address."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from cxplanner import env
from cxplanner.accounts.adapter import CONSOLE
from cxplanner.accounts.models import User
from tests import factories

PASSWORD = "three long words"


@pytest.fixture(autouse=True)
def no_tries_yet():
    cache.clear()  # limits of tries are counted there


@pytest.fixture
def person(db):
    return factories.member(factories.workspace(), email="maren@skylark.example").user


@pytest.fixture
def with_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person


def code_in(text: object) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", str(text), re.MULTILINE)
    assert found, text
    return found[1]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_code_by_mail_signs_in(client, person):
    asked = client.post("/accounts/login/code/", {"email": person.email})
    assert asked.url.startswith("/accounts/login/code/confirm/")
    assert client.get(asked.url).status_code == 200
    assert mail.outbox[-1].to == [person.email]
    done = client.post(asked.url, {"code": code_in(mail.outbox[-1].body)})
    assert done.url == "/"
    assert signed_in(client)


def test_a_wrong_code_keeps_the_door_shut_and_says_so(client, person):
    client.post("/accounts/login/code/", {"email": person.email})
    page = client.post("/accounts/login/code/confirm/", {"code": "AAAAAA"})
    assert b'class="wrong"' in page.content
    assert not signed_in(client)


def test_a_new_code_can_be_asked_for(client, person):
    client.post("/accounts/login/code/", {"email": person.email})
    page = client.get("/accounts/login/code/confirm/")
    assert b'form="resend"' in page.content
    client.post("/accounts/login/code/confirm/", {"action": "resend"})
    assert len(mail.outbox) == 2
    client.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[-1].body)})
    assert signed_in(client)


def test_a_stranger_is_told_no_code_and_no_difference(client, person):
    known = client.post("/accounts/login/code/", {"email": person.email})
    stranger = Client().post("/accounts/login/code/", {"email": "nobody@example.com"})
    assert known["Location"] == stranger["Location"]
    assert not re.search(
        r"^\s*[A-Z0-9]{3}-[A-Z0-9]{3}\s*$", str(mail.outbox[-1].body), re.MULTILINE
    )


def test_where_no_mail_leaves_codes_stand_in_the_terminal(client, person, settings, capsys):
    settings.EMAIL_BACKEND = CONSOLE
    client.post("/accounts/login/code/", {"email": person.email})
    page = client.get("/accounts/login/code/confirm/")
    assert b"read it in the terminal" in page.content
    assert mail.outbox == []
    client.post("/accounts/login/code/confirm/", {"code": code_in(capsys.readouterr().out)})
    assert signed_in(client)


def test_a_mail_server_that_is_down_is_said(client, person, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    asked = client.post("/accounts/login/code/", {"email": person.email})
    assert asked.status_code == 302
    assert b"mail server cannot be reached" in client.get(asked.url).content


def test_without_a_mail_server_mail_goes_to_the_terminal():
    assert env.email("EMAIL_URL_NOBODY_SET", "consolemail://")["EMAIL_BACKEND"] == CONSOLE


def test_both_ways_in_weigh_the_same_and_keep_where_one_was_going(client, db):
    for path in ("/accounts/login/", "/accounts/login/code/"):
        page = client.get(path, {"next": "/w/skylark/"}).content.decode()
        assert 'href="/accounts/login/?next=%2Fw%2Fskylark%2F"' in page
        assert 'href="/accounts/login/code/?next=%2Fw%2Fskylark%2F"' in page


def test_a_password_signs_in_once_the_address_is_confirmed(client, with_password):
    typed = {"login": with_password.email, "password": PASSWORD}
    asked = client.post("/accounts/login/", typed)
    assert asked.url.startswith("/accounts/confirm-email/")
    client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[-1].body)})
    assert signed_in(client)
    again = Client()
    assert again.post("/accounts/login/", typed)["Location"] == "/"
    assert signed_in(again)


def test_a_wrong_password_keeps_the_address_typed(client, with_password):
    page = client.post("/accounts/login/", {"login": with_password.email, "password": "no"})
    assert with_password.email.encode() in page.content
    assert b'role="alert"' in page.content
    assert not signed_in(client)


def test_many_tries_are_slowed_down(client, with_password):
    for _ in range(6):
        page = client.post("/accounts/login/", {"login": with_password.email, "password": "no"})
    assert b"Too many failed login attempts" in page.content
    for _ in range(30):
        page = client.post("/accounts/login/", {"login": with_password.email, "password": "no"})
    assert page.status_code == 429
    assert b"That was tried too often" in page.content


def test_signing_up_asks_the_name_and_leads_to_a_workspace(client, db, settings):
    settings.SIGNUP = "open"
    typed = {"name": " Ines Duarte ", "email": "Ines@Skylark.example", "password1": PASSWORD}
    nameless = client.post("/accounts/signup/", typed | {"name": ""})
    assert b'class="wrong"' in nameless.content
    client.post("/accounts/signup/", typed)
    client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[-1].body)})
    user = User.objects.get()
    assert (user.name, user.email) == ("Ines Duarte", "ines@skylark.example")
    assert client.get("/").url == "/workspaces/new/"


def test_a_closed_sign_up_says_how_to_get_in(client, db):
    page = client.get("/accounts/signup/").content
    assert b"Ask an owner" in page
    assert b"signin_link" in page
    client.post("/accounts/signup/", {"name": "X", "email": "x@x.example", "password1": PASSWORD})
    assert not User.objects.exists()


def test_a_forgotten_password_is_set_anew_by_a_mailed_link(client, with_password):
    client.post("/accounts/password/reset/", {"email": with_password.email})
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert link
    form = client.get(link[1], follow=True)
    assert form.status_code == 200
    new = {"password1": "four quite new words", "password2": "four quite new words"}
    client.post(form.request["PATH_INFO"], new)
    with_password.refresh_from_db()
    assert with_password.check_password("four quite new words")
    assert b"Bad Token" in Client().get(link[1], follow=True).content


def test_a_password_is_set_and_changed_by_who_is_signed_in(client, person):
    client.force_login(person)
    assert client.get("/accounts/password/change/").url == "/accounts/password/set/"
    twice = {"password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/password/set/", twice)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "other long words", "password2": "other long words"},
    )
    person.refresh_from_db()
    assert person.check_password("other long words")
    assert signed_in(client)


def test_another_address_counts_once_its_mail_was_read(client, person):
    client.force_login(person)
    client.post("/accounts/email/", {"action_add": "", "email": "maren@new.example"})
    person.refresh_from_db()
    assert person.email == "maren@skylark.example"
    assert mail.outbox[-1].to == ["maren@new.example"]
    client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[-1].body)})
    person.refresh_from_db()
    assert person.email == "maren@new.example"


def test_signing_out_asks_first(client, person):
    client.force_login(person)
    page = client.get("/accounts/logout/")
    assert person.email.encode() in page.content
    assert signed_in(client)
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert not signed_in(client)


PAGES = ("login", "login/code", "signup", "password/reset", "password/reset/done", "inactive")
OWN_PAGES = ("logout", "email", "password/set")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_on_the_way_in_is_in_the_language_of_the_product(client, db, settings, path):
    settings.SIGNUP = "open"
    page = client.get(f"/accounts/{path}/").content.decode()
    assert_ours(page)


@pytest.mark.parametrize("path", OWN_PAGES)
def test_every_page_of_ones_account_is_in_the_language_of_the_product(client, person, path):
    client.force_login(person)
    assert_ours(client.get(f"/accounts/{path}/").content.decode())


def assert_ours(page: str) -> None:
    assert '<body class="alone">' in page
    assert page.count("<h1") == 1
    assert "Menu:" not in page
    assert " style=" not in page
    assert "<button type" not in page.replace('<button type="submit" class="btn', "")


def test_people_read_the_language_they_choose_before_signing_in(client, db):
    client.post("/language/", {"language": "fa", "next": "/accounts/login/"})
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="fa" dir="rtl">' in page
