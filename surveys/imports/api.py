"""`surveys/{id}/imports/` and `imports/{id}/` over REST: a file in, its state and errors out."""

import json
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request, is_form_media_type
from rest_framework.response import Response

from cxplanner.accounts.api import EDIT, READ, member_of
from cxplanner.accounts.narrowing import YES
from cxplanner.accounts.resources import Reads, Rows
from cxplanner.accounts.roles import Action
from cxplanner.base.problems import Problem
from cxplanner.base.sheets import csv_lines
from cxplanner.base.tables import Unreadable
from cxplanner.base.uploads import is_too_large, read_past
from surveys.design.models import Survey
from surveys.imports import services
from surveys.imports.mapping import Meaning, Unclear
from surveys.imports.models import AnswerImport
from surveys.imports.parsers import KINDS
from surveys.imports.selectors import flaws_as_rows
from surveys.imports.serializers import ImportSerializer

FILE = {"type": "string", "format": "binary"}
QUERY = [
    OpenApiParameter("name", str, description="Name of the file, where the body is the file."),
    OpenApiParameter(
        "mapping",
        str,
        description="JSON, also a field of the form: what the columns are. Without it the file"
        " waits, with a guess; PATCH says what they are.",
    ),
    OpenApiParameter("dry_run", bool, description="Check only; PATCH with `act: start` goes on."),
]


class Files(Rows):
    """Files of past answers sent to one survey.

    The body is the file itself or a form with `file`: CSV or XLSX, also packed with gzip, up to
    250 MB. `mapping` is `{"columns": {NAME: {"to": "question", "question": ID} | {"to": "time"} |
    {"to": "external_id"} | {"to": "touchpoint"} | {"to": "segment", "name": …} | {"to": "new",
    "name": …, "kind": "csat"}}, "time": {"order": "ymd" | "dmy" | "mdy" | "unix", "zone": …,
    "date": …}, "no_answer": ["0"], "keep_good": false}`. Sent twice, a file adds nothing.
    """

    queryset = AnswerImport.objects.defer("sample", "preview")
    serializer_class = ImportSerializer
    actions_by_method = {**READ, "POST": Action.EDIT}
    under = "survey"
    streams = True
    parser_classes = [MultiPartParser, *KINDS]

    @extend_schema(
        parameters=QUERY,
        request={
            "multipart/form-data": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": FILE, "mapping": {"type": "string"}},
            },
            **{kind.media_type: FILE for kind in KINDS},
        },
        responses={202: ImportSerializer},
    )
    def create(self, request: Request, **where: Any) -> Response:
        """Send a file."""
        survey: Survey = self.above()
        if is_too_large(request):
            read_past(request)
            raise Problem(413, services.too_large())
        data: Any = request.data
        file = data.get("file")
        if not hasattr(file, "temporary_file_path"):
            if not is_form_media_type(request.content_type):
                raise Problem(400, "The file is empty.")
            raise Problem(400, "The form has no file.", [{"pointer": "/file", "detail": "A file."}])
        by = member_of(request)
        with file:
            told = data.get("mapping") or request.query_params.get("mapping")
            meaning = _meaning(told) if told else None
            try:
                row = services.receive(
                    Path(file.temporary_file_path()),
                    plan=survey.plan,
                    survey=survey,
                    file_name=request.query_params.get("name") or str(file.name),
                    by=by,
                )
            except services.TooLarge as error:
                raise Problem(413, str(error)) from error
            except Unreadable as error:
                raise Problem(400, str(error)) from error
        if meaning is not None:
            row = services.say(row, meaning)
            only_check = request.query_params.get("dry_run") in YES
            row = services.check_file(row) if only_check else services.start(row, by=by)
        return self.shown(row, status.HTTP_202_ACCEPTED)


def _meaning(told: Any) -> Meaning:
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError) as error:
            raise Problem(400, "The mapping is not valid JSON.") from error
    try:
        return Meaning.of(told)
    except Unclear as error:
        raise Problem(400, str(error), [{"pointer": "/mapping", "detail": str(error)}]) from error


class OneFile(Reads):
    """One file: where it stands, what its columns are, and the end of it."""

    queryset = AnswerImport.objects.select_related("survey")
    serializer_class = ImportSerializer
    actions_by_method = EDIT

    def partial_update(self, request: Request, **where: Any) -> Response:
        """Say what the columns are, and have the file checked or brought in."""
        row = self.found()
        said = self.taken(request, partial=True)
        if "mapping" in said:
            row = services.say(row, _meaning(said["mapping"]))
        if said.get("act") == "check":
            row = services.check_file(row)
        elif said.get("act") == "start":
            row = services.start(row, by=member_of(request))
        return self.shown(row)

    def destroy(self, request: Request, **where: Any) -> Response:
        """Give a file up. One that is coming in leaves nothing; one that is in stays."""
        services.cancel(self.found())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Errors(Rows):
    """What is wrong with a file."""

    queryset = AnswerImport.objects.all()
    serializer_class = ImportSerializer
    actions_by_method = dict.fromkeys(("GET", "HEAD"), Action.EDIT)

    @extend_schema(
        responses={(200, "text/csv"): OpenApiResponse({"type": "string"}, "By row and column.")}
    )
    def retrieve(self, request: Request, **where: Any) -> HttpResponse:
        """Send the first 10,000 faults as a sheet; its last line says how many there are."""
        lines = csv_lines(flaws_as_rows(self.found()))
        return HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
