"""The few sqlglot nodes we use, with every name quoted and every value a literal.

sqlglot parses text that is passed to its builders (`.where("…")`), so a column called
`x; DROP TABLE t` would become code. Nothing below hands it text to parse.
"""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlglot import exp

from muniment.dataplane.spec.values import Value

DOUBLE = exp.DataType(this=exp.DataType.Type.DOUBLE)
BIGINT = exp.DataType(this=exp.DataType.Type.BIGINT)
DATE = exp.DataType(this=exp.DataType.Type.DATE)
TIMESTAMP = exp.DataType(this=exp.DataType.Type.TIMESTAMP)
TIMESTAMPTZ = exp.DataType(this=exp.DataType.Type.TIMESTAMPTZ)
VARCHAR = exp.DataType(this=exp.DataType.Type.VARCHAR)
UINT128 = exp.DataType(this=exp.DataType.Type.UINT128)


def sql(tree: exp.Expression, *, dialect: str = "duckdb") -> str:
    """The text an engine runs and a data steward can read in the receipt."""
    return tree.sql(dialect=dialect, identify=True, pretty=True)


def name(text: str) -> exp.Identifier:
    return exp.Identifier(this=text, quoted=True)


def column(alias: str, text: str) -> exp.Column:
    return exp.Column(this=name(text), table=name(alias))


def table(text: str, alias: str) -> exp.Table:
    return exp.Table(this=name(text), alias=exp.TableAlias(this=name(alias)))


def derived(inner: exp.Query, alias: str) -> exp.Subquery:
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=name(alias)))


def named(node: exp.Expression, text: str) -> exp.Alias:
    return exp.Alias(this=node, alias=name(text))


def literal(value: Value) -> exp.Expression:
    """A value as SQL; date and time are naive, in UTC."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Decimal):
        return exp.Cast(this=text(str(value)), to=DOUBLE.copy())
    if isinstance(value, datetime.datetime):
        return exp.Cast(this=text(value.isoformat(sep=" ")), to=TIMESTAMP.copy())
    if isinstance(value, datetime.date):
        return exp.Cast(this=text(value.isoformat()), to=DATE.copy())
    return text(value)


def text(value: str) -> exp.Literal:
    return exp.Literal(this=value, is_string=True)


def number(value: int) -> exp.Expression:
    written = exp.Literal(this=str(abs(value)), is_string=False)
    return exp.Neg(this=written) if value < 0 else written


def parameter(word: str) -> exp.Placeholder:
    """A bound parameter: keys and what is derived from them travel only so."""
    return exp.Placeholder(this=_plain(word))


def call(function: str, *arguments: exp.Expression) -> exp.Anonymous:
    """A function of the engine by its plain name, for what sqlglot has no node for."""
    return exp.Anonymous(this=_plain(function), expressions=list(arguments))


def word(plain: str) -> exp.Var:
    """A keyword of the engine, such as a format or a unit of time; raises for anything else."""
    return exp.Var(this=_plain(plain))


def option(word: str, value: exp.Expression) -> exp.PropertyEQ:
    """A named argument of a table function."""
    return exp.PropertyEQ(this=exp.Identifier(this=_plain(word)), expression=value)


def every(conditions: Iterable[exp.Expression]) -> exp.Expression:
    return _joined(exp.And, list(conditions), exp.true())


def either(conditions: Iterable[exp.Expression]) -> exp.Expression:
    return _joined(exp.Or, list(conditions), exp.false())


def _joined(
    kind: type[exp.And] | type[exp.Or], conditions: list[exp.Expression], empty: exp.Expression
) -> exp.Expression:
    """Balanced, since sqlglot recurses: a chain of 500 would be 500 levels deep."""
    if len(conditions) < 2:
        return conditions[0] if conditions else empty
    half = len(conditions) // 2
    left, right = (_joined(kind, side, empty) for side in (conditions[:half], conditions[half:]))
    return kind(this=exp.Paren(this=left), expression=exp.Paren(this=right))


def select(
    columns: Sequence[exp.Expression],
    *,
    source: exp.Expression,
    where: Sequence[exp.Expression] = (),
    group_by: Sequence[exp.Expression] = (),
) -> exp.Select:
    """One SELECT from nodes alone; raises `TypeError` for anything that is none."""
    for node in (*columns, source, *where, *group_by):
        if not isinstance(node, exp.Expression):
            raise TypeError("A query is built from nodes, never from text.")
    query = exp.Select(expressions=list(columns)).from_(source)
    if where:
        query = query.where(every(where))
    return query.group_by(*group_by) if group_by else query


def narrowed(query: exp.Select, condition: exp.Expression) -> exp.Select:
    """The query with one more condition; changed in place."""
    held = query.args.get("where")
    query.set("where", exp.Where(this=every([*([held.this] if held else []), condition])))
    return query


def first(query: exp.Select, *, by: exp.Expression, most: int) -> exp.Select:
    """At most so many rows of a query, in the order of `by`."""
    query.set("order", exp.Order(expressions=[by]))
    query.set("limit", exp.Limit(expression=number(most)))
    return query


def star(source: str) -> exp.Select:
    """SELECT * FROM a table."""
    return select([exp.Star()], source=table(source, "t"))


def together(queries: Sequence[exp.Query]) -> exp.Select:
    """UNION ALL, in this order, wrapped so that it can be read like one table.

    Balanced, since sqlglot recurses.
    """

    def whole(some: Sequence[exp.Query]) -> exp.Query:
        if not some[1:]:
            return some[0]
        half = len(some) // 2
        return exp.Union(this=whole(some[:half]), expression=whole(some[half:]), distinct=False)

    return select([exp.Star()], source=derived(whole(queries), "w"))


def kept(text: str, query: exp.Expression) -> exp.Create:
    """CREATE TABLE … AS a query, where the engine keeps its tables: gone when it is closed."""
    return exp.Create(this=exp.Table(this=name(text)), kind="TABLE", expression=query)


def copied(
    query: exp.Select, target: str, *, kind: str = "parquet", **options: exp.Expression
) -> exp.Copy:
    """COPY a query TO a file; Parquet is compressed.

    At its lowest level: files are as small as at the engine's own, for a sixth less work.
    """
    given = {"FORMAT": word(kind), **options}
    if kind == "parquet":
        given |= {"COMPRESSION": word("zstd"), "COMPRESSION_LEVEL": number(1)}
    return exp.Copy(
        this=exp.Subquery(this=query),
        kind=False,
        files=[text(target)],
        params=[
            exp.CopyParameter(this=word(name), expression=value) for name, value in given.items()
        ],
    )


def _plain(word: str) -> str:
    if not (word.isascii() and word.replace("_", "").isalnum()):
        raise ValueError("A function or option has a plain name.")
    return word
