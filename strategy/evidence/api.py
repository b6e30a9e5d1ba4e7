"""`evidence/`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.resources import YES, Declared, Resource
from cxplanner.base.problems import Problem
from cxplanner.base.refs import Ref
from strategy.evidence import services
from strategy.evidence.models import Evidence
from strategy.evidence.serializers import EvidenceSerializer, VerifySerializer


class Narrowed(Declared):
    """Narrows evidence by what it hangs on, its kind and whether it is verified, too."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        rows = super().filter_queryset(request, queryset, view)
        given = request.query_params
        if "about" in given:
            try:
                about = Ref.parse(given["about"])
            except ValueError as error:
                raise Problem(400, "about names a thing, as goal:12.") from error
            rows = rows.filter(about_kind=about.kind, about_id=_text(str(about.id)))
        if "kind" in given:
            if given["kind"] not in Evidence.Kind.values:
                raise Problem(400, f"kind is one of {', '.join(Evidence.Kind.values)}.")
            rows = rows.filter(kind=given["kind"])
        if "verified" in given:
            rows = rows.filter(verified_at__isnull=given["verified"] not in YES)
        return rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        known = super().get_schema_operation_parameters(view)
        more: list[tuple[str, dict[str, Any], str]] = [
            ("about", {"type": "string"}, "Only what hangs on this thing, as goal:12."),
            ("kind", {"type": "string", "enum": Evidence.Kind.values}, "Only of this kind."),
            ("verified", {"type": "boolean"}, "Only verified, or only unverified evidence."),
        ]
        return known + [
            {"name": name, "in": "query", "schema": schema, "description": words}
            for name, schema, words in more
        ]


def _text(given: str) -> str:
    return given.replace("\x00", "")


class EvidenceAPI(Resource):
    """Evidence on the things of plans."""

    queryset = Evidence.objects.all()
    serializer_class = EvidenceSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    filter_backends = [Narrowed]
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
