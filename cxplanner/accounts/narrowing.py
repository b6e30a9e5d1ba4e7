"""What narrows a list over REST: ids, words, choices, a search, what changed since."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Model, Q
from django.utils.dateparse import parse_datetime
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from cxplanner.base.problems import Problem
from cxplanner.base.refs import Ref

YES: Final = ("true", "1", "yes")
NO: Final = ("false", "0", "no")
ONLY: Final = "only"
LONGEST_SEARCH: Final = 200

Schema = Mapping[str, Any]
Parameters = Iterator[tuple[str, Schema, str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A query parameter: what it may hold, what it does in words, and how rows are narrowed."""

    schema: Schema
    words: str
    narrow: Callable[[Any, Any], Any]
    read: Callable[[str, str], Any] = lambda _name, given: given


def word(lookup: str, words: str) -> Narrowing:
    """Narrow by a text that stands in a column as it is given."""
    return Narrowing({"type": "string"}, words, lambda rows, given: rows.filter(**{lookup: given}))


def one_of(
    choices: Sequence[str], words: str, narrow: str | Callable[[Any, str], Any]
) -> Narrowing:
    """Narrow by one of a few words; `narrow` is the column that holds them, or does it."""

    def read(name: str, given: str) -> str:
        if given not in choices:
            raise Problem(400, f"{name} is one of {', '.join(choices)}.")
        return given

    schema = {"type": "string", "enum": list(choices)}
    if callable(narrow):
        return Narrowing(schema, words, narrow, read)
    return Narrowing(schema, words, lambda rows, given: rows.filter(**{narrow: given}), read)


def flag(narrow: Callable[[Any, bool], Any], words: str) -> Narrowing:
    """Narrow by yes or no."""
    return Narrowing({"type": "boolean"}, words, narrow, yes_or_no)


def about(words: str) -> Narrowing:
    """Narrow by the thing that rows are about."""

    def read(name: str, given: str) -> Ref:
        try:
            return Ref.parse(given)
        except ValueError as error:
            raise Problem(400, f"{name} names a thing by its kind and id, as goal:12.") from error

    def narrow(rows: Any, thing: Ref) -> Any:
        return rows.filter(about_kind=thing.kind, about_id=str(thing.id))

    return Narrowing({"type": "string"}, words, narrow, read)


def yes_or_no(name: str, given: str) -> bool:
    """Read true or false; anything else would be taken for the one or the other in silence."""
    if given.lower() in YES:
        return True
    if given.lower() in NO:
        return False
    raise Problem(400, f"{name} is true or false.")


def moment(name: str, given: str) -> datetime:
    """Read a time with its offset, in UTC: the database refuses the largest offsets."""
    try:
        found = parse_datetime(given.replace(" ", "+"))  # a plus sign that was not escaped
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Problem(400, f"{name} is a moment with its offset, as 2026-06-01T12:00:00+02:00.")


class Declared(BaseFilterBackend):
    """Narrows rows by what their resource declares, and hides archived ones unless asked for.

    `filters` (ids), `narrows` (anything else) and `searched` (texts) are the resource's.
    """

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        given = request.query_params
        for name, lookup in view.filters.items():
            if name in given:
                queryset = queryset.filter(**{lookup: _identity(name, given[name])})
        for name, narrowing in view.narrows.items():
            if name in given:
                queryset = narrowing.narrow(queryset, narrowing.read(name, given[name]))
        if view.searched and given.get("search"):
            queryset = queryset.filter(_holding(view.searched, given["search"]))
        if "updated_since" in given and dated(queryset.model):
            since = moment("updated_since", given["updated_since"])
            queryset = queryset.filter(updated_at__gte=since)
        return _living(queryset, given.get("archived"))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {"name": name, "in": "query", "schema": dict(schema), "description": words}
            for name, schema, words in _parameters(view)
        ]


def _parameters(view: Any) -> Parameters:
    for name in view.filters:
        yield name, {"type": "integer"}, f"Only those of this {name.replace('_', ' ')}, by its id."
    for name, narrowing in view.narrows.items():
        yield name, narrowing.schema, narrowing.words
    if view.searched:
        places = ", ".join(name.replace("_", " ") for name in view.searched)
        yield (
            "search",
            {"type": "string", "maxLength": LONGEST_SEARCH},
            f"Only those with these words in: {places}.",
        )
    if dated(view.queryset.model):
        schema = {"type": "string", "format": "date-time"}
        yield "updated_since", schema, "Only those changed from this moment on, with its offset."
    if archives(view.queryset.model):
        words = "`true` shows archived ones too, `only` nothing else."
        yield "archived", {"type": "string", "enum": ["true", "false", ONLY]}, words


def _living(queryset: Any, archived: str | None) -> Any:
    if not archives(queryset.model):
        return queryset
    if archived == ONLY:
        return queryset.filter(archived_at__isnull=False)
    if not archived or not _both("archived", archived):
        return queryset.filter(archived_at__isnull=True)
    return queryset


def _both(name: str, given: str) -> bool:
    try:
        return yes_or_no(name, given)
    except Problem as problem:
        raise Problem(400, f"{name} is true, false or {ONLY}.") from problem


def archives(model: type[Model]) -> bool:
    """Tell whether rows of this model are archived rather than deleted."""
    return hasattr(model, "archived_at")


def dated(model: type[Model]) -> bool:
    """Tell whether rows of this model say when they were changed."""
    return hasattr(model, "updated_at")


def _holding(columns: Sequence[str], words: str) -> Q:
    """Match every word, each in any of the columns."""
    if len(words) > LONGEST_SEARCH:  # each word looks through every column of every row
        raise Problem(400, f"search has at most {LONGEST_SEARCH} characters.")
    found = Q()
    for one in words.split():
        found &= reduce(or_, (Q(**{f"{name}__icontains": one}) for name in columns))
    return found


def _identity(name: str, given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise Problem(400, f"{name} is the id of a thing: a whole number.")
    return int(given)
