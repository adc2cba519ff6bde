"""DuckDB, embedded and confined: it sees the files of one holding and nothing else.

The order of the settings matters: a setting that needs the file system comes before external
access goes, and the lock comes last. DuckDB cannot open a folder for reading only, so that a
file system sandbox around the process is what keeps sources unwritten.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes, typed
from muniment.dataplane.engines import few as fews
from muniment.dataplane.engines import memory, sources
from muniment.dataplane.engines.closing import Closing
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Format, Holding, Table

if TYPE_CHECKING:  # importing an engine takes longer than most commands
    import duckdb
    import pyarrow

MEMORY_LIMIT = engines.MEMORY_LIMIT
"""What the kernel says of a full disk; the engine passes it on inside its own words."""


def open(
    holding: Holding,
    *,
    folder: Path,
    out: Path | None = None,
    spill: Path | None = None,
    memory_limit: str = MEMORY_LIMIT,
    threads: int = 2,
    asked: Mapping[str, int] | None = None,
) -> "duckdb.DuckDBPyConnection":
    """A connection on which each table of the holding is a view with typed columns.

    `out` is a folder it may write to; `spill` one for what does not fit into memory (without it
    nothing is ever spilled). `asked` is how many columns of which table will be kept; without it,
    all. Use it with `with`. Raises `faults.Faulty` where a file is absent, a link, or has another
    header than declared.
    """
    import duckdb

    files = {table.name: sources.locate(folder, table) for table in holding.tables}
    connection = duckdb.connect(":memory:", config={"allow_persistent_secrets": False})
    try:
        if spill is not None and memory.outgrow(holding.tables, files, memory_limit, asked):
            memory.keep_on_disk(connection, spill)
        _confine(connection, [*files.values()], out, spill, memory_limit, threads)
        for table in holding.tables:
            _register(connection, table, files[table.name])
    except duckdb.Error:
        connection.close()
        raise sources.unreadable(holding) from None
    except BaseException:
        connection.close()
        raise
    return connection


class Embedded(Closing):
    """The port over a connection."""

    dialect = "duckdb"

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection
        self._few: dict[tuple[str, str], exp.DataType] = {}

    def text(self, tree: exp.Expression) -> str:
        """The statement as DuckDB reads it."""
        return nodes.sql(tree)

    def answer(
        self, tree: exp.Expression, *, bound: Mapping[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        """Every kind of statement is one that DuckDB runs as it is."""
        return answer(self._connection, tree, bound=bound)

    def few(self, table: str, column: str) -> exp.DataType:
        """A type that lasts as long as the connection, made once."""
        import duckdb

        try:
            if (table, column) not in self._few:
                name = f"few of column {len(self._few)}"
                self._few[table, column] = fews.of_column(
                    self._connection, name, table=table, column=column
                )
        except duckdb.Error as error:
            raise _stopped(error) from None
        return self._few[table, column].copy()

    def write(self, copy: exp.Copy, *, few: Sequence[str] = ()) -> None:
        """Columns of few texts are told by numbers until they are in the file."""
        _write(self._connection, copy, few)

    def column(self, tree: exp.Expression) -> "pyarrow.Array":
        """Straight from the engine's own buffers."""
        return sources.only(self.columns(tree))

    def columns(self, tree: exp.Expression) -> "pyarrow.Table":
        """The same for all columns; those of few texts as plain text."""
        import duckdb

        try:
            return fews.as_text(self._connection.sql(nodes.sql(tree)).to_arrow_table())
        except duckdb.Error as error:
            raise _stopped(error) from None

    def bring(self, name: str, columns: "engines.Columns") -> None:
        """Registered under a name of its own, since a copy must not read and write one name."""
        source = name + " brought"
        self._connection.register(source, columns)
        try:
            self.answer(nodes.kept(name, nodes.star(source)))
        finally:
            self._connection.unregister(source)

    def interrupt(self) -> None:
        """May come from any thread."""
        self._connection.interrupt()

    def progress(self) -> float | None:
        """DuckDB says -1 where it cannot tell yet."""
        percent = self._connection.query_progress()
        return percent if percent >= 0 else None

    def close(self) -> None:
        """Temporary tables go with the connection."""
        self._connection.close()


def answer(
    connection: "duckdb.DuckDBPyConnection | engines.Engine",
    tree: exp.Expression,
    *,
    bound: Mapping[str, object] | None = None,
) -> list[tuple[object, ...]]:
    """All rows of a query, of a connection or of any engine that is open in its place.

    Raises `faults.Faulty` without the engine's words: they quote cells.
    """
    import duckdb

    if isinstance(connection, engines.Engine):
        return connection.answer(tree, bound=bound)
    try:
        return connection.execute(nodes.sql(tree), dict(bound or {})).fetchall()
    except duckdb.Error as error:
        raise _stopped(error) from None


def _write(connection: "duckdb.DuckDBPyConnection", copy: exp.Copy, few: Sequence[str]) -> None:
    import duckdb

    try:
        with fews.told(connection, copy, few) as told:
            connection.execute(nodes.sql(told))
    except duckdb.Error as error:
        raise _stopped(error) from None


def _stopped(error: Exception) -> faults.Faulty:
    kind = type(error).__name__
    if kind == "OutOfMemoryException":
        message = "The memory limit is too small for this; give a larger one, or use Spark."
        return sources.refused("memory-limit", message)
    if any(full in str(error) for full in sources.FULL):
        return sources.no_room()
    message = f"The engine stopped ({kind}); run a holding check on the data."
    return sources.refused("engine", message)


def copied(
    files: Sequence[Path], copy: exp.Copy, *, target: Path, spill: Path, few: Sequence[str] = ()
) -> None:
    """Do a COPY with the rows of Parquet files, in their order, in place of its query.

    For rows that another engine worked out: the file is as if this one had.
    """
    import duckdb

    listed = exp.Array(expressions=[nodes.text(str(file)) for file in files])
    rows = exp.Table(this=nodes.call("read_parquet", listed))
    again = copy.copy()
    again.set("this", exp.Subquery(this=nodes.select([exp.Star()], source=rows)))
    with duckdb.connect(":memory:", config={"allow_persistent_secrets": False}) as connection:
        _confine(connection, [*files], target.parent, spill, MEMORY_LIMIT, 2)
        _write(connection, again, few)


def raw(table: Table, path: Path) -> exp.Expression:
    """The table function that reads a file as it is, under the alias `raw`."""
    if table.format is Format.PARQUET:
        reading = nodes.call("read_parquet", nodes.text(str(path)))
    else:
        reading = nodes.call("read_csv", nodes.text(str(path)), *_csv_options(table))
    return exp.Table(this=reading, alias=exp.TableAlias(this=nodes.name(typed.RAW)))


def _csv_options(table: Table) -> list[exp.Expression]:
    columns = [
        exp.PropertyEQ(this=nodes.text(field.name), expression=nodes.text("VARCHAR"))
        for field in table.fields
    ]
    return [
        nodes.option("auto_detect", exp.false()),
        nodes.option("header", exp.true()),
        nodes.option("delim", nodes.text(",")),
        nodes.option("quote", nodes.text('"')),
        nodes.option("escape", nodes.text('"')),
        nodes.option("strict_mode", exp.true()),
        nodes.option("nullstr", exp.Array(expressions=[nodes.text(sources.NO_MISSING_VALUE)])),
        nodes.option("columns", exp.Struct(expressions=columns)),
    ]


def _confine(
    connection: "duckdb.DuckDBPyConnection",
    files: list[Path],
    out: Path | None,
    spill: Path | None,
    memory_limit: str,
    threads: int,
) -> None:
    folders = [str(folder.resolve()) for folder in (out, spill) if folder is not None]
    settings: list[tuple[str, object]] = [
        ("allow_community_extensions", False),
        ("autoinstall_known_extensions", False),
        ("autoload_known_extensions", False),
        ("python_enable_replacements", False),
        ("python_scan_all_frames", False),
        ("temp_directory", "" if spill is None else str(spill.resolve())),
        ("memory_limit", memory_limit),
        ("threads", memory.threads(threads, memory_limit)),
        ("TimeZone", "UTC"),
        ("allowed_paths", [str(file) for file in files]),
        ("allowed_directories", folders),
        ("enable_external_access", False),
        ("lock_configuration", True),
    ]
    for setting, value in settings:
        connection.execute(nodes.sql(_set(setting, value)))


def _set(setting: str, value: object) -> exp.Expression:
    if isinstance(value, list):
        node: exp.Expression = exp.Array(expressions=[nodes.text(each) for each in value])
    elif isinstance(value, bool | int | str):
        node = nodes.literal(value)
    else:
        raise TypeError("A setting is true or false, a number, text or a list of text.")
    assigned = exp.EQ(this=nodes.name(setting), expression=node)
    return exp.Set(expressions=[exp.SetItem(this=assigned)])


def _register(connection: "duckdb.DuckDBPyConnection", table: Table, path: Path) -> None:
    sources.check_header(table, path)
    view = exp.Create(
        this=exp.Table(this=nodes.name(table.name)),
        kind="VIEW",
        expression=typed.rows(table, raw(table, path), native=sources.native_columns(table, path)),
    )
    connection.execute(nodes.sql(view))
