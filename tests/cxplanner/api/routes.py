"""Every route of the API as it is registered, so that a new resource is tested by being there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.fields import ListField
from rest_framework.relations import ManyRelatedField, RelatedField
from rest_framework.serializers import BaseSerializer, ListSerializer

PART = re.compile(r"<(\w+):(\w+)>")
NOBODY = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Route:
    """A path with `<int:name>` parts, its view class, and its methods with what each needs."""

    path: str
    view: Any
    needs: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return [name for _, name in PART.findall(self.path)]

    def at(self, **ids: Any) -> str:
        """Fill in ids; a part that takes a UUID gets one that nothing has."""
        return "/" + PART.sub(
            lambda part: NOBODY if part[1] == "uuid" else str(ids[part[2]]), self.path
        )

    def model_of(self, name: str) -> Any:
        """Return the model whose id this part of the path takes."""
        kept = getattr(self.view, "kept", None)
        if kept is not None:  # a history names the thing it is about, then one of its versions
            return kept.model
        rows: Any = self.view.queryset.model
        if name == "pk":
            return rows
        return rows._meta.get_field(name).related_model


def routes() -> list[Route]:
    found = []
    for path, callback in _patterns(get_resolver().url_patterns, ""):
        view: Any = getattr(callback, "cls", None)
        if not path.startswith("api/v1/") or not hasattr(view, "actions_by_method"):
            continue
        declared = getattr(callback, "initkwargs", {}).get("actions_by_method")
        has: dict[str, str] | None = getattr(callback, "actions", None)
        methods = [name.upper() for name in (has or _own(view))]
        needs = declared or view.actions_by_method
        found.append(Route(path, view, {name: needs.get(name) for name in methods}))
    return found


def _own(view: Any) -> list[str]:
    return [name for name in view.http_method_names if hasattr(view, name) and name != "options"]


def _patterns(patterns: list[Any], start: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def references(serializer: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Walk a serializer's writable references to rows, nested ones too, with their pointers."""
    for name, field in serializer.fields.items():
        many = isinstance(field, ListSerializer)
        inner = field.child if many else field
        here = (*path, name, "0") if many else (*path, name)
        if field.read_only:
            continue
        if isinstance(inner, ListField) and isinstance(inner.child, RelatedField):
            yield "/" + "/".join((*here, "0")), inner.child
        elif isinstance(inner, RelatedField | ManyRelatedField):
            yield "/" + "/".join(here), inner
        elif isinstance(inner, BaseSerializer):
            yield from references(inner, here)
