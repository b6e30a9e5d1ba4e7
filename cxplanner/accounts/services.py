"""Everything a person can ask for about workspaces, tokens, sign-in links and themselves."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cxplanner.accounts.facts import tell
from cxplanner.accounts.members.services import join
from cxplanner.accounts.models import (
    ApiToken,
    Membership,
    SignInLink,
    User,
    Workspace,
    digest_of,
)
from cxplanner.accounts.roles import Role, Scope
from cxplanner.base.refs import Ref
from cxplanner.base.tenancy import workspace_scope


class LinkSpent(Exception):
    """The sign-in link is unknown, used or older than fifteen minutes."""


class AlreadyBegun(Exception):
    """There is an owner, so nobody may name themselves the first one."""


@transaction.atomic
def create_workspace(name: str, *, by: User, **fields: Any) -> Membership:
    """Make a workspace and its first owner. Raises ValidationError."""
    workspace = Workspace(name=name.strip(), slug=_free_slug(name), **fields)
    workspace.full_clean()
    workspace.save()
    member = join(workspace, user=by, role=Role.OWNER)
    about = Ref("workspace", workspace.pk)
    tell("workspace.created", about, workspace_id=workspace.pk, by=member, name=workspace.name)
    return member


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "workspace"
    slug = base
    while Workspace.objects.filter(slug=slug).exists():
        slug = f"{base}-{secrets.token_hex(3)}"
    return slug


CHANGEABLE = {
    "name",
    "time_zone",
    "first_weekday",
    "currency",
    "fiscal_year_start",
    "on_track_within",
    "at_risk_within",
    "grades_last_months",
    "statements_last_months",
}


@transaction.atomic
def change_workspace(
    workspace: Workspace, *, by: Membership | None = None, **changes: Any
) -> Workspace:
    """Change settings; a changed zone counts from now on, stored days stay."""
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise ValidationError(_("These cannot be changed: %(names)s"), params={"names": unknown})
    fields = {}
    for name, value in changes.items():
        if (before := getattr(workspace, name)) != value:
            fields[name] = {"before": before, "after": value}
        setattr(workspace, name, value)
    workspace.full_clean()
    workspace.save()
    if fields:
        about = Ref("workspace", workspace.pk)
        tell("workspace.changed", about, workspace_id=workspace.pk, by=by, fields=fields)
    return workspace


def change_person(user: User, *, name: str, language: str) -> User:
    """Change what a person is called and which language they read; "" is the browser's."""
    user.name = name.strip()
    user.language = language
    user.save(update_fields=["name", "language"])
    return user


@transaction.atomic
def create_token(
    member: Membership,
    *,
    name: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for oneself; returns it with its secret, which is shown once and not kept."""
    secret = ApiToken.new_secret()
    token = ApiToken(
        membership=member,
        name=name.strip(),
        digest=digest_of(secret),
        ending=secret[-4:],
        scopes=[Scope(scope).value for scope in scopes],
        expires_at=expires_at,
    )
    with workspace_scope(member.workspace_id):
        token.clean_fields(exclude=["workspace"])
        token.save()
    _tell("token.created", token, by=member, name=token.name, scopes=token.scopes)
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Membership) -> None:
    """End a token at once. Raises PermissionDenied for another's, unless by an owner."""
    if not token.may_be_revoked_by(by):
        raise PermissionDenied
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        _tell("token.revoked", token, by=by, name=token.name)


def _tell(name: str, token: ApiToken, /, *, by: Membership, **data: Any) -> None:
    tell(name, Ref("token", token.pk), workspace_id=token.workspace_id, by=by, **data)


def create_sign_in_link(user: User | None) -> str:
    """Return the secret of a single-use link; None lets its holder name themselves first owner.

    Raises AlreadyBegun for None once there is an owner: a link is then made for somebody.
    """
    if user is None and _has_begun():
        raise AlreadyBegun
    secret = secrets.token_urlsafe(24)
    SignInLink(user=user, digest=digest_of(secret), expires_at=SignInLink.expiry()).save()
    return secret


def _has_begun() -> bool:
    return Membership.objects.filter(role=Role.OWNER).exists()


def find_link(secret: str) -> SignInLink:
    """Look a link up without spending it. Raises LinkSpent.

    A link for the first owner is spent as soon as there is one, whichever link made them.
    """
    link = (
        SignInLink.objects.select_related("user")
        .filter(digest=digest_of(secret), used_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if link is None or (link.user is None and _has_begun()):
        raise LinkSpent
    return link


def spend_link(link: SignInLink) -> None:
    """Use a link up; of two who try at once one gets in. Raises LinkSpent."""
    free = SignInLink.objects.filter(pk=link.pk, used_at=None)
    if not free.update(used_at=timezone.now()):
        raise LinkSpent


@transaction.atomic
def begin(link: SignInLink, *, name: str, email: str, workspace: str) -> User:
    """Let the holder of a link without a user name themselves and their workspace."""
    spend_link(link)
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise ValidationError({"email": _("Somebody uses this address already.")})
    user = User.objects.create_user(email, name=name.strip())
    create_workspace(workspace, by=user)
    return user
