"""Queries of (identifier, day), and of (identifier, day, age): who shows which day."""

from collections.abc import Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session

IDENTIFIER, DAY, AGE = "identifier", "day", "age"


def frequent(
    pairs: exp.Select, many: exp.Expression, least: int, *, within: exp.Expression | None = None
) -> exp.Select:
    """The days of (identifier, day) of which there are at least so many, by `many`."""
    day = nodes.column("s", DAY)
    where: list[exp.Expression] = [session.present(day)]
    if within is not None:
        where.append(exp.In(this=day.copy(), query=within))
    counted = nodes.select(
        [nodes.named(day.copy(), "value"), nodes.named(many, "many")],
        source=nodes.derived(pairs, "s"),
        where=where,
        group_by=[day.copy()],
    )
    enough = exp.GTE(this=nodes.column("n", "many"), expression=nodes.number(least))
    source = nodes.derived(counted, "n")
    return nodes.select([nodes.column("n", "value")], source=source, where=[enough])


def pair(
    identifier: exp.Expression,
    value: exp.Expression,
    *,
    source: exp.Expression,
    age: exp.Expression | None = None,
) -> exp.Select:
    columns = [nodes.named(identifier, IDENTIFIER), nodes.named(value, DAY)]
    if age is not None:
        columns.append(nodes.named(exp.Cast(this=age, to=nodes.DOUBLE.copy()), AGE))
    return nodes.select(columns, source=source)


def least(days: Sequence[exp.Expression]) -> exp.Expression:
    """The least of these that is known."""
    if not days[1:]:
        return days[0]
    return exp.Least(this=days[0], expressions=list(days[1:]), ignore_nulls=True)


def greatest(ages: Sequence[exp.Expression]) -> exp.Expression:
    """The greatest of these that is known."""
    if not ages[1:]:
        return ages[0]
    return exp.Greatest(this=ages[0], expressions=list(ages[1:]), ignore_nulls=True)


def earliest(queries: Sequence[exp.Select], *, with_age: bool = False) -> exp.Select:
    """Of each unit the earliest day, and the largest age where the queries have one."""
    identifier = nodes.column("e", IDENTIFIER)
    columns = [
        nodes.named(identifier, IDENTIFIER),
        nodes.named(exp.Min(this=nodes.column("e", DAY)), DAY),
    ]
    if with_age:
        columns.append(nodes.named(exp.Max(this=nodes.column("e", AGE)), AGE))
    return nodes.select(
        columns,
        source=nodes.derived(nodes.together(queries), "e"),
        where=[session.present(identifier.copy())],
        group_by=[identifier.copy()],
    )
