"""Who calls (`me/`) and who works here (`members/`), over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import READ, WorkspaceAPI, member_of
from cxplanner.accounts.models import Membership, Workspace
from cxplanner.accounts.resources import Reads
from cxplanner.accounts.roles import Scope
from cxplanner.accounts.tokens import caller_of
from cxplanner.base.tenancy import CurrentWorkspace


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A member: a person and their role here."""

    name = serializers.CharField(source="user.get_full_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "joined_at"]
        read_only_fields = fields


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


class Me(WorkspaceAPI):
    """Who calls: member, workspace and scopes of the token."""

    actions_by_method = READ

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        member: Any = member_of(request)
        member.scopes = caller_of(request).scopes
        return Response(MeSerializer(member).data)


class Members(Reads):
    """The people of the workspace and their roles."""

    queryset = Membership.objects.filter(workspace_id=CurrentWorkspace()).select_related("user")
    serializer_class = MemberSerializer
    actions_by_method = READ
