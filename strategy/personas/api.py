"""`personas/` and `persona-statements/`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.narrowing import one_of
from cxplanner.accounts.resources import Resource
from strategy.personas import services
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.scores import scores_of
from strategy.personas.selectors import proof_of
from strategy.personas.serializers import (
    PersonaSerializer,
    StatementPlaceSerializer,
    StatementSerializer,
)
from strategy.personas.trust import Trust


class Personas(Resource):
    """Personas of plans, with how far they are proven and what their answers read."""

    queryset = Persona.objects.select_related("plan")
    serializer_class = PersonaSerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    searched = ("name", "role", "quote")
    create_with = staticmethod(services.create_persona)
    change_with = staticmethod(services.change_persona)
    remove_with = staticmethod(services.archive_persona)

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Put proof and scores beside personas, in a constant number of queries."""
        member = member_of(self.request)
        proof, scores = proof_of(rows, member.workspace), scores_of(rows, member=member)
        for row in rows:
            row.proof, row.scores = proof[row.pk], scores[row.pk]
        return rows

    @extend_schema(request=None, responses=PersonaSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived persona again."""
        row = self.found(archived=True)
        return self.shown(services.restore_persona(row, by=member_of(request)))


class PersonaStatements(Resource):
    """What is said of personas, and how far each of it is proven."""

    queryset = PersonaStatement.objects.select_related("persona__plan__workspace")
    serializer_class = StatementSerializer
    actions_by_method = EDIT
    filters = {"persona": "persona", "plan": "persona__plan"}
    narrows = {
        "kind": one_of(PersonaStatement.Kind.values, "Only of this kind.", "kind"),
        "trust": one_of(Trust.values, "Only of this trust, as it was given.", "trust"),
    }
    searched = ("text",)
    create_with = staticmethod(services.add_statement)
    change_with = staticmethod(services.change_statement)
    remove_with = staticmethod(services.archive_statement)

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Say how statements stand today."""
        workspace = member_of(self.request).workspace
        today, months = workspace.today(), workspace.statements_last_months
        for row in rows:
            row.stands = row.standing(today, months)
        return rows

    @extend_schema(request=None, responses=StatementSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived statement again."""
        row = self.found(archived=True)
        return self.shown(services.restore_statement(row, by=member_of(request)))

    @extend_schema(request=StatementPlaceSerializer, responses=StatementSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **where: Any) -> Response:
        """Put the statement into a kind, at a place among the living statements of it."""
        row = self.found()
        wanted = self.version_wanted(request, row)
        body = StatementPlaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = member_of(request)
        moved = services.move_statement(row, by=by, expected_version=wanted, **body.validated_data)
        return self.shown(moved)
