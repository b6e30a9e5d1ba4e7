"""Refuses any view that does not say who may see it, then checks and scopes it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from cxplanner.accounts.access import Open, access_of, require
from cxplanner.accounts.models import Membership, User
from cxplanner.base import tenancy


class AccessMiddleware:
    """The one gate of pages: access is declared on the view, a stranger's workspace is 404.

    What stands in a workspace is for no cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with tenancy.workspace_scope(None), timezone.override(None):
            response = self.get_response(request)
        if hasattr(request, "member"):
            # Who goes back sees what stands there now: not what a cell held before it was typed
            # into, and nothing at all once signed out.
            response.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        access = access_of(view)
        if access is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} declares no access")
        if access is Open.TOKEN:
            return None
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _speak_to(request.user)
        if access is Open.PUBLIC:
            return None
        if not request.user.is_authenticated:
            return _sign_in(request)
        if isinstance(access, Open):
            return None
        member = (
            Membership.objects.select_related("workspace", "user")
            .filter(user=request.user, workspace__slug=kwargs.pop("workspace"))
            .first()
        )
        if member is None:
            raise Http404
        require(member, access)
        request.member = member  # type: ignore[attr-defined]  # MemberRequest, from here on
        tenancy.enter_workspace(member.workspace_id)
        timezone.activate(member.workspace.zone)
        return None


def _speak_to(user: User | AnonymousUser) -> None:
    """Answer in the language a person chose; without a choice the browser's stands."""
    if user.is_authenticated and user.language:
        translation.activate(user.language)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """Send a page to the sign-in; tell a live part of a page to go there as a whole."""
    if request.headers.get("HX-Request"):
        return HttpResponse(
            status=401,
            headers={
                "HX-Redirect": redirect_to_login(request.headers.get("HX-Current-URL", "/"))[
                    "Location"
                ]
            },
        )
    return redirect_to_login(_page_of(request))


def _page_of(request: HttpRequest) -> str:
    """Return the address to come back to: of what was sent, the page its form stood on."""
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    if request.method in {"GET", "HEAD"} or not is_ours:
        return request.get_full_path()
    return urlsplit(back)._replace(scheme="", netloc="", fragment="").geturl()
