"""One port, several engines: they run what `compile` wrote and answer alike.

What goes in is a sqlglot tree, never text: a question (SELECT), a table to keep (CREATE TABLE …
AS), cells to blank (UPDATE), rows to write out (COPY). Each engine says it in its own words
and may do it in its own way. Embedded (DuckDB) is the default; Spark is for data that outgrow one
machine.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias, runtime_checkable

if TYPE_CHECKING:  # slow imports
    import pyarrow
    from sqlglot import exp

    from muniment.dataplane.spec.holding import Holding

    Columns: TypeAlias = pyarrow.Table | pyarrow.RecordBatchReader
    """Rows column by column, at once or some at a time."""

MEMORY_LIMIT = "1GB"
_LIMIT = re.compile(r"[1-9][0-9]{0,6}(MB|GB|TB)")


class Kind(StrEnum):
    """Where the work is done."""

    EMBEDDED = "embedded"
    SPARK = "spark"


@dataclass(frozen=True, slots=True)
class Setting:
    """Which engine, and what it may take.

    `master` is Spark's, `local[2]` or `spark://host:port`; `secret` is a file with the secret that
    such a master wants of its callers. The memory limit is then that of each process.
    Raises `ValueError` for a memory limit that is no whole number of MB, GB or TB.
    """

    kind: Kind = Kind.EMBEDDED
    memory_limit: str = MEMORY_LIMIT
    threads: int = 2
    master: str = "local[2]"
    secret: Path | None = None

    def __post_init__(self) -> None:
        if not _LIMIT.fullmatch(self.memory_limit):
            raise ValueError("Write the memory limit as a whole number and MB, GB or TB: 512MB.")


EMBEDDED = Setting()


@runtime_checkable
class Engine(Protocol):
    """One holding, open. Use it with `with`; whatever it kept is gone afterwards.

    Tables of the holding and tables it keeps share one set of names.
    """

    @property
    def dialect(self) -> str:
        """Which SQL `text` writes."""

    def text(self, tree: "exp.Expression") -> str:
        """The statement as it is run, for the receipt; bound values are not in it."""

    def answer(
        self, tree: "exp.Expression", *, bound: Mapping[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        """Do what the tree says and return its rows, none for a statement that has none.

        Raises `faults.Faulty`, without the engine's own words: they quote cells.
        """

    def few(self, table: str, column: str) -> "exp.DataType":
        """What to cast a column of few different texts to, so that rows take less room.

        It holds the same values in the same order; text itself where the engine has nothing better.
        """

    def write(self, copy: "exp.Copy", *, few: Sequence[str] = ()) -> None:
        """Write the file of a COPY; `few` are its columns of few different texts, if any.

        The file is the same whichever engine writes it.
        """

    def column(self, tree: "exp.Expression") -> "pyarrow.Array":
        """The only column of a query; raises like `answer`."""

    def columns(self, tree: "exp.Expression") -> "pyarrow.Table":
        """All of a query's rows, column by column, for more than Python objects are good for."""

    def bring(self, name: str, columns: "Columns") -> None:
        """Keep values that were made in Python under `name`; they are never SQL text."""

    def interrupt(self) -> None:
        """Break off what is running, from another thread."""

    def progress(self) -> float | None:
        """Percent of what is running, from another thread; None when the engine cannot tell."""

    def close(self) -> None:
        """Give everything up; may be called twice."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: object) -> None: ...


def open(
    holding: "Holding",
    *,
    folder: Path,
    setting: Setting = EMBEDDED,
    out: Path | None = None,
    spill: Path | None = None,
    asked: Mapping[str, int] | None = None,
) -> Engine:
    """The holding in `folder`, behind the engine that the setting names.

    `out` is where it may write results; `spill` is for what does not fit into memory, and Spark
    cannot do without; `asked` tells how many columns of which tables will be kept. Raises
    `faults.Faulty` where the holding's files cannot be read.
    """
    if setting.kind is Kind.SPARK:
        from muniment.dataplane.engines import spark

        if spill is None:
            raise ValueError("Spark needs a folder of its own for what it keeps.")
        return spark.open(holding, folder=folder, private=spill, setting=setting)
    from muniment.dataplane.engines import duckdb

    connection = duckdb.open(
        holding,
        folder=folder,
        out=out,
        spill=spill,
        memory_limit=setting.memory_limit,
        threads=setting.threads,
        asked=asked,
    )
    return duckdb.Embedded(connection)
