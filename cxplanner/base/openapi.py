"""The OpenAPI document: what every operation shares is said once, here."""

import re
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, get_doc

ABOUT = """\
Plans, goals, metrics and answers of a customer-experience strategy.

**Calls.** Send a token as `Authorization: Bearer cxp_…` and JSON as the body; paths of resources
end in `/`. A field nobody knows is refused. PATCH changes what it names, PUT all that can be said.

**Lists** come as `results`, with whole addresses of the `next` and the `previous` page; a page has
`page_size` rows, 200 at most. They are in the order in which things were made, so that a walk over
the pages loses none while others are added; the place people gave a thing is its `position`.
`updated_since` fetches what changed, with `archived=true` what was archived since, too.

**Archiving.** DELETE hides a thing and keeps it; `…/restore/` brings it back, `?archived=true`
shows it in lists and by its id. `…/history/` tells every act on a thing, `undo/` takes one back.

**Safe edits.** A thing's reply has an `ETag`: with it as `If-Match` an edit that comes too late is
412, with the thing as it is now. A POST with an `Idempotency-Key` may be repeated for 24 hours.

**Errors** are problem details (RFC 9457); each of `errors` has a JSON `pointer` into the body, ""
for the whole of it.

**Values.** A thing of any kind is named as `kind:id`, `touchpoint:12`. Days are those of the
workspace's clock, times carry an offset, null is no data and never 0. Segments are written as
`name=value`. An `owner` is a member's id or the plain name of somebody without an account.
"""

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
    422: "The Idempotency-Key was used for another call: another path or body.",
    429: "The token's allowance of this minute is used up; see Retry-After.",
}
ALWAYS = (400, 401, 403, 404, 406, 429)
OF_METHOD = {
    "POST": (409, 413, 415, 422),
    "PUT": (409, 412, 413, 415),
    "PATCH": (409, 412, 413, 415),
    "DELETE": (409, 412, 413),
}
# These are POSTs, and yet edits that can come too late.
EDITS = re.compile(r"/(?:history/\{\w+\}/restore|move|verify|redefine)/$")
ETAG = {
    "schema": {"type": "string"},
    "description": "The edit version of the thing, to be sent as If-Match.",
}
# What the five verbs do, where a resource says nothing of its own.
VERBS = {
    "list": "List {many}",
    "create": "Add one {one}",
    "retrieve": "Read one {one}",
    "update": "Replace what can be said of one {one}",
    "partial_update": "Change one {one}",
    "destroy": "Delete one {one}",
}
ARCHIVES = "Archive one {one}: it is hidden, kept, and brought back by restore/"
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
        for one in found:
            if one["in"] == "path":
                one["description"] = _of_path(one["name"])
        if self.method == "POST":
            edits = [IF_MATCH] if EDITS.search(self.path) else []
            found = [*found, IDEMPOTENCY_KEY, *edits]
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
        elif self.method == "POST" and EDITS.search(self.path):
            before_an_act = (412,)
        for status in (*ALWAYS, *OF_METHOD.get(self.method, ()), *before_an_act):
            found.setdefault(
                str(status),
                {
                    "description": SAYS[status],
                    "content": {"application/problem+json": {"schema": component.ref}},
                },
            )
        for made_or_read in {"200", "201"} & set(found):
            if self._answers_an_etag():
                found[made_or_read]["headers"] = {"ETag": ETAG}
        return found

    def get_summary(self) -> str:
        own = self._own_words()
        if own:
            return re.split(r"[.;:](?:\s|$)", own, maxsplit=1)[0].replace("`", "")
        view: Any = self.view
        model, action = view.queryset.model, view.action
        words = ARCHIVES if action == "destroy" and hasattr(model, "archived_at") else VERBS[action]
        many = self.path.rstrip("/").rpartition("/")[2].replace("-", " ")
        return words.format(one=model._meta.verbose_name, many=many)

    def _own_words(self) -> str:
        """Return what the operation says of itself; the five verbs mostly say nothing."""
        action = getattr(self.view, "action", None)
        words: str = get_doc(getattr(self.view, action or self.method.lower(), None))
        return words if words or action in VERBS else get_doc(type(self.view))

    def _answers_an_etag(self) -> bool:
        view: Any = self.view
        if not hasattr(getattr(getattr(view, "queryset", None), "model", None), "etag"):
            return False
        if self.method == "POST" and EDITS.search(self.path):
            return True
        is_read_or_made = view.action in ("create", "retrieve") and not self._own_words()
        return is_read_or_made or view.action in ("update", "partial_update")

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]


def _of_path(name: str) -> str:
    """Say which id a part of a path takes."""
    if name == "pgh_id":
        return "The id of a version, as the history lists it."
    return "Its id." if name == "id" else f"The id of the {name}."


def introduce(result: dict[str, Any], **around: Any) -> dict[str, Any]:
    """Put what all of the API shares before its operations."""
    result["info"]["description"] = ABOUT
    return result
