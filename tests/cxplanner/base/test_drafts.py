"""Which words are saved is told to the browser that kept them; an ended session tells nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from tests import factories


@pytest.fixture
def where(workspace):
    with workspace_scope(workspace.pk):
        plan = factories.plan()
    return reverse("plan-edit", args=[workspace.slug, plan.pk])


def said(**over):
    return {"name": "Skylark", "currency": "EUR", **over}


def test_a_saved_draft_is_named_for_a_minute(cast, where):
    reply = cast.client("editor").post(where, said(draft=where))
    assert reply.status_code == 302
    saved = reply.cookies["saved"]
    assert saved.value == where.replace("/", "%2F")
    assert (saved["max-age"], saved["samesite"], saved["httponly"]) == (60, "Lax", "")


@pytest.mark.parametrize(
    "body",
    [said(), said(name="", draft="x"), said(version="0", draft="x")],
    ids=["no draft", "a fault", "a conflict"],
)
def test_what_is_not_saved_is_not_named(cast, where, body):
    assert "saved" not in cast.client("editor").post(where, body).cookies


def test_an_ended_session_comes_back_to_the_form_and_names_nothing(cast, where, workspace):
    address = reverse("touchpoints", args=[workspace.slug, 1])
    for sent_to in (where, reverse("touchpoint-change", args=[workspace.slug, 1])):
        stood_on = f"http://testserver{address}?a=1#x"
        reply = Client().post(sent_to, said(draft=where), HTTP_REFERER=stood_on)
        assert reply.status_code == 302
        assert reply["Location"] == f"/accounts/login/?next={address}%3Fa%3D1"
        assert "saved" not in reply.cookies


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/w/x/", "javascript:1"])
def test_nobody_is_sent_elsewhere_after_signing_in(where, referer):
    reply = Client().post(where, {}, HTTP_REFERER=referer)
    assert reply["Location"] == f"/accounts/login/?next={where}"


def test_a_form_in_place_is_told_to_sign_in_as_a_page(where):
    reply = Client().post(
        where, {}, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/w/x/"
    )
    assert reply.status_code == 401
    assert "next=http" in reply["HX-Redirect"]


def test_forms_keep_drafts_and_say_which_words_are_unsaved(cast, where):
    client = cast.client("editor")
    opened, refused = client.get(where).text, client.post(where, said(name="")).text
    assert "data-draft" in opened
    assert "data-unsaved" not in opened
    assert "data-unsaved" in refused
    assert f'data-me="{cast.editor.user_id}"' in opened
