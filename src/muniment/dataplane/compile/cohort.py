"""A cohort as a condition on rows of the base table.

Comparisons stay three-valued inside AND and OR, where an unknown acts as false, and an engine can
push them down to a file. Only `not` needs the unknown settled first: `NOT COALESCE(…, FALSE)`.
"""

import datetime
from collections.abc import Callable

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.spec import cohort, values
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.values import FieldType

# The day has begun everywhere on earth twelve hours after it has begun in Greenwich.
LAST_ZONE = datetime.timedelta(hours=12)
_COMPARED: dict[cohort.Op, Callable[..., exp.Expression]] = {
    cohort.Op.EQUALS: exp.EQ,
    cohort.Op.NOT_EQUALS: exp.NEQ,
    cohort.Op.LESS_THAN: exp.LT,
    cohort.Op.AT_MOST: exp.LTE,
    cohort.Op.MORE_THAN: exp.GT,
    cohort.Op.AT_LEAST: exp.GTE,
}


class Compiler:
    """Compiles conditions for one holding at one moment; numbers the aliases it hands out."""

    def __init__(self, holding: Holding, *, as_of: datetime.datetime | None) -> None:
        """`as_of` (with a zone) decides which rows an embargo still hides.

        Raises `ValueError` where a holding has an embargo and no such moment was given.
        """
        if holding.embargo is not None and (as_of is None or as_of.tzinfo is None):
            raise ValueError("A holding with an embargo is read as of a moment with its zone.")
        self._holding = holding
        self._as_of = as_of
        self._aliases = 0

    def condition(self, node: cohort.Node, table: Table, alias: str) -> exp.Expression:
        """True where a row of `table`, seen as `alias`, fits; else false or unknown."""
        match node:
            case cohort.AllOf(children):
                return nodes.every([self.condition(child, table, alias) for child in children])
            case cohort.AnyOf(children):
                return nodes.either([self.condition(child, table, alias) for child in children])
            case cohort.Not(child):
                return negated(self.condition(child, table, alias))
            case cohort.Exists():
                return self._exists(node, alias)
            case _:
                return comparison(node, table, alias)

    def visible(self, table: Table, alias: str) -> list[exp.Expression]:
        """Hides rows under embargo; a row without an embargo time stays hidden, to be safe."""
        embargo = self._holding.embargo
        if embargo is None or self._as_of is None or embargo.table != table.name:
            return []
        now = self._as_of.astimezone(datetime.UTC).replace(tzinfo=None)
        field = table.get_field(embargo.field)
        limit = nodes.literal((now - LAST_ZONE).date() if field.type is FieldType.DATE else now)
        return [exp.LTE(this=nodes.column(alias, field.name), expression=limit)]

    def joined(self, table: Table, alias: str, base_alias: str) -> list[exp.Expression]:
        """The pairs that tie a row of a related table to its row of the base table."""
        pairs = self._holding.find_join(table)
        if pairs is None:
            raise ValueError(f"Nothing relates {table.name} to the base table.")
        return [
            exp.EQ(this=nodes.column(alias, theirs), expression=nodes.column(base_alias, ours))
            for ours, theirs in pairs
        ]

    def _exists(self, node: cohort.Exists, base_alias: str) -> exp.Expression:
        self._aliases += 1
        alias = f"e{self._aliases}"
        table = self._holding.get_table(node.table)
        where = [*self.joined(table, alias, base_alias), *self.visible(table, alias)]
        if node.where is not None:
            where.append(self.condition(node.where, table, alias))
        source = nodes.table(table.name, alias)
        return exp.Exists(this=nodes.select([nodes.number(1)], source=source, where=where))


def negated(node: exp.Expression) -> exp.Expression:
    """The complement: true exactly where `node` is false or unknown."""
    return exp.Not(this=exp.Coalesce(this=node, expressions=[exp.false()]))


def comparison(node: cohort.Comparison, table: Table, alias: str) -> exp.Expression:
    """Raises `ValueError` for a value that the column cannot hold; `check` finds those first."""
    field = table.get_field(node.variable)
    column = nodes.column(alias, field.name)
    if node.op is cohort.Op.MISSING:
        return exp.Is(this=column, expression=exp.Null())
    if node.op is cohort.Op.PRESENT:
        return exp.Not(this=exp.Is(this=column, expression=exp.Null()))
    literals = [_literal(value, field.type) for value in node.values]
    if node.op is cohort.Op.IN:
        return exp.In(this=column, expressions=literals)
    if node.op is cohort.Op.BETWEEN:
        return exp.Between(this=column, low=literals[0], high=literals[1])
    return _COMPARED[node.op](this=column, expression=literals[0])


def _literal(value: int | str, kind: FieldType) -> exp.Expression:
    meant = values.of(value, kind=kind)
    if meant is None:
        raise ValueError(f"A {kind} column cannot be compared with this value.")
    return nodes.literal(meant)
