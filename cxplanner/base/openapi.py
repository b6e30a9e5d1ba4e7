"""The OpenAPI document: what every operation shares is said once, here."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What in the body is wrong, each with a JSON pointer (RFC 6901).",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "current_version": {"type": "integer", "description": "Beside 412."},
        "current": {
            "type": "object",
            "description": "Beside 412: the thing as it is now, as GET shows it. Its ETag is sent.",
        },
    },
}
SAYS = {
    400: "The request is not valid; `errors` point into the body.",
    401: "No token, or one that is unknown, revoked or expired.",
    403: "The role or the token's scopes do not allow this.",
    404: "There is no such thing in the token's workspace.",
    406: "The API answers JSON.",
    409: "Not possible as things stand.",
    412: "It was changed since the version If-Match names.",
    413: "The body is too large.",
    415: "The API reads JSON.",
    422: "The Idempotency-Key was used with another body.",
    429: "The token's allowance of this minute is used up; see Retry-After.",
}
ALWAYS = (400, 401, 403, 404, 406, 429)
OF_METHOD = {
    "POST": (409, 413, 415, 422),
    "PUT": (409, 412, 413, 415),
    "PATCH": (409, 412, 413, 415),
    "DELETE": (409, 412, 413),
}
# A version of a thing is restored by POST, and yet as an edit that can come too late.
RESTORE = "/history/{id}/restore/"
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag you read; another edit since then answers 412.",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Repeating a call with its key within 24 hours gives the first reply again.",
}


class Operation(AutoSchema):
    """Adds to each operation its headers and its problems."""

    def _get_parameters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super()._get_parameters()
        if self.method == "POST":
            restores = [IF_MATCH] if self.path.endswith(RESTORE) else []
            found = [*found, IDEMPOTENCY_KEY, *restores]
        elif self.method in ("PUT", "PATCH", "DELETE"):
            found = [*found, IF_MATCH]
        return found

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        component = ResolvedComponent(  # type: ignore[no-untyped-call]  # the library is untyped
            name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem"
        )
        self.registry.register_on_missing(component)
        before_an_act: tuple[int, ...] = ()
        if self.path.endswith("/delete-for-good/"):
            before_an_act = (409,)
        elif self.path.endswith(RESTORE):
            before_an_act = (412,)
        for status in (*ALWAYS, *OF_METHOD.get(self.method, ()), *before_an_act):
            found.setdefault(
                str(status),
                {
                    "description": SAYS[status],
                    "content": {"application/problem+json": {"schema": component.ref}},
                },
            )
        return found

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]
