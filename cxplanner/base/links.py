"""Addresses of pages that another part of the product owns."""

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: object, **query: Any) -> str:
    """Return a page's address by its URL name, or "" where no installed part owns it.

    Python never imports upward, but a page may lead anywhere. Empty query values are left out.
    """
    try:
        path = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    said = {key.rstrip("_"): value for key, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(said)}" if said else path
