"""Invitations: a link lets one person in, once, for seven days."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from cxplanner.accounts import selectors
from cxplanner.accounts.access import require
from cxplanner.accounts.facts import tell
from cxplanner.accounts.invitations.mail import post
from cxplanner.accounts.members.services import here, hold_people, join
from cxplanner.accounts.models import MemberInvitation, Membership, User, digest_of
from cxplanner.accounts.roles import Action, Role
from cxplanner.base.refs import Ref
from cxplanner.base.refusals import Refused
from cxplanner.base.tenancy import workspace_scope

MAILS_A_DAY = 100  # a workspace; who needs more shares links

# Turns a link's secret into the address that is given away.
Address = Callable[[str], str]


class Why(StrEnum):
    """Why a link lets nobody in."""

    UNKNOWN = "unknown"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Unusable(Exception):
    """The link lets nobody in."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class AlreadyHere(Exception):
    """Who holds the link works here already; it stays good for somebody else."""

    def __init__(self, member: Membership) -> None:
        super().__init__()
        self.member = member


class ForAnother(Exception):
    """The link was mailed to another address than the holder's, who did not say that is right."""


class InvitationOver(Refused):
    """Used or revoked, an invitation can only be made anew."""


class TooManyMails(Refused):
    """A workspace mails so many invitations a day and no more."""


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation with its link, which is shown once; `mailed` is None where none was asked."""

    invitation: MemberInvitation
    link: str
    mailed: bool | None


def link_of(request: HttpRequest | Request) -> Address:
    """Return how a secret becomes a link on the site that was asked."""
    return lambda secret: request.build_absolute_uri(reverse("invitation", args=[secret]))


def invite(*, by: Membership, role: Role, address: Address, email: str = "") -> Made:
    """Make an invitation, and mail it where an e-mail is given; an earlier one to it ends.

    Raises MayNot, ValidationError, TooManyMails.
    """
    email = email.strip().lower()
    with transaction.atomic(), workspace_scope(by.workspace_id):
        hold_people(by.workspace_id)
        by = here(by)
        require(by, Action.MANAGE)
        if email:
            _check_address(email)
            _check_mails()
        _open_to(email).update(revoked_at=timezone.now())
        invitation = MemberInvitation(role=Role(role), email=email, made_by=by)
        secret = _sealed(invitation)
        _tell("invitation.created", invitation, by=by)
    return _posted(invitation, address(secret))


def renew(invitation: MemberInvitation, *, by: Membership, address: Address) -> Made:
    """Make a new link for an open or expired invitation, and mail it again; the old link dies.

    Raises MayNot, InvitationOver, TooManyMails.
    """
    with transaction.atomic(), workspace_scope(by.workspace_id):
        invitation = _held(invitation, by=by)
        if invitation.email:
            _check_mails()
        invitation.made_by = by
        secret = _sealed(invitation)
        _tell("invitation.renewed", invitation, by=by)
    return _posted(invitation, address(secret))


@transaction.atomic
def revoke(invitation: MemberInvitation, *, by: Membership) -> MemberInvitation:
    """End an invitation at once. Raises MayNot, InvitationOver."""
    with workspace_scope(by.workspace_id):
        invitation = _held(invitation, by=by)
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        _tell("invitation.revoked", invitation, by=by)
    return invitation


def find(secret: str) -> MemberInvitation:
    """Look up the invitation of a link, and write nothing. Raises Unusable."""
    # The link names its own workspace. What is looked up is a hash, so timing tells nothing.
    rows = MemberInvitation.unscoped.select_related("workspace", "made_by__user")
    invitation = rows.filter(digest=digest_of(secret)).first()
    if invitation is None:
        raise Unusable(Why.UNKNOWN)
    if invitation.used_at is not None:
        raise Unusable(Why.USED)
    if invitation.revoked_at is not None:
        raise Unusable(Why.REVOKED)
    if invitation.is_expired:
        raise Unusable(Why.EXPIRED)
    return invitation


@transaction.atomic
def accept(secret: str, *, user: User, as_other: bool = False) -> Membership:
    """Let a person in. Of two who accept one link at once, one gets in.

    `as_other` says that somebody else's invitation is meant for the holder all the same.
    Raises Unusable, AlreadyHere, ForAnother.
    """
    hold_people(find(secret).workspace_id)
    invitation = find(secret)  # again: whoever came first has used it by now
    member = selectors.membership(user, invitation.workspace_id)
    if member is not None:
        raise AlreadyHere(member)
    if not (as_other or is_for(invitation, user)):
        raise ForAnother
    member = join(invitation.workspace, user=user, role=Role(invitation.role))
    with workspace_scope(invitation.workspace_id):
        invitation.used_at, invitation.used_by = timezone.now(), member
        invitation.save(update_fields=["used_at", "used_by"])
    tell(
        "member.joined",
        Ref("member", member.pk),
        workspace_id=member.workspace_id,
        by=member,
        name=str(member),
        role=member.role,
        invitation=invitation.pk,
    )
    return member


def is_for(invitation: MemberInvitation, user: User) -> bool:
    """Tell whether a link is for whoever holds it, or for this person's address."""
    return invitation.email in ("", user.email.lower())


def _held(invitation: MemberInvitation, *, by: Membership) -> MemberInvitation:
    hold_people(by.workspace_id)
    require(here(by), Action.MANAGE)
    fresh = MemberInvitation.objects.get(pk=invitation.pk)
    if fresh.used_at is not None:
        raise InvitationOver(_("Somebody joined with this invitation already."))
    if fresh.revoked_at is not None:
        raise InvitationOver(_("This invitation has been withdrawn. Make a new one."))
    return fresh


def _sealed(invitation: MemberInvitation) -> str:
    """Give an invitation a new secret and seven days; only the secret's hash is stored."""
    secret = secrets.token_urlsafe(32)
    invitation.digest, invitation.expires_at = digest_of(secret), MemberInvitation.expiry()
    invitation.sent_at = timezone.now() if invitation.email else None
    invitation.clean_fields(exclude=["workspace"])
    invitation.save()
    return secret


def _posted(invitation: MemberInvitation, link: str) -> Made:
    """Mail a link that stands; where the mail server fails, the link can still be given away."""
    if not invitation.email:
        return Made(invitation, link, mailed=None)
    mailed = post(invitation, link)
    if not mailed:
        with workspace_scope(invitation.workspace_id):
            invitation.sent_at = None
            invitation.save(update_fields=["sent_at"])
    return Made(invitation, link, mailed=mailed)


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    member = selectors.members().filter(user__email=email).first()
    if member:
        words = _("%(name)s works here already. Change the role in the list of members.")
        raise ValidationError({"email": words % {"name": member}})


def _check_mails() -> None:
    since = timezone.now() - timedelta(days=1)
    if MemberInvitation.objects.filter(sent_at__gt=since).count() >= MAILS_A_DAY:
        words = _("%(most)d invitations were mailed within a day. Make a link and share it.")
        raise TooManyMails(words % {"most": MAILS_A_DAY})


def _open_to(email: str) -> "QuerySet[MemberInvitation]":
    rows = MemberInvitation.objects.filter(email=email, used_at=None, revoked_at=None)
    return rows if email else rows.none()


def _tell(name: str, invitation: MemberInvitation, *, by: Membership) -> None:
    # The address itself stays out of what webhooks may carry.
    data = {"role": str(invitation.role), "by_mail": bool(invitation.email)}
    tell(name, Ref("invitation", invitation.pk), workspace_id=by.workspace_id, by=by, **data)
