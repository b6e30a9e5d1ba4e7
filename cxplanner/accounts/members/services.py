"""Who works here and with which role; who leaves hands over what is open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts import selectors
from cxplanner.accounts.access import require
from cxplanner.accounts.facts import tell
from cxplanner.accounts.members.work import Heir, given_to, work_of
from cxplanner.accounts.models import ApiToken, MemberInvitation, Membership, User, Workspace
from cxplanner.accounts.roles import Action, Role
from cxplanner.base.refs import Ref
from cxplanner.base.refusals import Refused
from cxplanner.base.tenancy import workspace_scope

NAME_LENGTH = 120


class LastOwner(Refused):
    """A workspace keeps at least one owner."""

    def __init__(self) -> None:
        super().__init__(_("The last owner can neither leave nor be lowered. Name another first."))


class HasLeft(Refused):
    """Who acts, or is acted on, works here no longer."""


@dataclass(frozen=True, slots=True)
class Handing:
    """Who takes what of a leaver's open work: some things by name, and `rest` all others.

    What nobody takes stays under the leaver's name.
    """

    heirs: Mapping[Ref, Heir] = field(default_factory=dict)
    rest: Heir | None = None

    def __bool__(self) -> bool:
        return bool(self.heirs) or self.rest is not None


def hold_people(workspace_id: int) -> None:
    """Make acts on a workspace's people wait for each other, until the transaction ends.

    Rows that refer to the workspace are written meanwhile: the lock leaves its key free.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)


def here(member: Membership) -> Membership:
    """Read a member again. Raises HasLeft."""
    found = Membership.objects.select_related("user", "workspace").filter(pk=member.pk).first()
    if found is None:
        raise HasLeft(_("%(name)s works here no longer.") % {"name": member})
    return found


def join(workspace: Workspace, *, user: User, role: Role) -> Membership:
    """Make somebody a member; one who was here before is so again. Others keep their role."""
    member, made = Membership.everyone.get_or_create(
        workspace=workspace, user=user, defaults={"role": role}
    )
    if not made and member.left_at is not None:
        member.role, member.joined_at = role, timezone.now()
        member.left_at, member.left_as = None, ""
        member.save()
    return member


@transaction.atomic
def change_role(member: Membership, *, role: Role, by: Membership) -> Membership:
    """Give a member another role. Raises LastOwner, HasLeft, MayNot."""
    hold_people(member.workspace_id)
    require(here(by), Action.MANAGE)
    member = here(member)
    before = member.role
    if role == before:
        return member
    member.role = role
    if not member.can(Action.MANAGE):
        _keep_an_owner(member)
    member.save(update_fields=["role"])
    if not member.can(Action.MANAGE):
        _end_invitations(member)
    _tell("member.role_changed", member, by=by, name=str(member), before=before, after=role)
    return member


@transaction.atomic
def end_membership(
    member: Membership, *, by: Membership, handing: Handing | None = None
) -> Membership:
    """Remove a member, or leave (`by` oneself): rights, tokens and invitations end at once.

    Their open work goes to its heirs in the same act. Raises LastOwner, HasLeft, MayNot and
    ValidationError for an heir who is not there.
    """
    hold_people(member.workspace_id)
    by, member = here(by), here(member)
    if by != member:
        require(by, Action.MANAGE)
    _keep_an_owner(member)
    with workspace_scope(member.workspace_id):
        handed = _hand_on(member, handing or Handing(), by=by)
        now = timezone.now()
        ApiToken.objects.filter(membership=member, revoked_at=None).update(revoked_at=now)
    _end_invitations(member)
    member.left_at, member.left_as = now, str(member)[:NAME_LENGTH]
    member.save(update_fields=["left_at", "left_as"])
    name = "member.left" if by == member else "member.removed"
    _tell(name, member, by=by, name=member.left_as, handed_over=handed)
    return member


@transaction.atomic
def hand_over(heirs: Mapping[Ref, Heir], *, by: Membership) -> int:
    """Give open things to others, in one act; returns how many changed hands.

    Raises HasLeft, MayNot, and ValidationError for an heir who is not there.
    """
    hold_people(by.workspace_id)
    by = here(by)
    require(by, Action.EDIT)
    with workspace_scope(by.workspace_id):
        _check_heirs(heirs.values())
        return given_to(heirs, by=by)


def _hand_on(member: Membership, handing: Handing, *, by: Membership) -> int:
    """Give a leaver's open work to its heirs, and what nobody takes to the leaver's name."""
    if handing:
        require(by, Action.EDIT)
    own_name = str(member)[:NAME_LENGTH]
    rest: Heir = own_name if handing.rest is None else handing.rest
    heirs = {held.about: handing.heirs.get(held.about, rest) for held in work_of([member.pk])}
    _check_heirs(heirs.values(), without=member)
    given_to(heirs, by=by)
    return sum(heir != own_name for heir in heirs.values())


def _check_heirs(heirs: Collection[Heir], *, without: Membership | None = None) -> None:
    for name in {heir for heir in heirs if isinstance(heir, str)}:
        if not 0 < len(name) <= NAME_LENGTH:
            raise ValidationError(_("A name has 1 to %(most)d letters.") % {"most": NAME_LENGTH})
    wanted = {heir.pk for heir in heirs if isinstance(heir, Membership)}
    there = set(selectors.members().filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - there or (without and without.pk in wanted):
        raise ValidationError(_("Choose somebody who works here and stays."))


def _keep_an_owner(member: Membership) -> None:
    others = Membership.objects.filter(workspace_id=member.workspace_id, role=Role.OWNER)
    if not others.exclude(pk=member.pk).exists():
        raise LastOwner


def _end_invitations(member: Membership) -> None:
    """Whoever may no longer invite leaves no way in behind."""
    with workspace_scope(member.workspace_id):
        theirs = MemberInvitation.objects.filter(made_by=member, used_at=None, revoked_at=None)
        theirs.update(revoked_at=timezone.now())


def _tell(name: str, member: Membership, /, *, by: Membership, **data: object) -> None:
    about = Ref("member", member.pk)
    tell(name, about, workspace_id=member.workspace_id, by=by, **data)
