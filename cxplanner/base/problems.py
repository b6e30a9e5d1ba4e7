"""Every error of the API is an RFC 9457 problem with pointers into the body that caused it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import IntegrityError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from psycopg.errors import UniqueViolation
from rest_framework import exceptions, status
from rest_framework.utils.encoders import JSONEncoder

from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale

Pointed = dict[str, str]


class Problem(exceptions.APIException):
    """An error with its own status, and pointers where there is a body to point into."""

    def __init__(self, status_code: int, detail: str, errors: Sequence[Pointed] = ()) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.errors = list(errors)


def pointer(parts: Iterable[str | int]) -> str:
    """Write a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def reply(
    status_code: int,
    detail: str,
    errors: Sequence[Pointed] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """Build an application/problem+json response."""
    title = status_title(status_code)
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status_code}
    body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    return HttpResponse(
        json.dumps(body | more, cls=JSONEncoder),
        status=status_code,
        content_type="application/problem+json",
        headers=dict(headers or {}),
    )


def status_title(status_code: int) -> str:
    return HttpResponse(status=status_code).reason_phrase


def _flatten(detail: Any, path: tuple[str | int, ...] = ()) -> list[Pointed]:
    """Turn DRF's nested error details into pointers."""
    if isinstance(detail, Mapping):
        found = []
        for key, value in detail.items():
            whole = key in ("non_field_errors", NON_FIELD_ERRORS)
            found += _flatten(value, path if whole else (*path, key))
        return found
    if isinstance(detail, list) and any(isinstance(part, Mapping | list) for part in detail):
        return [e for index, part in enumerate(detail) for e in _flatten(part, (*path, index))]
    if isinstance(detail, list):
        return [{"pointer": pointer(path), "detail": str(part)} for part in detail]
    return [{"pointer": pointer(path), "detail": str(detail)}]


def _invalid(error: ModelInvalid) -> list[Pointed]:
    if hasattr(error, "error_dict"):
        return _flatten(error.message_dict)
    return [{"pointer": "", "detail": message} for message in error.messages]


def handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Answer an exception of an API view; None lets an unforeseen one become a 500."""
    return _of_body(error) or _of_thing(error)


def _of_body(error: Exception) -> HttpResponse | None:
    match error:
        case Problem():
            return reply(error.status_code, str(error.detail), error.errors)
        case exceptions.ValidationError():
            return reply(400, "The body is not valid.", _flatten(error.detail))
        case ModelInvalid():
            return reply(400, "The body is not valid.", _invalid(error))
        case RequestDataTooBig():
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
            return reply(413, f"The body is larger than {most} MB. Send it in parts.")
    return None


def _of_thing(error: Exception) -> HttpResponse | None:
    match error:
        case Stale():
            return _late(error)
        case Http404() | exceptions.NotFound():
            return reply(404, "There is no such thing here.")
        case PermissionDenied():
            return reply(403, str(error) or "Your role or token does not allow this.")
        case Refused():
            return reply(409, str(error))
        case IntegrityError(__cause__=UniqueViolation()):
            return reply(409, "Somebody else wrote the same at the same moment.")
        case ProtectedError() | RestrictedError():
            return reply(409, "Other things still use it.")
        case exceptions.APIException():
            return _of_framework(error)
    return None


def _late(error: Stale) -> HttpResponse:
    now: dict[str, Any] = {"current_version": error.row.version}
    if error.current is not None:
        now["current"] = error.current
    return reply(412, error.detail, headers={"ETag": error.row.etag}, **now)


def _of_framework(error: exceptions.APIException) -> HttpResponse:
    headers = {}
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
    if error.status_code == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return reply(error.status_code, str(error.detail), headers=headers)


def outside_views(status_code: int, detail: str, request: HttpRequest) -> HttpResponse | None:
    """Answer an API path that reached no view; None leaves other paths to their pages."""
    return reply(status_code, detail) if request.path.startswith("/api/") else None
