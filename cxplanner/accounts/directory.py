"""Who calls (`me/`), who works here and who is invited (`members/`), over REST."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts import selectors
from cxplanner.accounts.api import READ, WorkspaceAPI, member_of
from cxplanner.accounts.invitations import services as invitations
from cxplanner.accounts.invitations.services import link_of
from cxplanner.accounts.members import services
from cxplanner.accounts.members.work import Heir
from cxplanner.accounts.models import MemberInvitation, Membership, Workspace
from cxplanner.accounts.resources import Changes, Reads
from cxplanner.accounts.roles import Action, Role, Scope
from cxplanner.accounts.serializers import RowSerializer
from cxplanner.accounts.tokens import caller_of
from cxplanner.base.problems import Problem
from cxplanner.base.tenancy import CurrentWorkspace

MANAGE = Action.MANAGE


class MemberSerializer(RowSerializer):
    """A member: a person and their role here."""

    name = serializers.CharField(source="user.get_full_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "joined_at"]
        read_only_fields = ["joined_at"]


class WorkspaceSerializer(serializers.ModelSerializer[Workspace]):
    """The workspace a token works in, with the clock and money its figures use."""

    class Meta:
        model = Workspace
        fields = ["id", "slug", "name", "time_zone", "currency", "first_weekday"]
        fields += ["fiscal_year_start", "on_track_within", "at_risk_within"]
        read_only_fields = fields


class MeSerializer(MemberSerializer):
    """The caller: the member behind the token, the workspace, and what the token may do."""

    workspace = WorkspaceSerializer(read_only=True)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), read_only=True
    )

    class Meta(MemberSerializer.Meta):
        fields = [*MemberSerializer.Meta.fields, "workspace", "scopes"]
        read_only_fields = fields


class Me(WorkspaceAPI):
    """Who calls: member, workspace and scopes of the token."""

    actions_by_method = READ

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        member: Any = member_of(request)
        member.scopes = caller_of(request).scopes
        return Response(MeSerializer(member).data)


def _changed(member: Membership, *, by: Membership, role: str = "", **_versionless: Any) -> Any:
    return services.change_role(member, role=Role(role or member.role), by=by)


class Members(Changes, Reads):
    """The people of the workspace and their roles; owners change and remove them."""

    queryset = Membership.objects.filter(workspace_id=CurrentWorkspace()).select_related("user")
    serializer_class = MemberSerializer
    actions_by_method = {**READ, **dict.fromkeys(("PUT", "PATCH", "DELETE"), MANAGE)}
    change_with = staticmethod(_changed)

    def version_wanted(self, request: Request, row: Any) -> int | None:
        """Refuse an If-Match that names a version: members have none."""
        if request.headers.get("If-Match", "*").strip() != "*":
            raise Problem(412, "A member has no edit version. Leave If-Match out.")
        return None

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "hand_over_to",
                {"type": "string", "maxLength": services.NAME_LENGTH},
                description="Who takes their open work: a member's id, or a plain name. "
                "Without it, it stays under the leaver's name.",
            )
        ],
        responses={204: None},
    )
    def destroy(self, request: Request, **where: Any) -> Response:
        """Remove a member: rights, tokens and invitations end at once. What they did stays."""
        member = self.found()
        self.version_wanted(request, member)
        rest = _heir(request.query_params.get("hand_over_to"))
        services.end_membership(member, by=member_of(request), handing=services.Handing(rest=rest))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _heir(given: str | None) -> Heir | None:
    if given is None:
        return None
    name = " ".join(given.split())
    if not name.isdecimal():
        if not 0 < len(name) <= services.NAME_LENGTH:
            raise Problem(400, "hand_over_to is a member's id, or a name of at most 120 letters.")
        return name
    found = selectors.members().filter(pk__in=[int(name[:18])]).first()
    if found is None:
        raise Problem(400, "hand_over_to names no member of this workspace.")
    return found


class InvitationSerializer(RowSerializer):
    """An invitation: `email` is where its link is mailed, or empty for a link to share."""

    made_by = serializers.CharField(read_only=True, allow_null=True)
    used_by = serializers.IntegerField(source="used_by_id", read_only=True, allow_null=True)

    class Meta:
        model = MemberInvitation
        fields = ["id", "role", "email", "made_by", "made_at", "expires_at", "sent_at"]
        fields += ["used_at", "used_by", "revoked_at"]
        read_only_fields = ["made_at", "expires_at", "sent_at", "used_at", "revoked_at"]


class MadeSerializer(serializers.Serializer[invitations.Made]):
    """An invitation with its link, which is shown this once; `mailed` is null without an e-mail."""

    invitation = InvitationSerializer(read_only=True)
    link = serializers.URLField(read_only=True)
    mailed = serializers.BooleanField(read_only=True, allow_null=True)


class Invitations(Reads):
    """Who is invited. A link lets one person in, once, for seven days."""

    queryset = MemberInvitation.objects.select_related("made_by__user")
    serializer_class = InvitationSerializer
    actions_by_method = dict.fromkeys(("GET", "HEAD", "POST", "DELETE"), MANAGE)
    ordering = "-id"

    @extend_schema(request=InvitationSerializer, responses={201: MadeSerializer})
    def create(self, request: Request, **where: Any) -> Response:
        """Invite somebody; the reply holds the link, which is kept nowhere."""
        fields = self.taken(request)
        made = invitations.invite(by=member_of(request), address=link_of(request), **fields)
        return Response(MadeSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=MadeSerializer)
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, **where: Any) -> Response:
        """Make a new link and mail it again; the old link dies."""
        by = member_of(request)
        made = invitations.renew(self.found(), by=by, address=link_of(request))
        return Response(MadeSerializer(made).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **where: Any) -> Response:
        """Withdraw an invitation; its link lets nobody in from now on."""
        invitations.revoke(self.found(), by=member_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
