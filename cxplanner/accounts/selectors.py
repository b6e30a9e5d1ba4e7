"""Who is where: a person's workspaces, a workspace's people, invitations and tokens."""

from collections import Counter

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from cxplanner.accounts.models import (
    ApiToken,
    MemberInvitation,
    Membership,
    User,
    Workspace,
)
from cxplanner.accounts.roles import Action, Role
from cxplanner.base.tenancy import CurrentWorkspace


def workspaces_of(user: User) -> QuerySet[Membership]:
    """Return memberships by name of workspace; `people` is how many work there."""
    return (
        Membership.objects.filter(user=user)
        .select_related("workspace")
        .annotate(
            people=Count(
                "workspace__memberships", filter=Q(workspace__memberships__left_at__isnull=True)
            )
        )
        .order_by("workspace__name", "pk")
    )


def members() -> QuerySet[Membership]:
    """Return the people of the active workspace, by name."""
    return (
        Membership.objects.filter(workspace_id=CurrentWorkspace())
        .select_related("user")
        .order_by("user__name", "user__email")
    )


def membership(user: User, workspace_id: int) -> Membership | None:
    """Return a person's membership of a workspace, if they work there."""
    rows = Membership.objects.select_related("workspace", "user")
    return rows.filter(user=user, workspace_id=workspace_id).first()


def people_by_label() -> dict[str, Membership]:
    """Return the people of the active workspace by the words they are chosen by.

    That is the name; where several share one, the address tells them apart.
    """
    people = list(members())
    names = Counter(str(one) for one in people)
    return {
        str(one) if names[str(one)] == 1 else f"{one} ({one.user.email})": one for one in people
    }


def names_of_leavers() -> set[str]:
    """Return the names under which people left the active workspace."""
    rows = Membership.everyone.filter(
        workspace_id=CurrentWorkspace(), left_at__isnull=False
    ).values_list("left_as", flat=True)
    return set(rows)


def invitations() -> QuerySet[MemberInvitation]:
    """Return the invitations of the active workspace, those that wait first, the newest on top."""
    rows = MemberInvitation.objects.select_related("made_by__user", "used_by__user")
    over = Q(used_at__isnull=False) | Q(revoked_at__isnull=False)
    return rows.alias(over=ExpressionWrapper(over, BooleanField())).order_by("over", "-pk")


def owners(workspace: Workspace) -> QuerySet[Membership]:
    """Return who can give somebody another role, longest there first."""
    return (
        Membership.objects.filter(workspace=workspace, role=Role.OWNER)
        .select_related("user")
        .order_by("pk")
    )


def tokens(member: Membership) -> QuerySet[ApiToken]:
    """Return a member's own tokens, an owner's view of all; those that work first."""
    mine = Q() if member.can(Action.MANAGE) else Q(membership=member)
    return (
        ApiToken.objects.filter(mine)
        .select_related("membership__user")
        .order_by(F("revoked_at").desc(nulls_first=True), "-pk")
    )
