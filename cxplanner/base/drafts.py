"""Tells a browser which words are saved, so that it forgets the draft it kept of them."""

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "saved"
FIELD = "draft"
_LONGEST = 300
_SECONDS = 60


class SavedDrafts:
    """Names the draft of a form whose act went through, in a cookie that static/js/drafts.js reads.

    Only a redirect by a view says so: an ended session, a fault and a conflict do not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in {302, 303}:
            name = request.POST.get(FIELD, "")[:_LONGEST]
            if name and hasattr(request, "member"):
                response.set_cookie(
                    COOKIE,
                    quote(name, safe=""),
                    max_age=_SECONDS,
                    secure=settings.SESSION_COOKIE_SECURE,
                    samesite="Lax",
                )
        return response
