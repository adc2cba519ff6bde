"""What an engine is given of memory, and where DuckDB's tables lie when that is too little."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.spec.holding import Table

if TYPE_CHECKING:
    import duckdb

MEGABYTES = {"MB": 1, "GB": 1000, "TB": 1_000_000}
MEGABYTES_A_THREAD = 125
"""What DuckDB's own manual asks for."""
TIMES_IN_MEMORY = 4
"""How much room the rows of a compressed file take, roughly."""
KEPT, KEPT_FILE = "kept", "kept.db"
ROWS_KEPT = 20_480
"""In a group of rows, which is put together in memory."""


def threads(wanted: int, memory_limit: str) -> int:
    """Fewer threads where memory is short: each holds buffers of its own, whatever the limit."""
    return max(1, min(wanted, megabytes(memory_limit) // MEGABYTES_A_THREAD))


def outgrow(
    tables: Sequence[Table],
    files: Mapping[str, Path],
    memory_limit: str,
    asked: Mapping[str, int] | None,
) -> bool:
    """Whether what is asked of the tables is more than fits, by the sizes of their files.

    `asked` is how many columns of which table; None for all.
    """
    held = 0.0
    for table in tables:
        columns = len(table.fields) if asked is None else asked.get(table.name, 0)
        held += files[table.name].stat().st_size * columns / len(table.fields)
    return TIMES_IN_MEMORY * held > megabytes(memory_limit) * 1_000_000


def keep_on_disk(connection: "duckdb.DuckDBPyConnection", spill: Path) -> None:
    """Tables that are kept lie in a file: its blocks leave memory whenever room is wanted.

    Those of tables in memory are spilled too, but not while other statements need the room.
    """
    file = exp.Alias(this=nodes.text(str(spill.resolve() / KEPT_FILE)), alias=nodes.name(KEPT))
    few = exp.AttachOption(this=nodes.word("ROW_GROUP_SIZE"), expression=nodes.number(ROWS_KEPT))
    connection.execute(nodes.sql(exp.Attach(this=file, expressions=[few])))
    connection.execute(nodes.sql(exp.Use(this=exp.Table(this=nodes.name(KEPT)))))


def megabytes(memory_limit: str) -> int:
    """The limit as a setting writes it."""
    return int(memory_limit[:-2]) * MEGABYTES[memory_limit[-2:]]
