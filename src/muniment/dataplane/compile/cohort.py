"""A cohort as a condition on rows of the base table.

Comparisons stay three-valued inside AND and OR, where an unknown acts as false, and an engine can
push them down to a file. Only `not` needs the unknown settled first: `NOT COALESCE(…, FALSE)`.
"""

import datetime
from collections.abc import Callable, Sequence

from sqlglot import exp

from muniment.dataplane.compile import moments, nodes
from muniment.dataplane.spec import cohort, derived, terminologies, values
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

    def __init__(
        self,
        holding: Holding,
        *,
        as_of: datetime.datetime | None,
        computed: tuple[derived.Derived, ...] = (),
    ) -> None:
        """`as_of` (with a zone) decides which rows an embargo still hides; `computed` are the
        derived variables of the part.

        Raises `ValueError` where a holding has an embargo and no such moment was given.
        """
        if holding.embargo is not None and (as_of is None or as_of.tzinfo is None):
            raise ValueError("A holding with an embargo is read as of a moment with its zone.")
        self._holding = holding
        self._as_of = as_of
        self._computed = {each.name: each for each in computed}
        self._aliases = 0

    def condition(
        self, node: cohort.Node, table: Table, alias: str, *, base: str | None = None
    ) -> exp.Expression:
        """True where a row of `table`, seen as `alias`, fits; else false or unknown.

        `base` is the alias of the base row that a row of a related table belongs to.
        """
        match node:
            case cohort.AllOf(children):
                return nodes.every([self.condition(c, table, alias, base=base) for c in children])
            case cohort.AnyOf(children):
                return nodes.either([self.condition(c, table, alias, base=base) for c in children])
            case cohort.Not(child):
                return negated(self.condition(child, table, alias, base=base))
            case cohort.Exists(name, where):
                return exp.Exists(this=self._related(name, [where], alias, _one))
            case cohort.Count(name, where, op, asked):
                literals = [nodes.number(value) for value in asked]
                return compared(self._counted(name, where, alias), op, literals)
            case cohort.Edge():
                return self._edge(node, alias)
            case cohort.Within():
                return self._within(node, alias, base)
            case cohort.Under():
                return under(node, alias)
        kind = self._type(node.variable, table)
        literals = [_literal(value, kind) for value in node.values]
        return compared(self.value(node.variable, table, alias), node.op, literals)

    def value(self, name: str, table: Table, alias: str) -> exp.Expression:
        """A column of the table or, in the base table, what a derived variable computes."""
        each = self._computed.get(name) if table.name == self._holding.base_table else None
        match each:
            case None:
                return nodes.column(alias, table.get_field(name).name)
            case derived.AgeAt(born=born, at=at, on=on):
                end = _literal(on, FieldType.DATE) if on else nodes.column(alias, str(at))
                return moments.age(nodes.column(alias, born), end)
            case derived.DaysBetween(start=start, end=end_name):
                return moments.days(nodes.column(alias, start), nodes.column(alias, end_name))
            case derived.CountOf(table=related, where=where):
                return self._counted(related, where, alias)
        counted = self._counted(each.table, each.where, alias)
        return exp.Paren(this=exp.GT(this=counted, expression=nodes.number(0)))

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

    def _type(self, name: str, table: Table) -> FieldType:
        each = self._computed.get(name) if table.name == self._holding.base_table else None
        return table.get_field(name).type if each is None else derived.type_of(each)

    def _related(
        self,
        name: str,
        fitting: Sequence[cohort.Node | None],
        base_alias: str,
        answer: Callable[[str], exp.Expression],
    ) -> exp.Select:
        """SELECT what `answer` makes of the alias, from the rows of a related table that fit."""
        self._aliases += 1
        alias = f"e{self._aliases}"
        table = self._holding.get_table(name)
        where = [*self.joined(table, alias, base_alias), *self.visible(table, alias)]
        for node in fitting:
            if node is not None:
                where.append(self.condition(node, table, alias, base=base_alias))
        return nodes.select([answer(alias)], source=nodes.table(table.name, alias), where=where)

    def _counted(self, name: str, where: cohort.Node | None, base_alias: str) -> exp.Expression:
        counted = self._related(name, [where], base_alias, _number)
        return exp.Subquery(this=counted)

    def _edge(self, node: cohort.Edge, base_alias: str) -> exp.Expression:
        """The first date of all rows that fit is the first date of those that fit `then` too.

        Two plain aggregates, since not every engine takes a subquery inside a subquery. Where no
        row fits, both are missing, and so is the answer.
        """
        kind = exp.Min if node.end is cohort.End.FIRST else exp.Max

        def date(alias: str) -> exp.Expression:
            return kind(this=nodes.column(alias, node.by))

        every = self._related(node.table, [node.where], base_alias, date)
        chosen = self._related(node.table, [node.where, node.then], base_alias, date)
        return exp.EQ(this=exp.Subquery(this=chosen), expression=exp.Subquery(this=every))

    def _within(self, node: cohort.Within, alias: str, base: str | None) -> exp.Expression:
        """Raises `ValueError` for a base row asked for where there is none but this."""
        if node.base and base is None:
            raise ValueError("Only a row of a related table has a base row beside it.")
        start = nodes.column(base if node.base and base else alias, node.of)
        days = moments.days(start, nodes.column(alias, node.variable))
        ends: list[exp.Expression] = []
        if node.low is not None:
            ends.append(exp.GTE(this=days, expression=nodes.number(node.low)))
        if node.high is not None:
            ends.append(exp.LTE(this=days.copy(), expression=nodes.number(node.high)))
        return nodes.every(ends)


def _one(_: str) -> exp.Expression:
    return nodes.number(1)


def _number(_: str) -> exp.Expression:
    return exp.Count(this=nodes.number(1))


def negated(node: exp.Expression) -> exp.Expression:
    """The complement: true exactly where `node` is false or unknown."""
    return exp.Not(this=exp.Coalesce(this=node, expressions=[exp.false()]))


def under(node: cohort.Under, alias: str) -> exp.Expression:
    """The codes are listed when the question is compiled, so that an engine knows no tree."""
    codes = {
        each for code in node.codes for each in terminologies.written_under(node.of.value, code)
    }
    literals = [nodes.text(code) for code in sorted(codes)]
    if not literals:
        raise ValueError(f"{node.of} has none of these codes.")
    return exp.In(this=nodes.column(alias, node.variable), expressions=literals)


def compared(
    value: exp.Expression, op: cohort.Op, literals: Sequence[exp.Expression]
) -> exp.Expression:
    """One value against literals, as the operator says."""
    if op is cohort.Op.MISSING:
        return exp.Is(this=value, expression=exp.Null())
    if op is cohort.Op.PRESENT:
        return exp.Not(this=exp.Is(this=value, expression=exp.Null()))
    if op is cohort.Op.IN:
        return exp.In(this=value, expressions=list(literals))
    if op is cohort.Op.BETWEEN:
        return exp.Between(this=value, low=literals[0], high=literals[1])
    return _COMPARED[op](this=value, expression=literals[0])


def _literal(value: int | str, kind: FieldType) -> exp.Expression:
    """Raises `ValueError` for a value that the column cannot hold; `check` finds those first."""
    meant = values.of(value, kind=kind)
    if meant is None:
        raise ValueError(f"A {kind} column cannot be compared with this value.")
    return nodes.literal(meant)
