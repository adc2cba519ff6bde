"""Statements that the database reads and plans once for each connection, and then only runs.

PostgreSQL does so for prepared statements, which a pooler that hands a connection on between two
transactions may not know of; there the setting `database_prepares` turns it off.
"""

import re
from collections.abc import Container, Sequence
from typing import Any

from django.db import connection

_PLACE = re.compile("%s|%%")


def cursor() -> Any:
    """A cursor of the connection in use; what it executes is planned once, where that is on."""
    if not is_on():
        return connection.cursor()
    import psycopg

    made: Any = psycopg.Cursor(connection.connection)
    logged = connection.queries_logged
    return connection.make_debug_cursor(made) if logged else connection.make_cursor(made)


def is_on() -> bool:
    """Whether the database prepares statements on this connection."""
    connection.ensure_connection()
    return getattr(connection.connection, "prepare_threshold", None) is not None


def inlined(text: str, values: Sequence[Any], *, places: Container[int]) -> str:
    """A statement with its constants written into it: the values at `places` stay to be bound.

    Of a constant the database knows how rare it is, whichever values come with it.
    """
    from psycopg import sql

    given = enumerate(values)

    def written(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        position, value = next(given)
        if position in places:
            return "%s"
        return sql.Literal(value).as_string(connection.connection).replace("%", "%%")

    return _PLACE.sub(written, text)
