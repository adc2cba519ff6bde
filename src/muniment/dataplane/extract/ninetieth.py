"""The day from which a unit shows 90 years (`over90`), from everything that a build releases of it.

Where its one row of the base table tells all that tells it, the day is worked out beside that row;
otherwise from a table (identifier, day).
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import day_pairs, days, session
from muniment.dataplane.extract.day_pairs import AGE, DAY, IDENTIFIER
from muniment.dataplane.extract.elsewhere import NOWHERE, Elsewhere
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.methods import over90
from muniment.dataplane.policy import ages
from muniment.dataplane.spec import derived, fields, holding, relations, values

FIRST = "first day"

_Fields = dict[str, fields.Field]


@dataclass(frozen=True, slots=True)
class Told:
    """What a row `r` of `table` tells, from its columns `names`: a day, and an age at a unit's
    first day."""

    table: holding.Table
    names: Sequence[str]
    day: exp.Expression
    age: exp.Expression | None = None


class Ninetieth:
    """`rules` are those of every column of the holding that the build releases, `elsewhere` what
    linked holdings tell."""

    def __init__(
        self,
        engine: session.Session,
        scope: Scope,
        *,
        rules: ages.Rules,
        elsewhere: Elsewhere = NOWHERE,
    ) -> None:
        self._engine = engine
        self._scope = scope
        self._rules = rules
        self._ruled = list(ages.of_units(scope.source, rules))
        self._intervals = list(self._between())
        self._told = ages.told(scope.source, rules, scope.part.derived)
        self._elsewhere = elsewhere

    def shown(self) -> ages.Told:
        """Whether what is released tells an age, here or elsewhere, and whether a date."""
        return self._told | self._elsewhere.told

    def told(self, *, anchors: Callable[[str], str]) -> Elsewhere:
        """What this holding tells, for the guard of a linked one; `anchors` is as for `keep`."""
        ends, firsts = self._ends(anchors), self._first_days(anchors)
        return Elsewhere(
            self._told,
            (self._engine.columns(day_pairs.earliest(ends)),) if ends else (),
            (self._engine.columns(day_pairs.earliest(firsts, with_age=True)),) if firsts else (),
        )

    def keep(self, name: str, *, anchors: Callable[[str], str]) -> None:
        """Keep a table (identifier, day); `anchors` gives the table of an anchor's days."""
        ends, firsts = self._elsewhere.brought(self._engine)
        queries, first_days = self._ends(anchors) + ends, self._first_days(anchors) + firsts
        has_first = bool(first_days) and (self._has_dates() or self._elsewhere.told.dates)
        if has_first:
            self._engine.keep(FIRST, day_pairs.earliest(first_days, with_age=True))
            queries.append(self._of_first())
        # Of one query each unit is told of once already.
        whole = queries[0] if has_first and not queries[1:] else day_pairs.earliest(queries)
        self._engine.keep(name, whole)

    def in_base_row(self) -> Told | None:
        """The same of units with one base row each; None where more than that row tells it."""
        told = [*self._firsts(), *self._facts()]
        beside = self._anchors() or self._ages_at_anchors() or self._elsewhere.told.any
        if beside or any(each.table.name != self._scope.source.base_table for each in told):
            return None
        ends = [each.day for each in self._facts()]
        if self._has_dates():
            ends += [over90.first_ninetieth(each.day, age=each.age) for each in self._firsts()]
        names = dict.fromkeys(name for each in told for name in each.names)
        return Told(self._scope.source.base, [*names], day_pairs.least(ends))

    def _ends(self, anchors: Callable[[str], str]) -> list[exp.Select]:
        """Queries of days on which units are 90."""
        return [*(self._pairs(each) for each in self._facts()), *self._at_anchors(anchors)]

    def _first_days(self, anchors: Callable[[str], str]) -> list[exp.Select]:
        """Queries of first days, and of ages that count on the first of all."""
        firsts = [self._pairs(each, with_age=True) for each in self._firsts()]
        return firsts + list(self._of_anchors(anchors))

    def _has_dates(self) -> bool:
        dated = any(over90.is_dated(rule, kind=field.type) for _, field, rule in self._ruled)
        return dated or bool(self._intervals or self._anchors())

    def _of_first(self) -> exp.Select:
        """90 years after the first day; for who was A then, 90 - A years after it."""
        first = nodes.table(self._engine.temporary(FIRST), "f")
        ends = over90.first_ninetieth(nodes.column("f", DAY), age=nodes.column("f", AGE))
        return day_pairs.pair(nodes.column("f", IDENTIFIER), ends, source=first)

    def _facts(self) -> Iterator[Told]:
        """Birth dates, and ages at a date of their row, with the day that each is 90 on."""
        for table, field, rule in self._ruled:
            each = self._scope.derived(table, field.name)
            if over90.is_birth(rule):
                born = over90.true_day(nodes.column("r", field.name), kind=field.type)
                yield Told(table, (field.name,), over90.ninetieth(born))
            elif over90.is_age(rule) and isinstance(each, derived.AgeAt):
                yield self._of_derived_age(each)
            elif over90.is_age(rule):
                age = nodes.column("r", field.name)
                for beside in self._dates_beside(table, rule):
                    at = over90.true_day(nodes.column("r", beside.name), kind=beside.type)
                    yield Told(table, (field.name, beside.name), over90.ninetieth(at, age=age))

    def _of_derived_age(self, each: derived.AgeAt) -> Told:
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
        return Told(base, names, over90.ninetieth(at, age=age))

    def _firsts(self) -> Iterator[Told]:
        """Of each row the first day and the largest age, so that a table is read only once.

        Missing dates and ages are skipped: a person's first day is the first that is known.
        """
        nothing = exp.Cast(this=exp.Null(), to=nodes.DATE.copy())
        for name, (dates, at_first) in self._told_at_first().items():
            known = [
                over90.true_day(nodes.column("r", field.name), kind=field.type)
                for field in dates.values()
            ]
            yield Told(
                self._scope.source.get_table(name),
                [*dates, *at_first],
                day_pairs.least(known) if known else nothing.copy(),
                day_pairs.greatest([nodes.column("r", age) for age in at_first])
                if at_first
                else None,
            )

    def _told_at_first(self) -> dict[str, tuple[_Fields, _Fields]]:
        """By table: the dates of which one may be a unit's first, and the ages that count then."""
        told: dict[str, tuple[_Fields, _Fields]] = {}
        for table, field, rule in self._ruled:
            if over90.is_dated(rule, kind=field.type):
                told.setdefault(table.name, ({}, {}))[0][field.name] = field
            is_at_none = not rule.params.get("at") and not self._dates_beside(table, rule)
            if self._is_plain_age(table, field, rule) and is_at_none:
                told.setdefault(table.name, ({}, {}))[1][field.name] = field
        for field in self._intervals:
            base = self._scope.source.base_table
            told.setdefault(base, ({}, {}))[0][field.name] = field
        return told

    def _is_plain_age(
        self, table: holding.Table, field: fields.Field, rule: fields.Release
    ) -> bool:
        is_derived = isinstance(self._scope.derived(table, field.name), derived.AgeAt)
        return over90.is_age(rule) and not over90.is_birth(rule) and not is_derived

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
            if other.name == table.name and over90.is_dated(dated, kind=field.type)
        ]

    def _ages_at_anchors(self) -> list[ages.Ruled]:
        """Ages that count at a date of the unit in another table, which their rule names."""
        return [
            (table, field, rule)
            for table, field, rule in self._ruled
            if rule.params.get("at")
            and self._is_plain_age(table, field, rule)
            and not self._dates_beside(table, rule)
        ]

    def _at_anchors(self, anchors: Callable[[str], str]) -> Iterator[exp.Select]:
        for table, field, rule in self._ages_at_anchors():
            rows = nodes.derived(days.rows(self._scope, table, [field.name]), "r")
            unit = days.identifier(self._scope, table)
            same = exp.EQ(this=nodes.column("f", IDENTIFIER), expression=unit)
            ends = over90.ninetieth(nodes.column("f", DAY), age=nodes.column("r", field.name))
            at_table = nodes.table(anchors(str(rule.params["at"])), "f")
            query = day_pairs.pair(unit.copy(), ends, source=rows)
            yield session.joined(query, [session.join(at_table, on=same)])

    def _between(self) -> Iterator[fields.Field]:
        """The dates at both ends of every number of days that leaves."""
        source = self._scope.source
        for each in ages.intervals(source, self._rules, self._scope.part.derived):
            yield source.base.get_field(each.start)
            yield source.base.get_field(each.end)

    def _anchors(self) -> list[str]:
        named = [rule.params["anchor"] for _, _, rule in self._ruled if "anchor" in rule.params]
        return [*dict.fromkeys(map(str, named))]

    def _of_anchors(self, anchors: Callable[[str], str]) -> Iterator[exp.Select]:
        for anchor in self._anchors():
            source = nodes.table(anchors(anchor), "a")
            unit, when = nodes.column("a", IDENTIFIER), nodes.column("a", DAY)
            yield day_pairs.pair(unit, when, source=source, age=exp.Null())

    def _pairs(self, told: Told, *, with_age: bool = False) -> exp.Select:
        source = nodes.derived(days.rows(self._scope, told.table, told.names), "r")
        age = (told.age or exp.Null()) if with_age else None
        unit = days.identifier(self._scope, told.table)
        return day_pairs.pair(unit, told.day, source=source, age=age)


def ends(scope: Scope, table: holding.Table, field: fields.Field) -> list[str]:
    """The dates that a number of days is counted between; nothing for another column."""
    each = scope.derived(table, field.name)
    return [each.start, each.end] if isinstance(each, derived.DaysBetween) else []


def latest_day(scope: Scope, table: holding.Table, field: fields.Field) -> exp.Expression:
    """The latest day that a cell of a row `r` tells of."""
    told = [table.get_field(name) for name in ends(scope, table, field)] or [field]
    true = [over90.true_day(nodes.column("r", each.name), kind=each.type) for each in told]
    return functools.reduce(over90.later, true)


def beside(rows: exp.Select, told: Told, names: Sequence[str]) -> tuple[exp.Select, exp.Expression]:
    """The rows, which have these columns, with the day that each tells; and that as one of `r`."""
    known, day = {name.casefold() for name in names}, "ninetieth"
    while day in known:
        day += "~"
    chosen: list[exp.Expression] = [nodes.column("r", name) for name in names]
    chosen.append(nodes.named(told.day.copy(), day))
    return nodes.select(chosen, source=nodes.derived(rows, "r")), nodes.column("r", day)
