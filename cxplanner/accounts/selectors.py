"""Who is where: a person's workspaces, a workspace's people and tokens."""

from django.db.models import Count, F, Q, QuerySet

from cxplanner.accounts.models import ApiToken, Membership, User, Workspace
from cxplanner.accounts.roles import Action, Role
from cxplanner.base.tenancy import CurrentWorkspace


def workspaces_of(user: User) -> QuerySet[Membership]:
    """Return memberships by name of workspace; `people` is how many work there."""
    return (
        Membership.objects.filter(user=user)
        .select_related("workspace")
        .annotate(people=Count("workspace__memberships"))
        .order_by("workspace__name", "pk")
    )


def members() -> QuerySet[Membership]:
    """Return the people of the active workspace, by name."""
    return (
        Membership.objects.filter(workspace_id=CurrentWorkspace())
        .select_related("user")
        .order_by("user__name", "user__email")
    )


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
