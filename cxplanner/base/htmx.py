"""Decide once between a whole page and its fragment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that has passed django-htmx's middleware."""

    htmx: HtmxDetails


def in_page(request: HttpRequest) -> bool:
    """Tell whether htmx asked from inside a page; boosted links and history need all of it."""
    htmx: HtmxDetails = getattr(request, "htmx")  # noqa: B009  # set by django-htmx, unknown to HttpRequest
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    template: str,
    partial: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or only its `partial` for an in-page htmx request."""
    name = f"{template}#{partial}" if in_page(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
