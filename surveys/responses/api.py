"""`surveys/{id}/responses/` over REST: ordinary API views whose bodies msgspec reads and writes."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from cxplanner.accounts.api import READ, WorkspaceAPI, member_of
from cxplanner.accounts.narrowing import YES
from cxplanner.accounts.roles import Action
from cxplanner.accounts.tokens import caller_of
from cxplanner.base.problems import Problem, pointer
from surveys.design.selectors import Head, recent_head_by_id, survey_head_by_id
from surveys.responses import serializers as bodies
from surveys.responses.answers import Fault, Faulty
from surveys.responses.models import Response
from surveys.responses.selectors import BadCursor, Wanted, answers, answers_page
from surveys.responses.services import (
    MOST_IN_A_CALL,
    ItemFault,
    NothingTaken,
    delete_response,
    submit,
    submit_many,
)

USUAL_PAGE, LARGEST_PAGE = 50, 200
QUERY = [
    OpenApiParameter("on_conflict", enum=["update"], description="Replace other content."),
    OpenApiParameter("atomic", bool, description="With many: all or none (422)."),
]
PAGES = [
    OpenApiParameter("cursor", str, description="Follow `next` and `previous` as they are."),
    OpenApiParameter("page_size", int, description=f"From 1 to {LARGEST_PAGE}."),
]


def _reply(status: int, body: Any, **headers: str) -> HttpResponse:
    """Answer JSON without asking DRF's renderers, which cost more than the write itself."""
    return HttpResponse(
        bodies.encode(body), status=status, content_type="application/json", headers=headers
    )


def _head(request: Request, survey_id: int, *, recent: bool = False) -> Head:
    read = recent_head_by_id if recent else survey_head_by_id
    head = read(survey_id, caller_of(request).workspace_id)
    if head is None:
        raise Http404
    return head


def _refused(faults: Sequence[Fault]) -> Problem:
    malformed = any(fault.malformed for fault in faults)
    errors = [{"pointer": pointer(fault.path), "detail": fault.detail} for fault in faults]
    return Problem(400 if malformed else 422, "The response cannot be taken as it is.", errors)


class Responses(WorkspaceAPI):
    """The answers to one survey."""

    actions_by_method = {**READ, "POST": Action.EDIT}
    sends_answers = True

    @extend_schema(parameters=PAGES, responses={200: bodies.schema_of(bodies.ResponsesOut)})
    def get(self, request: Request, survey: int) -> HttpResponse:
        """List responses, newest first, without names."""
        head = _head(request, survey)
        cursor, size = request.query_params.get("cursor"), _page_size(request)
        try:
            page = answers_page(answers(Wanted(survey_id=head.survey_id)), cursor=cursor, size=size)
        except BadCursor as error:
            raise Problem(400, "The cursor is not one of ours.") from error
        shown = bodies.ResponsesOut(
            results=[bodies.ResponseOut.of(row) for row in page.rows],
            next=_address(request, page.next),
            previous=_address(request, page.previous),
        )
        return _reply(200, shown)

    @extend_schema(
        parameters=QUERY,
        request={"application/json": bodies.schema_of(bodies.ResponseIn, bodies.ResponsesIn)},
        responses={
            200: bodies.schema_of(bodies.Created, bodies.OutcomeOut),
            201: bodies.schema_of(bodies.Created),
        },
    )
    def post(self, request: Request, survey: int) -> HttpResponse:
        """Send one response, or `{"responses": […]}` with up to 5,000 of them.

        One: 201; 200 with the first id when its external_id came before with the same content,
        409 with other content or when the survey is closed. Many: always 200, valid ones kept.
        """
        update = _wants_update(request)
        body = request._request.body
        many = bodies.holds_many(body)
        head = _head(request, survey, recent=not many)
        if many:
            return self._post_many(request, head, body, update=update)
        try:
            receipt = submit(head, bodies.one_response(body), via=Response.Via.REST, update=update)
        except bodies.BadShape as error:
            raise _refused([error.fault]) from error
        except Faulty as error:
            raise _refused(error.faults) from error
        status = 201 if receipt.fresh else 200
        return _reply(status, bodies.Created(receipt.id), Location=f"{request.path}{receipt.id}/")

    def _post_many(
        self, request: Request, head: Head, body: bytes, *, update: bool
    ) -> HttpResponse:
        try:
            items, bad = bodies.many_responses(body)
        except bodies.BadShape as error:
            raise _refused([error.fault]) from error
        if len(items) + len(bad) > MOST_IN_A_CALL:
            raise Problem(413, f"At most {MOST_IN_A_CALL} responses in a call. Send them in parts.")
        try:
            outcome = submit_many(
                head,
                items,
                via=Response.Via.REST,
                update=update,
                atomic=request.query_params.get("atomic") in YES,
                faults=[ItemFault(index, fault) for index, fault in bad],
            )
        except NothingTaken as error:
            faults = [
                Fault(("responses", found.index, *found.fault.path), found.fault.detail)
                for found in error.faults
            ]
            raise _refused(faults) from error
        return _reply(200, bodies.OutcomeOut.of(outcome))


class OneResponse(WorkspaceAPI):
    """One response."""

    actions_by_method = {**READ, "DELETE": Action.RESPONDENTS}

    @extend_schema(responses={200: bodies.schema_of(bodies.ResponseOut)})
    def get(self, request: Request, survey: int, pk: UUID) -> HttpResponse:
        """Read one response, without a name."""
        return _reply(200, bodies.ResponseOut.of(_one(survey, pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, survey: int, pk: UUID) -> HttpResponse:
        """Delete a response for good; its day is counted again."""
        delete_response(_one(survey, pk), by=member_of(request))
        return HttpResponse(status=204)


def _one(survey_id: int, pk: UUID) -> Response:
    return get_object_or_404(Response.objects.filter(survey_id=survey_id), pk=pk)


def _wants_update(request: Request) -> bool:
    given = request.query_params.get("on_conflict")
    if given not in (None, "update"):
        raise Problem(400, "on_conflict may be “update”, or left out.")
    return given is not None


def _page_size(request: Request) -> int:
    given = request.query_params.get("page_size", str(USUAL_PAGE))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given)):
        raise Problem(400, f"page_size is a number from 1 to {LARGEST_PAGE}.")
    return min(int(given), LARGEST_PAGE)


def _address(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    size = request.query_params.get("page_size")
    query = {"cursor": cursor} | ({"page_size": size} if size else {})
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
