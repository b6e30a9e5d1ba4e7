"""Hot statements, planned once per connection."""

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def prepared(sql: LiteralString, params: Sequence[Any]) -> tuple[Any, ...] | None:
    """Run one server-side prepared statement and return its first row, or None.

    Only for the few statements of the hot path. Server-side binding for everything would break
    the history's context, which sends two commands in one string.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors:
        return psycopg.Cursor(raw).execute(sql, params, prepare=True).fetchone()
