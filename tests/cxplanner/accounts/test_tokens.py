"""Tokens are shown once, kept hashed, and end at once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cxplanner.accounts import services
from cxplanner.accounts.access import allows
from cxplanner.accounts.models import ApiToken, digest_of
from cxplanner.accounts.roles import Action, Role, Scope
from cxplanner.base.tenancy import workspace_scope


def test_a_token_is_kept_only_as_its_hash(cast, workspace):
    token, secret = services.create_token(cast.editor, name="till", scopes=[Scope.READ])
    with workspace_scope(workspace.pk):
        row = ApiToken.objects.get(pk=token.pk)
    assert bytes(row.digest) == digest_of(secret)
    assert secret not in str(vars(row))
    assert row.ending == secret[-4:]


def test_the_page_shows_a_secret_once(cast, workspace):
    client = cast.client("viewer")
    address = f"/w/{workspace.slug}/settings/tokens/"
    made = client.post(address, {"name": "till", "scopes": ["read"], "lasts": "90"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert secret not in client.get(address).content.decode()


def test_people_revoke_their_own_and_owners_all(cast, workspace):
    token, _ = services.create_token(cast.editor, name="till", scopes=[Scope.READ])
    address = f"/w/{workspace.slug}/settings/tokens/{token.pk}/revoke/"
    assert cast.client("viewer").post(address).status_code == 403
    assert cast.client("owner").post(address).status_code == 302
    with workspace_scope(workspace.pk):
        assert ApiToken.objects.get().revoked_at


def test_the_command_prints_the_secret_alone(cast, workspace):
    out = StringIO()
    email = cast.editor.user.email
    call_command(
        "api_token", email, "--workspace", workspace.slug, "--scopes", "read,write", stdout=out
    )
    secret = out.getvalue().strip()
    assert ApiToken.unscoped.get(digest=digest_of(secret)).scopes == ["read", "write"]
    with pytest.raises(CommandError):
        call_command("api_token", email, "--workspace", "elsewhere")
    with pytest.raises(CommandError):
        call_command("api_token", email, "--workspace", workspace.slug, "--scopes", "all")


@pytest.mark.parametrize(
    ("role", "scopes", "action", "may"),
    [
        (Role.EDITOR, ["read"], Action.VIEW, True),
        (Role.EDITOR, ["read"], Action.EDIT, False),
        (Role.EDITOR, ["write"], Action.EDIT, True),
        (Role.EDITOR, ["write"], Action.VIEW, True),
        (Role.VIEWER, ["write"], Action.EDIT, False),
        (Role.OWNER, ["write"], Action.MANAGE, False),
        (Role.OWNER, ["admin"], Action.MANAGE, True),
        (Role.EDITOR, ["admin"], Action.MANAGE, False),
        (Role.EDITOR, ["answers"], Action.EDIT, False),
        (Role.EDITOR, ["answers"], Action.VIEW, False),
    ],
)
def test_rights_are_scopes_and_role_together(role, scopes, action, may):
    assert allows(role, scopes, action) is may


def test_an_answers_token_only_sends_answers():
    assert allows(Role.EDITOR, ["answers"], Action.EDIT, sends_answers=True)
    assert not allows(Role.VIEWER, ["answers"], Action.EDIT, sends_answers=True)
