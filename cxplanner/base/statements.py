"""Hot statements, planned once per connection."""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def prepared(
    sql: LiteralString, params: Sequence[Any], *, binary: bool = False
) -> tuple[Any, ...] | None:
    """Run one server-side prepared statement and return its first row, or None.

    `binary` has its results sent as they are kept, which is worth it for large pieces of bytes.
    Only for the few statements of the hot path. Server-side binding for everything would break
    the history's context, which sends two commands in one string.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(raw).execute(sql, params, prepare=True, binary=binary)
        return cursor.fetchone() if cursor.description is not None else None


def array(values: Iterable[int | str | None]) -> str:
    """Write an array as PostgreSQL reads it, for a parameter or a COPY on the hot path.

    psycopg's own writer of lists looks at each element several times, in Python.
    """
    return f"{{{','.join([_element(value) for value in values])}}}"


def _element(value: int | str | None) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return "NULL" if value is None else str(value)


def copied(text: str) -> str:
    """Write a text as COPY reads it, for rows that are many and alike in most columns."""
    if text.isprintable() and "\\" not in text:
        return text
    return text.translate(_ESCAPED)


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
