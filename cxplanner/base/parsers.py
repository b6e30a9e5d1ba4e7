"""JSON as PostgreSQL can keep it: no NUL, no lone surrogates, no infinite numbers."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text} is too large")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class StrictJSON(JSONParser):
    """Parse a body; anything malformed is a 400 that says what is wrong."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read()
        try:
            found = json.loads(body, parse_float=_number, parse_constant=_no_constant)
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from error
        # Only an escape can smuggle in what PostgreSQL refuses; most bodies have none.
        if b"\\u" in body:
            _refuse_unstorable(found)
        return found


def _refuse_unstorable(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ParseError("The body holds a NUL or half of a surrogate pair in a text.")
    elif isinstance(value, dict):
        for key, part in value.items():
            _refuse_unstorable(key)
            _refuse_unstorable(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_unstorable(part)
