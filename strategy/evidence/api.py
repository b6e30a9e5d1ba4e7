"""`evidence/`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.narrowing import about, flag, one_of
from cxplanner.accounts.resources import Resource
from strategy.evidence import services
from strategy.evidence.models import Evidence
from strategy.evidence.serializers import EvidenceSerializer, VerifySerializer


def _verified(rows: Any, is_verified: bool) -> Any:  # noqa: FBT001  # read out of the address
    return rows.filter(verified_at__isnull=not is_verified)


class EvidenceAPI(Resource):
    """Evidence on the things of plans."""

    queryset = Evidence.objects.all()
    serializer_class = EvidenceSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    narrows = {
        "about": about("Only what hangs on this thing, as goal:12."),
        "kind": one_of(Evidence.Kind.values, "Only of this kind.", "kind"),
        "verified": flag(_verified, "Only verified, or only unverified evidence."),
    }
    searched = ("text", "source")
    create_with = staticmethod(services.add_evidence)
    change_with = staticmethod(services.change_evidence)
    remove_with = staticmethod(services.archive_evidence)

    @extend_schema(request=VerifySerializer, responses=EvidenceSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, **where: Any) -> Response:
        """Say that the source was checked, by whom and when; `verified: false` takes it back."""
        row = self.found()
        wanted = self.version_wanted(request, row)
        body = VerifySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        return self.shown(
            services.verify_evidence(row, by=by, expected_version=wanted, **body.validated_data)
        )

    @extend_schema(request=None, responses=EvidenceSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show archived evidence again."""
        row = self.found(archived=True)
        return self.shown(services.restore_evidence(row, by=member_of(request)))
