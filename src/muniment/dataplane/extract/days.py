"""Days that decide over dates: those many units share, and the one from which a unit shows 90.

Both look at every column a build releases of the holding, in whatever table or part, since whoever
reads one column reads the others beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import day_pairs, session
from muniment.dataplane.extract.day_pairs import AGE, DAY, IDENTIFIER
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.methods import over90
from muniment.dataplane.methods.place import day
from muniment.dataplane.spec import derived, fields, holding, relations, values

# A date that this share of the units has, and at least as many as the threshold, is an event all
# of them went through: whoever knows its true day knows the shift.
SHARED_BY_ONE_IN = 20
FIRST, FREQUENT = "first day", "frequent days"

Rules = Mapping[str, fields.Release]
_Fields = dict[str, fields.Field]
_Named = tuple[holding.Table, fields.Field, fields.Release]


class Days:
    """`rules` are those of every column of the holding that the build releases."""

    def __init__(self, engine: session.Session, scope: Scope, *, rules: Rules) -> None:
        self._engine = engine
        self._scope = scope
        self._ruled = list(_ruled(scope, rules))
        self._intervals = list(self._between())
        self._guards = over90.applies(rules, intervals=bool(self._intervals))

    def shared(self, name: str, *, units: int) -> None:
        """Keep a table `name` of one column, `value`: the days to withhold under a shift.

        A day counts for each unit that has it in any shifted column of any table.
        """
        least = max(self._scope.source.threshold, -(-units // SHARED_BY_ONE_IN))
        shifted = [each for each in self._ruled if each[2].method is fields.Method.WEEKLY_SHIFT]
        together = day_pairs.together([self._days(table, field) for table, field, _ in shifted])
        # Telling units apart is dear, so only days with rows enough are looked at more closely.
        self._engine.keep(FREQUENT, day_pairs.frequent(together, session.rows_of(), least))
        frequent = nodes.table(self._engine.temporary(FREQUENT), "c")
        inside = exp.Subquery(this=nodes.select([nodes.column("c", "value")], source=frequent))
        apart = session.distinct_count(nodes.column("s", IDENTIFIER))
        self._engine.keep(name, day_pairs.frequent(together.copy(), apart, least, within=inside))

    def guards(self) -> bool:
        """Whether anything released tells an age."""
        return self._guards

    def ninetieth(self, name: str, *, anchors: Callable[[str], str]) -> None:
        """Keep a table (identifier, day): from when on each unit shows 90 years (`over90`).

        `anchors` gives the table of an anchor's days.
        """
        facts: list[exp.Select] = []
        told = self._told_at_first()
        dates = [*self._firsts(told), *self._anchored(anchors)]
        has_first = any(days for days, _ in told.values()) or len(dates) > len(told)
        if has_first:
            self._engine.keep(FIRST, day_pairs.earliest(dates, with_age=True))
            facts.append(self._of_first())
        for table, field, rule in self._ruled:
            if over90.is_birth(rule):
                born = over90.true_day(nodes.column("r", field.name), kind=field.type)
                facts.append(self._pairs(table, [field.name], over90.ninetieth(born)))
            elif over90.is_age(rule):
                each = self._scope.derived(table, field.name)
                if isinstance(each, derived.AgeAt):
                    facts.append(self._of_derived_age(each))
                elif not self._counts_at_first(table, field, rule):
                    facts += self._of_age(table, field, rule, anchors)
        # Of one query each unit is told of once already.
        whole = facts[0] if has_first and not facts[1:] else day_pairs.earliest(facts)
        self._engine.keep(name, whole)

    def _of_first(self) -> exp.Select:
        """90 years after the first day; for who was A then, 90 - A years after it."""
        first = nodes.table(self._engine.temporary(FIRST), "f")
        day = nodes.column("f", DAY)
        born_then = over90.ninetieth(day)
        grown_then = over90.ninetieth(day, age=nodes.column("f", AGE))
        ends = exp.Least(this=born_then, expressions=[grown_then], ignore_nulls=True)
        return day_pairs.pair(nodes.column("f", IDENTIFIER), ends, source=first)

    def _counts_at_first(
        self, table: holding.Table, field: fields.Field, rule: fields.Release
    ) -> bool:
        is_derived = isinstance(self._scope.derived(table, field.name), derived.AgeAt)
        plain = over90.is_age(rule) and not over90.is_birth(rule) and not is_derived
        return plain and not rule.params.get("at") and not self._dates_beside(table, rule)

    def _of_derived_age(self, each: derived.AgeAt) -> exp.Select:
        """It counts at the date of its own definition."""
        base = self._scope.source.base
        names = [each.name]
        if each.on is not None:
            day = values.of(each.on, kind=values.FieldType.DATE)
            assert day is not None  # the specification was refused otherwise
            at: exp.Expression = nodes.literal(day)
        else:
            beside = base.get_field(str(each.at))
            names.append(beside.name)
            at = over90.true_day(nodes.column("r", beside.name), kind=beside.type)
        age = nodes.column("r", each.name)
        return self._pairs(base, names, over90.ninetieth(at, age=age))

    def _of_age(
        self,
        table: holding.Table,
        field: fields.Field,
        rule: fields.Release,
        anchors: Callable[[str], str],
    ) -> list[exp.Select]:
        """The age counts at the dates of its row, or at a date of the unit that the rule names."""
        age = nodes.column("r", field.name)
        here = self._dates_beside(table, rule)
        if here:
            facts = []
            for beside in here:
                at = over90.true_day(nodes.column("r", beside.name), kind=beside.type)
                names = [field.name, beside.name]
                facts.append(self._pairs(table, names, over90.ninetieth(at, age=age)))
            return facts
        at_table = anchors(str(rule.params["at"]))
        rows = nodes.derived(self._rows(table, [field.name]), "r")
        unit = session.as_text(nodes.column("r", self._unit(table)))
        same = exp.EQ(this=nodes.column("f", IDENTIFIER), expression=unit)
        ends = over90.ninetieth(nodes.column("f", DAY), age=age)
        query = day_pairs.pair(unit.copy(), ends, source=rows)
        return [session.joined(query, [session.join(nodes.table(at_table, "f"), on=same)])]

    def _dates_beside(self, table: holding.Table, rule: fields.Release) -> list[fields.Field]:
        """The dates of the same row at which an age may count."""
        named = rule.params.get("at")
        if named:
            found = relations.find_anchor(self._scope.source, str(named))
            assert found is not None  # the policy was refused otherwise
            return [found[1]] if found[0].name == table.name else []
        if table.name == self._scope.source.base_table:
            return []
        return [
            field
            for other, field, dated in self._ruled
            if other.name == table.name and over90.is_dated(dated)
        ]

    def _told_at_first(self) -> Mapping[str, tuple[_Fields, _Fields]]:
        """By table: the dates of which one may be a unit's first, and the ages that count then."""
        told: dict[str, tuple[_Fields, _Fields]] = {}
        for table, field, rule in self._ruled:
            if over90.is_dated(rule):
                told.setdefault(table.name, ({}, {}))[0][field.name] = field
            if self._counts_at_first(table, field, rule):
                told.setdefault(table.name, ({}, {}))[1][field.name] = field
        for field in self._intervals:
            base = self._scope.source.base_table
            told.setdefault(base, ({}, {}))[0][field.name] = field
        return told

    def _firsts(self, told: Mapping[str, tuple[_Fields, _Fields]]) -> Iterator[exp.Select]:
        """Of each row the first day and the largest age, so that a table is read only once.

        Missing dates and ages are skipped: a person's first day is the first that is known.
        """
        for name, (dates, ages) in told.items():
            days = [
                over90.true_day(nodes.column("r", field.name), kind=field.type)
                for field in dates.values()
            ]
            known = [nodes.column("r", age) for age in ages]
            first = oldest = None
            if days[1:]:
                first = exp.Least(this=days[0], expressions=days[1:], ignore_nulls=True)
            if known[1:]:
                oldest = exp.Greatest(this=known[0], expressions=known[1:], ignore_nulls=True)
            nothing = exp.Cast(this=exp.Null(), to=nodes.DATE.copy())
            yield self._pairs(
                self._scope.source.get_table(name),
                [*dates, *ages],
                first or next(iter(days), nothing),
                age=oldest or next(iter(known), exp.Null()),
            )

    def _between(self) -> Iterator[fields.Field]:
        """The dates at both ends of every number of days that leaves."""
        base = self._scope.source.base
        for table, field, rule in self._ruled:
            each = self._scope.derived(table, field.name)
            if isinstance(each, derived.DaysBetween) and rule.method is not fields.Method.DROP:
                yield base.get_field(each.start)
                yield base.get_field(each.end)

    def _anchored(self, anchors: Callable[[str], str]) -> Iterator[exp.Select]:
        named = [
            str(rule.params["anchor"]) for _, _, rule in self._ruled if "anchor" in rule.params
        ]
        for anchor in dict.fromkeys(named):
            source = nodes.table(anchors(anchor), "a")
            unit, when = nodes.column("a", IDENTIFIER), nodes.column("a", DAY)
            yield day_pairs.pair(unit, when, source=source, age=exp.Null())

    def _days(self, table: holding.Table, field: fields.Field) -> exp.Select:
        true_day = over90.true_day(nodes.column("r", field.name), kind=field.type)
        return self._pairs(table, [field.name], true_day)

    def _pairs(
        self,
        table: holding.Table,
        names: Sequence[str],
        value: exp.Expression,
        *,
        age: exp.Expression | None = None,
    ) -> exp.Select:
        source = nodes.derived(self._rows(table, names), "r")
        unit = session.as_text(nodes.column("r", self._unit(table)))
        return day_pairs.pair(unit, value, source=source, age=age)

    def _rows(self, table: holding.Table, names: Sequence[str]) -> exp.Select:
        return self._scope.rows(table.name, list(dict.fromkeys([self._unit(table), *names])))

    def _unit(self, table: holding.Table) -> str:
        unit = self._scope.unit_column(table)
        assert unit is not None
        return unit


def earliest_of(scope: Scope, table: holding.Table, field: fields.Field) -> exp.Select:
    """Of each unit the earliest day in a column, as (identifier, day)."""
    unit = scope.unit_column(table)
    assert unit is not None
    rows = nodes.derived(scope.rows(table.name, list(dict.fromkeys([unit, field.name]))), "r")
    true_day = day(nodes.column("r", field.name), kind=field.type)
    return day_pairs.earliest(
        [day_pairs.pair(session.as_text(nodes.column("r", unit)), true_day, source=rows)]
    )


def _ruled(scope: Scope, rules: Rules) -> Iterator[_Named]:
    """The ruled columns of tables that are about units; others have no dates of anybody."""
    for table in scope.source.tables:
        if scope.unit_column(table) is None:
            continue
        for field in table.fields:
            rule = rules.get(f"{table.name}.{field.name}")
            if rule is not None:
                yield table, field, rule
