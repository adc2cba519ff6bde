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


def count(engine: session.Session, tables: Sequence[Treated], *, main: Treated | None) -> int:
    """How many units the release holds anything about.

    Where it has the base table, `main`, that holds them all: every unit of the cohort was found
    there.
    """
    if main is not None:
        return main.units
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
    # Groups go to disk where memory is short; a count of different values does not.
    code = nodes.column("a", CODE)
    once = nodes.select([code], source=source, group_by=[code.copy()])
    return engine.whole(nodes.select([session.rows_of()], source=nodes.derived(once, "g")))


def refuse_repeats(main: Treated, unit: str, *, units: int) -> None:
    """Raises `Refused` (base-repeats) where the base table has more rows than units."""
    if units != main.rows:
        message = (
            f"The base table {main.table.name} has several rows for one {unit}, so the risk of "
            "a release cannot be measured. Make it one row each."
        )
        raise refusals.refused("base-repeats", message, table=main.table.name)
