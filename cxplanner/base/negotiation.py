"""What a caller of the API accepts: JSON, or a 406."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class Negotiation(DefaultContentNegotiation):
    """Takes the header apart only where it says more than "anything" or "JSON"."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *_ = renderers
        if not format_suffix and request.META.get("HTTP_ACCEPT", "*/*") in (
            "*/*",
            first.media_type,
        ):
            return first, str(first.media_type)
        found: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return found
