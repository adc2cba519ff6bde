"""DuckDB, embedded and confined: it sees the files of one holding and nothing else.

The order of the settings matters: a setting that needs the file system comes before external
access goes, and the lock comes last. DuckDB cannot open a folder for reading only, so that a
file system sandbox around the process is what keeps sources unwritten.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes, typed
from muniment.dataplane.engines import sources
from muniment.dataplane.spec.holding import Format, Holding, Table

if TYPE_CHECKING:  # importing an engine takes longer than most commands
    import duckdb

MEMORY_LIMIT = "1GB"


def open(
    holding: Holding,
    *,
    folder: Path,
    out: Path | None = None,
    spill: Path | None = None,
    memory_limit: str = MEMORY_LIMIT,
    threads: int = 2,
) -> "duckdb.DuckDBPyConnection":
    """A connection on which each table of the holding is a view with typed columns.

    `out` is a folder it may write to; `spill` one for what does not fit into memory (without it
    nothing is ever spilled). Use it with `with`. Raises `faults.Faulty` where a file is absent,
    a link, or has another header than declared.
    """
    import duckdb

    files = {table.name: sources.locate(folder, table) for table in holding.tables}
    connection = duckdb.connect(":memory:", config={"allow_persistent_secrets": False})
    try:
        _confine(connection, [*files.values()], out, spill, memory_limit, threads)
        for table in holding.tables:
            _register(connection, table, files[table.name])
    except duckdb.Error:
        connection.close()
        message = f"The files of {holding.title} cannot be read; run a holding check on them."
        raise sources.refused("unreadable", message) from None
    except BaseException:
        connection.close()
        raise
    return connection


def answer(
    connection: "duckdb.DuckDBPyConnection",
    tree: exp.Expression,
    *,
    bound: Mapping[str, object] | None = None,
) -> list[tuple[object, ...]]:
    """All rows of a query. Raises `faults.Faulty` without the engine's words: they quote cells."""
    import duckdb

    try:
        return connection.execute(nodes.sql(tree), dict(bound or {})).fetchall()
    except duckdb.Error as error:
        kind = type(error).__name__
        message = f"The engine stopped ({kind}); run a holding check on the data."
        raise sources.refused("engine", message) from None


def raw(table: Table, path: Path) -> exp.Expression:
    """The table function that reads a file as it is, under the alias `raw`."""
    if table.format is Format.PARQUET:
        reading = nodes.call("read_parquet", nodes.text(str(path)))
    else:
        reading = nodes.call("read_csv", nodes.text(str(path)), *_csv_options(table))
    return exp.Table(this=reading, alias=exp.TableAlias(this=nodes.name(typed.RAW)))


# Never typed by anyone, so no cell is taken for missing before `typed` looks at it.
_NO_MISSING_VALUE = "\N{INFORMATION SEPARATOR ONE}\N{INFORMATION SEPARATOR FOUR}"


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
        nodes.option("nullstr", exp.Array(expressions=[nodes.text(_NO_MISSING_VALUE)])),
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
        ("threads", threads),
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
    if table.format is Format.CSV:
        declared = [field.name for field in table.fields]
        if sources.csv_header(path) != declared:
            message = f"The header of {table.path} is not the one its descriptor declares."
            raise sources.refused("wrong-header", message)
    view = exp.Create(
        this=exp.Table(this=nodes.name(table.name)),
        kind="VIEW",
        expression=typed.rows(table, raw(table, path)),
    )
    connection.execute(nodes.sql(view))
