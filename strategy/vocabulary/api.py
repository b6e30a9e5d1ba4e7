"""`plans/{id}/stages/`, `plans/{id}/channels/` and `plans/{id}/grades/`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.resources import Rows
from cxplanner.base.problems import Problem
from strategy.plans.models import Plan
from strategy.vocabulary import services
from strategy.vocabulary.selectors import COLUMN, Which, listed, sentences_of
from strategy.vocabulary.serializers import (
    GradesSerializer,
    NameChangeSerializer,
    NamesSerializer,
    NewNameSerializer,
)

_GOES = [
    OpenApiParameter("name", str, required=True, description="Which name goes."),
    OpenApiParameter(
        "to",
        str,
        description="Where its touchpoints and steps go: another name, or empty for none. "
        "Without it a name in use is 409.",
    ),
]


class _OfPlan(Rows):
    """Something of a plan that stands below its path; its ETag is the plan's."""

    queryset = Plan.objects.all()
    actions_by_method = EDIT

    def told(self, plan: Plan) -> dict[str, Any]:
        """Return what this shows of a plan."""
        raise NotImplementedError

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Show beside a late edit what a GET would."""
        return [self.told(plan) for plan in rows]

    def answer(self, plan: Plan, status_code: int = 200) -> Response:
        return Response(self.told(plan), status=status_code, headers={"ETag": plan.etag})

    def read(self, serializer: Any, request: Request) -> dict[str, Any]:
        body = serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class Names(_OfPlan):
    """A list of a plan's own words. A touchpoint or step under a new name puts it on the list."""

    serializer_class = NamesSerializer
    which: ClassVar[Which]

    def told(self, plan: Plan) -> dict[str, Any]:
        rows = [{"name": name, "used": used} for name, used in listed(plan, self.which)]
        return {"results": rows}

    @contextmanager
    def _faults_at(self, field: str) -> Iterator[None]:
        """Point a fault of the name at the field of the body that holds it."""
        try:
            yield
        except ValidationError as error:
            faults = error.update_error_dict({})
            column = COLUMN[self.which]
            raise ValidationError(
                {field if name == column else name: found for name, found in faults.items()}
            ) from error

    def retrieve(self, request: Request, **where: Any) -> Response:
        """List the names in their order, each with how many things stand under it."""
        return self.answer(self.found())

    @extend_schema(request=NewNameSerializer, responses={201: NamesSerializer})
    def create(self, request: Request, **where: Any) -> Response:
        """Put a name on the list."""
        plan, by = self.found(), member_of(request)
        said = self.read(NewNameSerializer, request)
        with self._faults_at("name"), transaction.atomic():
            plan = services.add_name(plan, self.which, name=said["name"], by=by)
            if "position" in said:
                # As the list writes it: spaces within were taken for one.
                plan = services.move_name(
                    plan,
                    self.which,
                    name=getattr(plan, self.which)[-1],
                    position=said["position"],
                    by=by,
                )
        return self.answer(plan, status.HTTP_201_CREATED)

    @extend_schema(request=NameChangeSerializer, responses=NamesSerializer)
    def partial_update(self, request: Request, **where: Any) -> Response:
        """Call a name otherwise, on touchpoints and journeys too, or put it elsewhere."""
        plan, by = self.found(), member_of(request)
        wanted = self.version_wanted(request, plan)
        said = self.read(NameChangeSerializer, request)
        with self._faults_at("to"), transaction.atomic():
            plan = services.rename(
                plan,
                self.which,
                name=said["name"],
                to=said.get("to", said["name"]),
                by=by,
                expected_version=wanted,
            )
            if "position" in said:
                name = " ".join(said.get("to", said["name"]).split())
                plan = services.move_name(
                    plan, self.which, name=name, position=said["position"], by=by
                )
        return self.answer(plan)

    @extend_schema(parameters=_GOES, responses={204: None})
    def destroy(self, request: Request, **where: Any) -> Response:
        """Take a name off the list."""
        plan = self.found()
        wanted = self.version_wanted(request, plan)
        name = request.query_params.get("name")
        if name is None:
            raise Problem(400, "name says in the address which one goes.")
        services.remove_name(
            plan,
            self.which,
            name=name,
            to=request.query_params.get("to"),
            by=member_of(request),
            expected_version=wanted,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class Stages(Names):
    """A plan's stages. A touchpoint or step under a new one puts it on the list."""

    which = "stages"


class Channels(Names):
    """A plan's channels. A touchpoint or step over a new one puts it on the list."""

    which = "channels"


class GradeSentences(_OfPlan):
    """What the grades A to F mean in a plan."""

    serializer_class = GradesSerializer

    def told(self, plan: Plan) -> dict[str, Any]:
        return sentences_of(plan)

    def retrieve(self, request: Request, **where: Any) -> Response:
        """Return the sentence of each grade."""
        return self.answer(self.found())

    @extend_schema(request=GradesSerializer, responses=GradesSerializer)
    def partial_update(self, request: Request, **where: Any) -> Response:
        """Say what some grades mean; the others keep their sentence."""
        plan = self.found()
        wanted = self.version_wanted(request, plan)
        said = self.read(GradesSerializer, request)
        return self.answer(
            services.say_grades(
                plan,
                sentences={**plan.grade_sentences, **said},
                by=member_of(request),
                expected_version=wanted,
            )
        )


LIST = {"get": "retrieve", "post": "create", "patch": "partial_update", "delete": "destroy"}
stages, channels = Stages.as_view(LIST), Channels.as_view(LIST)
grades = GradeSentences.as_view({"get": "retrieve", "patch": "partial_update"})
