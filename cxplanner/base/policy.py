"""The content policy of every reply."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentPolicy(CSPMiddleware):
    """Spells the usual policy once: redirects and JSON have no nonce and no words of their own."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_own = hasattr(request, "_csp_nonce") or any(
            name.startswith("_csp") for name in vars(response)
        )
        if is_own:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _usual())
        return response


@cache
def _usual() -> str:
    return build_policy()
