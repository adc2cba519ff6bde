"""Rows of one part with every method applied, in temporary tables of the session.

A treated table has a column per released variable (`c0`, `c1`, …), marks of changed cells, and
`u`, the rank of the unit's code, by which risk is measured and values are suppressed; neither marks
nor `u` are ever written out.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from muniment.dataplane import methods
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import changes, embargoed, ninetieth, pieces, session
from muniment.dataplane.extract.lookups import RANK, UNITS, Lookups
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.methods import Need, Place, dated_text, over90
from muniment.dataplane.methods import round as rounding
from muniment.dataplane.policy import ages
from muniment.dataplane.spec import fields, holding
from muniment.dataplane.spec.values import FieldType

CODE = "u"


@dataclass(frozen=True, slots=True)
class Column:
    """A variable that leaves: `stored` is its name in the treated table, `kind` its new type.

    `guarded` ones hide ages over 89, and of `undated` ones nothing leaves that names a date.
    """

    field: fields.Field
    rule: fields.Release
    stored: str
    kind: FieldType
    guarded: bool = dataclasses.field(default=False, kw_only=True)
    undated: bool = dataclasses.field(default=False, kw_only=True)

    @property
    def words(self) -> str:
        """What the method does, and what is missing beside it."""
        said = methods.BY_NAME[self.rule.method].words(self.rule.params)
        if self.undated:
            return said + dated_text.WORDS
        if not self.guarded:
            return said
        return said + (over90.BIRTH_WORDS if over90.is_birth(self.rule) else over90.WORDS)


@dataclass(frozen=True, slots=True)
class Cells:
    """Of one column, exact, for the receipt: cells with a value as held, and those treated."""

    held: int
    changed: int


@dataclass(frozen=True, slots=True)
class Treated:
    """A table after its methods. `withheld` are the fields asked for that do not leave.

    `unit_code` is the stored name of the column that shows the code of the row's unit, `units` how
    many the cohort has; `once` says that each of them has one row here.
    """

    table: holding.Table
    stored: str
    columns: tuple[Column, ...]
    withheld: tuple[tuple[fields.Field, fields.Release], ...]
    rows: int
    cells: Mapping[str, Cells]
    about_units: bool
    units: int
    once: bool = False
    unit_code: str | None = None


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
    columns = _columns(scope, wanted, leaving, shown=lookups.shown())
    form = Form(engine, scope, lookups, wanted, columns, units)
    stored = f"treated {wanted.name}"
    rows, cells = pieces.keep(engine, form, stored, about=(scope.part.id, wanted.name))
    if rows == 0:
        embargoed.refuse(engine, scope, wanted)
    return Treated(
        table=wanted,
        stored=engine.temporary(stored),
        columns=columns,
        withheld=tuple(pair for pair in ruled if pair not in leaving),
        rows=rows,
        cells={name: Cells(*pair) for name, pair in cells.items()},
        about_units=form.code is not None,
        units=units,
        # Every unit of the cohort was found in the base table.
        once=wanted.name == scope.source.base_table and rows == units,
        unit_code=next((column.stored for column in columns if form.shows_unit(column)), None),
    )


def _columns(
    scope: Scope,
    wanted: holding.Table,
    leaving: Sequence[tuple[fields.Field, fields.Release]],
    *,
    shown: ages.Told,
) -> tuple[Column, ...]:
    guards = scope.unit_column(wanted) is not None and shown.both
    hides = ages.is_about_units(scope.source, wanted) and shown.ages
    return tuple(
        Column(
            field,
            rule,
            f"c{n}",
            methods.BY_NAME[rule.method].result(field.type),
            guarded=guards and scope.shows_days(wanted, field, rule),
            undated=hides and scope.may_name_date(wanted, field, rule),
        )
        for n, (field, rule) in enumerate(leaving)
    )


class Form:
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
        self._scope = scope
        self._table = wanted
        self._columns = columns
        self._unit = scope.unit_column(wanted)
        needed = [*(column.field.name for column in columns), *([self._unit] if self._unit else [])]
        for column in columns:
            needed += ninetieth.ends(scope, wanted, column.field) if column.guarded else []
        # A table may be asked for of which nothing leaves but the number of its rows.
        needed = list(dict.fromkeys(needed)) or [wanted.fields[0].name]
        # Inner: a row that belongs to no unit of the cohort stays behind.
        cohort = engine.temporary(UNITS)
        self._joins = [self._beside(cohort, "p", self._unit, side=None)] if self._unit else []
        self._by_unit: set[str] = set()
        rows, self._guard = self._with_ninetieth(lookups, needed)
        self._rows = nodes.derived(rows, "r")
        self._trees = [
            self._tree(lookups, wanted, column, spot, units) for spot, column in enumerate(columns)
        ]

    @property
    def code(self) -> exp.Expression | None:
        """The unit's code in the FROM clause; None for a table that is about no unit."""
        return nodes.column("p", "pseudonym") if self._unit else None

    def shows_unit(self, column: Column) -> bool:
        return column.field.name == self._unit and column.rule.method in fields.CODES

    def treated(self, *, where: Sequence[exp.Expression] = ()) -> exp.Select:
        rank = nodes.column("p", RANK) if self._unit else exp.Null()
        chosen = [nodes.named(exp.Cast(this=rank, to=nodes.BIGINT.copy()), CODE)]
        for column, tree in zip(self._columns, self._trees, strict=True):
            cell = changes.kept(self._engine, self._table, column, tree)
            chosen.append(nodes.named(cell, column.stored))
        changing = self._changing()
        names = [CODE, *(column.stored for column in self._columns)]
        rows = self._from([*chosen, *changes.held(changing)], where)
        return changes.marked(rows, names, changing)

    def measured(self, stored: str) -> dict[str, tuple[int, int]]:
        changing = self._changing()
        plain = [column for column in self._columns if column not in changing]
        return changes.counted(self._engine, stored, plain=plain, marked=changing)

    def _changing(self) -> list[Column]:
        """Columns that do not leave just as they are held."""
        pairs = zip(self._columns, self._trees, strict=True)
        return [column for column, tree in pairs if tree != nodes.column("r", column.field.name)]

    def _from(
        self, chosen: Sequence[exp.Expression], where: Sequence[exp.Expression]
    ) -> exp.Select:
        query = nodes.select(chosen, source=self._rows.copy(), where=where)
        units = self._engine.temporary(UNITS)
        for join in (joins := [join.copy() for join in self._joins]):
            if where and join.alias_or_name in self._by_unit:
                pieces.narrow(join, units=units, where=where)
        return session.joined(query, joins)

    def _with_ninetieth(
        self, lookups: Lookups, needed: list[str]
    ) -> tuple[exp.Select, exp.Expression]:
        """The rows, and the day from which a row's unit shows 90 years where one must heed it."""
        if self._unit is not None and any(column.guarded for column in self._columns):
            if told := lookups.ninetieth_in_row(self._table):
                names = list(dict.fromkeys([*needed, *told.names]))
                rows = self._scope.rows_of_units(self._table.name, names)
                return ninetieth.beside(rows, told, names)
            self._joins.append(self._beside(lookups.ninetieth(), "o", self._unit))
            self._by_unit.add("o")
        return self._scope.rows_of_units(self._table.name, needed), nodes.column("o", "day")

    def _guarded(self, treated: exp.Expression, column: Column) -> exp.Expression:
        if column.undated:
            held = nodes.column("r", column.field.name)
            return dated_text.without_dates(treated, held=held, kind=column.field.type)
        if not column.guarded:
            return treated
        return over90.withheld(
            treated,
            rule=column.rule,
            kind=column.field.type,
            held=ninetieth.latest_day(self._scope, self._table, column.field),
            ninetieth_day=self._guard,
            today=nodes.literal(self._scope.now.date()),
        )

    def _tree(
        self, lookups: Lookups, wanted: holding.Table, column: Column, spot: int, units: int
    ) -> exp.Expression:
        method = methods.BY_NAME[column.rule.method]
        place = Place(kind=column.field.type)
        if method.NEEDS & {Need.PSEUDONYM, Need.RANDOM_CODE}:
            code = self._code(lookups, wanted, column, spot)
            place = replace(place, pseudonym=code)
        if Need.SHIFT in method.NEEDS:
            place = replace(place, shift=nodes.column("p", "shift"))
        if Need.ANCHOR in method.NEEDS:
            place = replace(place, anchor=self._anchor(lookups, column.rule, spot))
        if Need.FREQUENT_VALUES in method.NEEDS:
            place = replace(place, listed=lookups.frequent(wanted, column.field, column.rule))
        if Need.SHARED_DATES in method.NEEDS:
            place = replace(place, listed=lookups.shared_dates(units=units))
        held = nodes.column("r", column.field.name)
        if Need.MARK in method.NEEDS:
            found = lookups.marks(wanted, column.field, column.rule)
            by = rounding.rounded(held, kind=place.kind, to=rounding.step(column.rule.params))
            place = replace(place, beside=self._made(found, f"m{spot}", by))
        if Need.REVIEWED in method.NEEDS:
            found = lookups.reviewed(wanted, column.field, column.rule)
            place = replace(place, beside=self._made(found, f"m{spot}", held))
        treated = method.apply(held, place=place, params=column.rule.params)
        return self._guarded(treated, column)

    def _code(
        self, lookups: Lookups, wanted: holding.Table, column: Column, spot: int
    ) -> exp.Expression:
        if column.field.name == self._unit:
            return nodes.column("p", "pseudonym")
        alias = f"k{spot}"
        random = column.rule.method is fields.Method.RANDOM_CODE
        lookup = lookups.codes(wanted, column.field, random=random)
        self._joins.append(self._beside(lookup, alias, column.field.name))
        return nodes.column(alias, "pseudonym")

    def _made(self, lookup: str, alias: str, value: exp.Expression) -> exp.Expression:
        """What was made of a value outside the engine, joined by the value."""
        same = exp.EQ(
            this=nodes.column(alias, "identifier"), expression=session.as_text(value.copy())
        )
        self._joins.append(session.join(nodes.table(lookup, alias), on=same, side="LEFT"))
        return nodes.column(alias, "made")

    def _anchor(self, lookups: Lookups, rule: fields.Release, spot: int) -> exp.Expression:
        assert self._unit is not None  # the policy was refused otherwise
        alias = f"a{spot}"
        lookup = lookups.anchors(str(rule.params["anchor"]))
        self._joins.append(self._beside(lookup, alias, self._unit))
        self._by_unit.add(alias)
        return nodes.column(alias, "day")

    def _beside(
        self, lookup: str, alias: str, column: str, *, side: str | None = "LEFT"
    ) -> exp.Join:
        same = exp.EQ(
            this=nodes.column(alias, "identifier"),
            expression=session.as_text(nodes.column("r", column)),
        )
        return session.join(nodes.table(lookup, alias), on=same, side=side)
