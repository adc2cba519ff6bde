"""Rows of one part with every method applied, in temporary tables of the session.

A treated table has a column per released variable (`c0`, `c1`, …) and `u`, the unit's code, by
which risk is measured and values are suppressed; `u` itself is never written out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from muniment.dataplane import methods, refusals
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.extract import session
from muniment.dataplane.extract.lookups import UNITS, Lookups, Scope
from muniment.dataplane.methods import Need, Place
from muniment.dataplane.spec import fields, holding
from muniment.dataplane.spec.values import FieldType

CODE = "u"


@dataclass(frozen=True, slots=True)
class Column:
    """A variable that leaves: `stored` is its name in the treated table, `kind` its new type."""

    field: fields.Field
    rule: fields.Release
    stored: str
    kind: FieldType

    @property
    def words(self) -> str:
        return methods.BY_NAME[self.rule.method].words(self.rule.params)


@dataclass(frozen=True, slots=True)
class Cells:
    """Of one column, exact, for the receipt: cells with a value as held, and those treated."""

    held: int
    changed: int


@dataclass(frozen=True, slots=True)
class Treated:
    """A table after its methods. `withheld` are the fields asked for that do not leave."""

    table: holding.Table
    stored: str
    columns: tuple[Column, ...]
    withheld: tuple[tuple[fields.Field, fields.Release], ...]
    rows: int
    cells: Mapping[str, Cells]
    about_units: bool


def table(
    engine: session.Session,
    scope: Scope,
    lookups: Lookups,
    *,
    wanted: holding.Table,
    variables: Sequence[str],
    rules: Mapping[str, fields.Release],
    units: int,
) -> Treated:
    """Treat one table. Raises `Refused` (under-embargo) when an embargo hides all of it."""
    chosen = [wanted.get_field(name) for name in variables]
    ruled = [(field, rules[f"{wanted.name}.{field.name}"]) for field in chosen]
    leaving = [pair for pair in ruled if methods.BY_NAME[pair[1].method].LEAVES]
    columns = tuple(
        Column(field, rule, f"c{n}", methods.BY_NAME[rule.method].result(field.type))
        for n, (field, rule) in enumerate(leaving)
    )
    form = _Form(engine, scope, lookups, wanted, columns, units)
    stored = f"treated {wanted.name}"
    engine.keep(stored, form.treated())
    stored = engine.temporary(stored)
    rows = engine.whole(nodes.select([session.rows_of()], source=nodes.table(stored, "t")))
    if rows == 0:
        refuse_embargoed(engine, scope, wanted)
    return Treated(
        table=wanted,
        stored=stored,
        columns=columns,
        withheld=tuple(pair for pair in ruled if pair not in leaving),
        rows=rows,
        cells=form.measured(),
        about_units=scope.unit_column(wanted) is not None,
    )


class _Form:
    """The one FROM clause that both the treated rows and their measure are read from."""

    def __init__(
        self,
        engine: session.Session,
        scope: Scope,
        lookups: Lookups,
        wanted: holding.Table,
        columns: tuple[Column, ...],
        units: int,
    ) -> None:
        self._engine = engine
        self._columns = columns
        self._unit = scope.unit_column(wanted)
        needed = [*(column.field.name for column in columns), *([self._unit] if self._unit else [])]
        # A table may be asked for of which nothing leaves but the number of its rows.
        needed = list(dict.fromkeys(needed)) or [wanted.fields[0].name]
        self._rows = nodes.derived(scope.rows(wanted.name, needed), "r")
        self._joins = [self._join_units()] if self._unit else []
        self._trees = [
            self._tree(lookups, wanted, column, spot, units) for spot, column in enumerate(columns)
        ]

    def treated(self) -> exp.Select:
        code = nodes.column("p", "pseudonym") if self._unit else exp.Null()
        chosen = [nodes.named(session.as_text(code), CODE)]
        for column, tree in zip(self._columns, self._trees, strict=True):
            chosen.append(nodes.named(tree.copy(), column.stored))
        return self._from(chosen)

    def measured(self) -> dict[str, Cells]:
        """Exact numbers of cells, by variable."""
        if not self._columns:
            return {}
        counts: list[exp.Expression] = []
        for column, tree in zip(self._columns, self._trees, strict=True):
            held = nodes.column("r", column.field.name)
            other = exp.NullSafeNEQ(
                this=session.as_text(held.copy()), expression=session.as_text(tree.copy())
            )
            changed = exp.Filter(this=session.rows_of(), expression=exp.Where(this=other))
            counts += [exp.Count(this=held), changed]
        found = self._engine.answer(self._from(counts))[0]
        pairs = zip(found[::2], found[1::2], strict=True)
        return {
            column.field.name: Cells(int(str(held)), int(str(changed)))
            for column, (held, changed) in zip(self._columns, pairs, strict=True)
        }

    def _from(self, chosen: Sequence[exp.Expression]) -> exp.Select:
        query = nodes.select(chosen, source=self._rows.copy())
        return session.joined(query, [join.copy() for join in self._joins])

    def _join_units(self) -> exp.Join:
        """Inner: a row that belongs to no unit of the cohort stays behind."""
        assert self._unit is not None
        return self._beside(self._engine.temporary(UNITS), "p", self._unit, side=None)

    def _tree(
        self, lookups: Lookups, wanted: holding.Table, column: Column, spot: int, units: int
    ) -> exp.Expression:
        method = methods.BY_NAME[column.rule.method]
        place = Place(kind=column.field.type)
        if Need.PSEUDONYM in method.NEEDS:
            place = replace(place, pseudonym=self._code(lookups, wanted, column.field, spot))
        if Need.SHIFT in method.NEEDS:
            place = replace(place, shift=nodes.column("p", "shift"))
        if Need.ANCHOR in method.NEEDS:
            place = replace(place, anchor=self._anchor(lookups, column.rule, spot))
        if Need.FREQUENT_VALUES in method.NEEDS:
            place = replace(place, listed=lookups.frequent(wanted, column.field, column.rule))
        if Need.SHARED_DATES in method.NEEDS:
            shared = lookups.shared_dates(wanted, column.field, units=units)
            place = replace(place, listed=shared)
        held = nodes.column("r", column.field.name)
        return method.apply(held, place=place, params=column.rule.params)

    def _code(
        self, lookups: Lookups, wanted: holding.Table, field: fields.Field, spot: int
    ) -> exp.Expression:
        if field.name == self._unit:
            return nodes.column("p", "pseudonym")
        alias = f"k{spot}"
        self._joins.append(self._beside(lookups.codes(wanted, field), alias, field.name))
        return nodes.column(alias, "pseudonym")

    def _anchor(self, lookups: Lookups, rule: fields.Release, spot: int) -> exp.Expression:
        assert self._unit is not None  # the policy was refused otherwise
        alias = f"a{spot}"
        lookup = lookups.anchors(str(rule.params["anchor"]))
        self._joins.append(self._beside(lookup, alias, self._unit))
        return nodes.column(alias, "day")

    def _beside(
        self, lookup: str, alias: str, column: str, *, side: str | None = "LEFT"
    ) -> exp.Join:
        same = exp.EQ(
            this=nodes.column(alias, "identifier"),
            expression=session.as_text(nodes.column("r", column)),
        )
        return session.join(nodes.table(lookup, alias), on=same, side=side)


def refuse_embargoed(engine: session.Session, scope: Scope, wanted: holding.Table) -> None:
    """Nothing to release: say so when it is an embargo that hides it."""
    if scope.source.embargo is None:
        return
    lifted = replace(scope.source, embargo=None)
    any_column = [wanted.fields[0].name]
    rows = questions.rows(scope.part, holding=lifted, table=wanted.name, columns=any_column)
    counted = nodes.select([session.rows_of()], source=nodes.derived(rows, "r"))
    if engine.whole(counted) > 0:
        message = (
            f"Every row asked of {wanted.name} is under embargo; "
            "build the release after the embargo lifts."
        )
        raise refusals.refused("under-embargo", message, table=wanted.name)
