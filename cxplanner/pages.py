"""Pages no feature owns: errors outside views, and the API's description of itself."""

import json
from functools import cache
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView

from cxplanner.accounts import selectors
from cxplanner.accounts.access import MayNot, public
from cxplanner.accounts.roles import ALLOWED, Role
from cxplanner.base.problems import outside_views

MANY_WORDS = 3  # more than these are worth giving back when a form is refused


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that no view should see, as one for a host we are not."""
    problem = outside_views(400, "The request is not valid.", request)
    return problem or defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a page that the role does not open: say which roles do, and who can give one."""
    problem = outside_views(403, "Your role or token does not allow this.", request)
    if problem:
        return problem
    context: dict[str, Any] = {}
    if isinstance(exception, MayNot):
        context["member"] = exception.member
        context["roles"] = [role.label for role in Role if exception.action in ALLOWED[role]]
        context["owners"] = selectors.owners(exception.member.workspace)[:3]
    return render(request, "403.html", context, status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid CSRF token, and give back the words typed into it."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    typed = (request.POST.getlist(name) for name in request.POST if "password" not in name)
    words = [value for values in typed for value in values if len(value.split()) > MANY_WORDS]
    return render(request, "403_csrf.html", {"back": back, "words": words}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that leads nowhere, or into another workspace."""
    problem = outside_views(404, "There is no such path. Paths of resources end in /.", request)
    return problem or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a failure of ours; the log says which."""
    problem = outside_views(500, "Something failed here. It has been noted.", request)
    return problem or defaults.server_error(request)


@cache
def _document() -> bytes:
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    return json.dumps(schema, ensure_ascii=False).encode()


@public
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe the API as OpenAPI 3.1."""
    return HttpResponse(_document(), content_type="application/json")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library is untyped
    """Says in the document how a caller proves who it is."""

    target_class = "cxplanner.accounts.tokens.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "cxp_…"}


# Swagger UI brings one style element of its own; its scripts come from files.
api_docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(
        url_name="openapi", authentication_classes=[], throttle_classes=[]
    )
)
