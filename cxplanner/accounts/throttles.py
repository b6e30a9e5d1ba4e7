"""Limits of the API by token and of public pages by address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from cxplanner.accounts.tokens import caller_of
from cxplanner.base.limits import Allowance, MinuteCounter, share

by_token = MinuteCounter()
by_address = MinuteCounter()


class PerToken(BaseThrottle):
    """So many calls a minute a token; the API base class writes the RateLimit headers."""

    allowance: Allowance | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        key = str(caller_of(request).token_id)
        limit = share(settings.TOKEN_REQUESTS_PER_MINUTE, settings.WEB_WORKERS)
        self.allowance = view.allowance = by_token.take(key, limit)
        return self.allowance.allowed

    def wait(self) -> float | None:
        return float(self.allowance.reset) if self.allowance else None


def limited_by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 429 to an address that sends more than its share to a public page."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limit = share(settings.PUBLIC_REQUESTS_PER_MINUTE, settings.WEB_WORKERS)
        allowance = by_address.take(str(request.META.get("REMOTE_ADDR")), limit)
        if allowance.allowed:
            return view(request, *args, **kwargs)
        headers = {**allowance.headers(), "Retry-After": str(allowance.reset)}
        return HttpResponse(
            "Too many requests.", status=429, content_type="text/plain", headers=headers
        )

    return limited
