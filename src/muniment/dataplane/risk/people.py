"""Who is in a release: how many, whether anything is told of them, and that each is there once."""

from collections.abc import Sequence

from sqlglot import exp

from muniment.dataplane import refusals
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Treated
from muniment.dataplane.spec.fields import Sensitivity


def are_told_of(table: Treated) -> bool:
    """Whether the release tells anything about a unit that is not public."""
    return any(column.field.sensitivity is not Sensitivity.NONE for column in table.columns)


def count(engine: session.Session, tables: Sequence[Treated]) -> int:
    """How many units the release holds anything about."""
    queries = [
        nodes.select([nodes.column("t", CODE)], source=nodes.table(table.stored, "t"))
        for table in tables
        if table.about_units
    ]
    if not queries:
        return sum(table.rows for table in tables)
    together: exp.Expression = queries[0]
    for query in queries[1:]:
        together = exp.Union(this=together, expression=query, distinct=True)
    source = exp.Subquery(this=together, alias=exp.TableAlias(this=nodes.name("a")))
    return engine.whole(
        nodes.select([session.distinct_count(nodes.column("a", CODE))], source=source)
    )


def refuse_repeats(engine: session.Session, main: Treated, unit: str) -> None:
    """Raises `Refused` (base-repeats)."""
    source = nodes.table(main.stored, "t")
    distinct = engine.whole(
        nodes.select([session.distinct_count(nodes.column("t", CODE))], source=source)
    )
    if distinct != main.rows:
        message = (
            f"The base table {main.table.name} has several rows for one {unit}, so the risk of "
            "a release cannot be measured. Make it one row each."
        )
        raise refusals.refused("base-repeats", message, table=main.table.name)
