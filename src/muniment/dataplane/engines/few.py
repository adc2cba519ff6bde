"""Text columns of few different values, told by numbers while rows are kept, sorted and written.

Such a column is cast to a type made of just its values, in their order: it sorts and compares as
the text does and takes a byte or two instead of sixteen. A file holds the text. For each file the
type is made anew of what leaves in it: what a file says never depends on values that stay behind.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes

if TYPE_CHECKING:
    import duckdb
    import pyarrow


def of_column(
    connection: "duckdb.DuckDBPyConnection", name: str, *, table: str, column: str
) -> exp.DataType:
    """The type `name`, of the values of a column of text. Raises `duckdb.Error`."""
    value = nodes.column("r", column)
    _make(connection, name, nodes.select([value], source=nodes.table(table, "r")), value)
    return _named(name)


def as_text(rows: "pyarrow.Table") -> "pyarrow.Table":
    """The rows with such columns as text."""
    import pyarrow

    for spot, field in enumerate(rows.schema):
        if pyarrow.types.is_dictionary(field.type):
            plain = field.with_type(field.type.value_type)
            rows = rows.set_column(spot, plain, rows.column(spot).cast(plain.type))
    return rows


@contextlib.contextmanager
def told(
    connection: "duckdb.DuckDBPyConnection", copy: exp.Copy, columns: Sequence[str]
) -> Iterator[exp.Copy]:
    """The COPY with a type for each of these columns, by their names in the file.

    It can be run for the length of the block. Raises `duckdb.Error`.
    """
    made = copy.copy()
    query: exp.Select = made.this.this
    if columns and query.is_star:
        names = connection.sql(nodes.sql(query)).columns
        query.set("expressions", [exp.Column(this=nodes.name(name)) for name in names])
    said = {column.alias_or_name: column.unalias() for column in query.expressions}
    kinds = {column: f"few {spot}" for spot, column in enumerate(columns)}
    try:
        for column, kind in kinds.items():
            _make(connection, kind, query, said[column])
        for column, kind in kinds.items():
            _tell(query, column, said[column], kind)
        yield made
    finally:
        for kind in kinds.values():
            gone = exp.Drop(tables=[exp.Table(this=nodes.name(kind))], kind="TYPE", exists=True)
            connection.execute(nodes.sql(gone))


def _make(
    connection: "duckdb.DuckDBPyConnection", name: str, query: exp.Select, value: exp.Expression
) -> None:
    """The type `name` of what the query says in this column."""
    held = exp.Select(distinct=exp.Distinct(), expressions=[nodes.named(value.copy(), "value")])
    for part in ("from_", "joins", "where"):
        held.set(part, query.copy().args.get(part))
    text = exp.Cast(this=nodes.column("v", "value"), to=nodes.VARCHAR.copy())
    present = exp.Not(this=exp.Is(this=nodes.column("v", "value"), expression=exp.Null()))
    listed = nodes.select([text], source=nodes.derived(held, "v"), where=[present])
    listed.set("order", exp.Order(expressions=[exp.Ordered(this=nodes.number(1))]))
    made = exp.Create(
        this=exp.Table(this=nodes.name(name)),
        kind="TYPE",
        expression=nodes.call("enum", listed),
    )
    connection.execute(nodes.sql(made))


def _tell(query: exp.Select, column: str, value: exp.Expression, kind: str) -> None:
    """Say the column by its type, where it leaves and where rows are sorted by it."""
    # By way of text: the engine drops a cast between two types of the same values, and would then
    # know that none is missing, and write another file than for the same text.
    text = exp.Cast(this=value.copy(), to=nodes.VARCHAR.copy())
    told = exp.Cast(this=text, to=_named(kind))
    chosen = [
        nodes.named(told.copy(), column) if each.alias_or_name == column else each
        for each in query.expressions
    ]
    query.set("expressions", chosen)
    order = query.args.get("order")
    for by in order.expressions if order else ():
        if by.this == value:
            by.set("this", told.copy())


def _named(kind: str) -> exp.DataType:
    return exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=nodes.name(kind))
