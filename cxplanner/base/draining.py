"""Reads what a refused request still sends: left with it, the web server drops the connection."""

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Beyond this it is cheaper for both sides to begin a new connection.
MOST = 1024**2


class Drained:
    """A refusal is often known before the body was looked at; the caller's next call waits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        with suppress(OSError):  # whoever sent it is gone
            request.read(MOST)
        return response
