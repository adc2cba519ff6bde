"""What that leaves tells a person's ages and days, and which of it nobody can tell whose it is.

Nobody may be shown to be over 89 by all that leaves of them together (45 CFR 164.514(b)(2)(i)(C),
`privacy.md` A12): a build withholds a person's dates from the day on which they would show 90
years. That day is of one person. So beside an age no date, and beside a date no age, may leave from
rows which belong to a person and do not say to whom. A policy is refused for that before anybody
signs it; the build withholds by the same columns.

`rules` are those of every column that leaves of one holding, by "table.field", in whatever part.
`source` is that holding with all variables that are derived of it (`listed`) as its columns.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from muniment.dataplane import refusals
from muniment.dataplane.methods import over90
from muniment.dataplane.policy import fitting, persons
from muniment.dataplane.spec import derived, fields, holding
from muniment.dataplane.spec.fields import Method, Release

Rules = Mapping[str, Release]
Ruled = tuple[holding.Table, fields.Field, Release]


@dataclass(frozen=True, slots=True)
class Told:
    """Whether anything tells an age, and anything a day or a number of days."""

    ages: bool = False
    dates: bool = False

    def __or__(self, other: "Told") -> "Told":
        return Told(self.ages or other.ages, self.dates or other.dates)

    @property
    def any(self) -> bool:
        return self.ages or self.dates

    @property
    def both(self) -> bool:
        """Then dates may show an age that no column names."""
        return self.ages and self.dates


NOTHING = Told()


def is_about_units(source: holding.Holding, table: holding.Table) -> bool:
    """Whether the rows of a table are about units, be it that they do not say which.

    Those belong to a row of the base table by its key, so a reader can tell whose they are. What
    rows of the base table share, a practice, is about none of them.
    """
    if persons.unit_column(source, table) is not None:
        return True
    base = source.base
    is_pointed_at = any(
        key.table == table.name and key.fields == base.primary_key for key in base.foreign_keys
    )
    return is_pointed_at or base.name in {key.table for key in table.foreign_keys}


def of_anybody(source: holding.Holding, rules: Rules) -> Iterator[Ruled]:
    """The columns that leave from tables about units."""
    for table in source.tables:
        if is_about_units(source, table):
            yield from _ruled(table, rules)


def of_units(source: holding.Holding, rules: Rules) -> Iterator[Ruled]:
    """Those from tables whose rows say which unit each is about."""
    for each in of_anybody(source, rules):
        if persons.unit_column(source, each[0]) is not None:
            yield each


def of_unnamed(source: holding.Holding, rules: Rules) -> Iterator[Ruled]:
    """Those from tables whose rows do not say which."""
    for each in of_anybody(source, rules):
        if persons.unit_column(source, each[0]) is None:
            yield each


def intervals(
    source: holding.Holding, rules: Rules, listed: Iterable[derived.Derived]
) -> Iterator[derived.DaysBetween]:
    """The numbers of days that leave."""
    for each in listed:
        rule = rules.get(f"{source.base_table}.{each.name}")
        leaves = rule is not None and rule.method is not Method.DROP
        if isinstance(each, derived.DaysBetween) and leaves:
            yield each


def told(source: holding.Holding, rules: Rules, listed: Iterable[derived.Derived]) -> Told:
    """What all that leaves of a holding tells. A birth date tells both."""
    tied = list(of_anybody(source, rules))
    return Told(
        any(over90.is_age(rule) or over90.is_birth(rule) for _, _, rule in tied),
        any(over90.shows_date(rule, kind=field.type) for _, field, rule in tied)
        or any(intervals(source, rules, listed)),
    )


def unguarded(source: holding.Holding, rules: Rules) -> Iterator[refusals.Refusal]:
    """Every age and date that could not be withheld from anybody, where one would have to be."""
    for table, field, rule in of_unnamed(source, rules):
        tells = over90.is_age(rule) or over90.is_dated(rule, kind=field.type)
        if tells and not fitting.needs_unit(rule):  # else it is refused by itself
            says = (
                f"names no single {source.unit}, so no age over 89 could be withheld; drop it, or "
                f"have each row of {table.name} name its {source.unit} (person_key)"
            )
            yield fitting.reason("no-person", f"{table.name}.{field.name}", says)


def _ruled(table: holding.Table, rules: Rules) -> Iterator[Ruled]:
    for field in table.fields:
        rule = rules.get(f"{table.name}.{field.name}")
        if rule is not None:
            yield table, field, rule
