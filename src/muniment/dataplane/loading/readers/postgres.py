"""Tables of a PostgreSQL, in one read-only transaction that sees one state of them all.

The address comes from an environment variable whose name is on the command line. Neither it nor
the server's words, which may repeat it, are ever shown.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from muniment.dataplane import refusals
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.readers import chunks
from muniment.dataplane.loading.wanted import Wanted

if TYPE_CHECKING:
    import psycopg

PATIENCE = 10  # seconds for a connection


def connect(variable: str, *, environment: Mapping[str, str]) -> "psycopg.Connection":
    """Raises `Refused` (no-source) where there is no address or no server answers at it."""
    import psycopg

    address = environment.get(variable)
    if not address:
        message = f"The environment variable {variable} must hold the database's address."
        raise refusals.refused("no-source", message)
    try:
        connection = psycopg.connect(address, connect_timeout=PATIENCE)
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET LOCAL DateStyle = 'ISO, YMD'")
        return connection
    except psycopg.Error as error:
        reason = type(error).__name__
        message = f"The database that {variable} names does not answer ({reason})."
        raise refusals.refused("no-source", message) from None


def read(
    connection: "psycopg.Connection", name: str, table: Wanted, notes: Notes
) -> Iterator[chunks.Chunk]:
    """`name` is a table or view, with or without its schema. Row 1 is the first it gives."""
    import psycopg
    from psycopg import sql

    row = 0
    try:
        source = sql.Identifier(*name.split("."))
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(source))
            header = [column.name for column in cursor.description or []]
        places = chunks.positions(header, table, notes, file=name)
        if places is None:
            return
        listed = sql.SQL(", ").join(sql.Identifier(column) for column in places)
        with connection.cursor(name="muniment") as cursor:
            cursor.itersize = chunks.ROWS
            cursor.execute(sql.SQL("SELECT {} FROM {}").format(listed, source))
            while records := cursor.fetchmany(chunks.ROWS):
                rows = range(row + 1, row + 1 + len(records))
                row += len(records)
                columns = zip(*records, strict=True)
                cells = [[chunks.text(value) for value in column] for column in columns]
                yield chunks.Chunk(rows, dict(zip(places, cells, strict=True)))
    except psycopg.Error as error:
        reason = type(error).__name__
        message = f"The database does not give this table ({reason})."
        notes.fault("unreadable", message, table=table.name, row=row + 1, file=name)
