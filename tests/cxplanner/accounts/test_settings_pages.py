"""Settings: the workspace, its members, tokens, oneself; who sees and who changes what."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from cxplanner.accounts import services
from cxplanner.accounts.models import ApiToken
from cxplanner.accounts.roles import Role, Scope
from cxplanner.base.tenancy import workspace_scope
from tests import factories

TYPED = {
    "name": "Skylark Air",
    "time_zone": "UTC",
    "first_weekday": "7",
    "currency": "SEK",
    "fiscal_year_start": "4",
    "on_track_within": "2.5",
    "at_risk_within": "10",
    "grades_last_months": "9",
    "statements_last_months": "18",
}


@pytest.fixture
def place(workspace):
    return f"/w/{workspace.slug}/settings/"


@pytest.mark.parametrize("tab", ["", "members/", "open-work/", "tokens/", "profile/", "leave/"])
@pytest.mark.parametrize("name", ["owner", "editor", "reviewer", "viewer", "stranger"])
def test_members_see_every_tab_and_strangers_none(cast, place, name, tab):
    page = cast.client(name).get(place + tab)
    assert page.status_code == (404 if name == "stranger" else 200)
    assert Client().get(place + tab)["Location"].startswith("/accounts/login/")


def test_only_owners_change_the_settings(cast, place, workspace):
    for name in ("editor", "reviewer", "viewer"):
        client = cast.client(name)
        assert b"<select" not in client.get(place).content
        assert client.post(place, TYPED).status_code == 403
    assert cast.client("owner").post(place, TYPED).status_code == 302
    workspace.refresh_from_db()
    assert (workspace.name, workspace.first_weekday, workspace.currency) == (
        "Skylark Air",
        7,
        "SEK",
    )
    assert (workspace.on_track_within, workspace.at_risk_within) == (
        Decimal("0.025"),
        Decimal("0.100"),
    )


def test_thresholds_are_shown_in_hundredths(cast, place):
    page = cast.client("owner").get(place).content.decode()
    assert 'name="on_track_within" value="5"' in page
    assert 'name="at_risk_within" value="20"' in page
    assert "behind by more than 5 and at most 20" in page


def test_another_time_zone_asks_for_a_yes(cast, place, workspace):
    client = cast.client("owner")
    typed = TYPED | {"time_zone": "America/Sao Paulo"}
    asked = client.post(place, typed)
    assert asked.status_code == 422
    assert b"stay as they are" in asked.content
    assert b'value="America/Sao Paulo"' in asked.content
    workspace.refresh_from_db()
    assert workspace.time_zone == "UTC"
    assert client.post(place, typed | {"zone_agreed": "on"}).status_code == 302
    workspace.refresh_from_db()
    assert workspace.time_zone == "America/Sao_Paulo"


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Atlantis/Capital"},
        {"currency": "euro"},
        {"first_weekday": "8"},
        {"at_risk_within": "1"},
        {"on_track_within": "-1"},
        {"at_risk_within": "101"},
    ],
    ids=str,
)
def test_wrong_settings_keep_what_was_typed_and_change_nothing(cast, place, workspace, wrong):
    page = cast.client("owner").post(place, TYPED | wrong)
    assert page.status_code == 422
    assert b'class="wrong"' in page.content
    assert f'<b class="rail-words" dir="auto">{workspace.name}</b>'.encode() in page.content
    workspace.refresh_from_db()
    assert workspace.currency == "EUR"


def test_owners_change_roles_and_others_only_see_them(cast, place):
    path = f"{place}members/{cast.viewer.pk}/role/"
    for name, status in (("editor", 403), ("reviewer", 403), ("viewer", 403), ("stranger", 404)):
        assert cast.client(name).post(path, {"role": "owner"}).status_code == status
        if name != "stranger":
            assert (
                b'method="post"'
                not in cast.client(name).get(f"{place}members/").content.split(b"<main")[1]
            )
    assert cast.client("owner").post(path, {"role": "editor"}).status_code == 302
    cast.viewer.refresh_from_db()
    assert cast.viewer.role == Role.EDITOR


def test_the_page_says_why_the_last_owner_stays(cast, place):
    page = cast.client("owner").post(f"{place}members/{cast.owner.pk}/role/", {"role": "viewer"})
    assert page.status_code == 409
    assert b"last owner" in page.content
    cast.owner.refresh_from_db()
    assert cast.owner.role == Role.OWNER


def test_a_member_of_another_workspace_has_no_role_here(cast, place):
    path = f"{place}members/{cast.stranger.pk}/role/"
    assert cast.client("owner").post(path, {"role": "viewer"}).status_code == 404
    assert (
        cast.client("owner")
        .post(f"{place}members/{cast.viewer.pk}/role/", {"role": "king"})
        .status_code
        == 409
    )


def test_the_table_of_roles_says_what_roles_may(cast, place):
    page = cast.client("viewer").get(f"{place}members/")
    allowed = dict(page.context["acts"])
    assert allowed["approve a plan"] == [False, True, False, True]  # viewer reviewer editor owner


@pytest.mark.parametrize("tab", ["members/", "tokens/"])
def test_lists_cost_the_same_for_three_rows_and_thirty(
    cast, place, workspace, tab, django_assert_num_queries, django_assert_max_num_queries
):
    client = cast.client("owner")

    def queries() -> int:
        with django_assert_max_num_queries(50) as counted:
            assert client.get(place + tab).status_code == 200
        return len(counted)

    grow(workspace, 3)
    few = queries()
    grow(workspace, 27)
    assert queries() == few


def grow(workspace, count):
    for _ in range(count):
        member = factories.member(workspace, Role.EDITOR)
        services.create_token(member, name="till", scopes=[Scope.READ])


def test_a_token_lasts_as_long_as_chosen(cast, place, workspace):
    client = cast.client("editor")
    for lasts, days in (("30", 30), ("0", None)):
        client.post(f"{place}tokens/", {"name": lasts, "scopes": ["read", "write"], "lasts": lasts})
        with workspace_scope(workspace.pk):
            token = ApiToken.objects.get(name=lasts)
        assert token.scopes == ["read", "write"]
        left = token.expires_at and round((token.expires_at - timezone.now()) / timedelta(days=1))
        assert left == days


def test_a_secret_is_never_kept_by_the_browser(cast, place):
    made = cast.client("viewer").post(
        f"{place}tokens/", {"name": "till", "scopes": ["read"], "lasts": "90"}
    )
    assert f'data-copy="{made.context["secret"]}"' in made.content.decode()
    assert "no-store" in made["Cache-Control"]


def test_members_see_their_own_tokens_and_owners_all(cast, place):
    services.create_token(cast.editor, name="night import", scopes=[Scope.READ])
    assert b"night import" in cast.client("owner").get(f"{place}tokens/").content
    assert b"night import" in cast.client("editor").get(f"{place}tokens/").content
    assert b"night import" not in cast.client("reviewer").get(f"{place}tokens/").content


def test_revoking_asks_first_on_its_own_page(cast, place, workspace):
    token, _ = services.create_token(cast.editor, name="till", scopes=[Scope.READ])
    path = f"{place}tokens/{token.pk}/revoke/"
    for name, status in (("owner", 200), ("editor", 200), ("viewer", 403), ("stranger", 404)):
        assert cast.client(name).get(path).status_code == status
    with workspace_scope(workspace.pk):
        assert ApiToken.objects.get().revoked_at is None
    cast.client("editor").post(path)
    page = cast.client("editor").get(f"{place}tokens/").content
    assert b"Revoked" in page
    assert path.encode() not in page


def test_a_chosen_language_holds_from_the_next_page(cast, place, workspace):
    client = cast.client("viewer")
    client.post(f"{place}profile/", {"name": "Priya Raman", "language": "fa"})
    cast.viewer.user.refresh_from_db()
    assert cast.viewer.user.name == "Priya Raman"
    for path in (f"/w/{workspace.slug}/", "/accounts/password/set/"):
        assert b'<html lang="fa" dir="rtl">' in client.get(path).content
    assert b'<html lang="en"' in Client().get("/accounts/login/").content
    client.post(f"{place}profile/", {"name": "Priya Raman", "language": ""})
    assert b'<html lang="en"' in client.get(f"/w/{workspace.slug}/").content


def test_a_name_is_needed(cast, place):
    page = cast.client("viewer").post(f"{place}profile/", {"name": " ", "language": "xx"})
    assert page.status_code == 422


def test_who_works_in_several_workspaces_chooses(cast, workspace):
    client = cast.client("owner")
    assert client.get("/").url == f"/w/{workspace.slug}/"
    services.create_workspace("Skylark Cargo", by=cast.owner.user)
    assert client.get("/").url == "/workspaces/"
    page = client.get("/workspaces/").content.decode()
    assert "/w/skylark-cargo/" in page
    assert "4 people" in page
    assert "1 person" in page
    assert "/w/skylark-cargo/" not in cast.client("viewer").get("/workspaces/").content.decode()


def test_looking_around_records_nothing(cast, place, workspace):
    client = cast.client("owner")
    before = dict(client.session)
    for path in ("/workspaces/", place, f"{place}members/", f"{place}tokens/", f"{place}profile/"):
        client.get(path)
    assert dict(client.session) == before
