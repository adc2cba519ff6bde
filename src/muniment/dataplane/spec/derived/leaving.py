"""The class and release rule of a derived variable: never milder than what it is made of.

- The class is that of a column it is computed from, the one that points most at somebody, and at
  least `quasi` for an age.
- `age_at` leaves as `top90`: 45 CFR 164.514(b)(2)(i)(C) wants ages over 89 in one group.
- `days_between` leaves as it is only where both dates leave by one and the same rule, as they are
  or as days from one anchor, so that it tells nothing new. Not beside a shift: dates that everybody
  shares are withheld there, and the days to one of them would tell the shift.
- `count_of` and `any_of` leave only where every column they test leaves as it is.

Anything else has no rule, and a build refuses it until a method policy gives it one.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from muniment.dataplane.spec import cohort, derived, sentences
from muniment.dataplane.spec.fields import Field, Method, Release, Sensitivity
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.rules import About
from muniment.dataplane.spec.values import CALENDAR, FALSE, TRUE

# A column that names people comes first, then one by which a neighbor could know them.
_BY_POINTING = (Sensitivity.DIRECT, Sensitivity.QUASI, Sensitivity.SENSITIVE)
_KEEPS_DISTANCE = frozenset({Method.KEEP, Method.DAYS_FROM})

# The rule by which a declared column leaves.
RuleOf = Callable[[Table, Field], Release | None]


def declared(table: Table, field: Field) -> Release | None:
    """The descriptor's own rule."""
    return field.release


def field_of(
    each: derived.Derived, holding: Holding, *, rule_of: RuleOf = declared
) -> Field | None:
    """The column it would be if the descriptor declared it; None where a part of it is unknown."""
    try:
        made_of = list(sources(each, holding))
    except KeyError:
        return None
    said = sentences.computed(each)
    return Field(
        name=each.name,
        type=derived.type_of(each),
        title="",
        description=f"Derived: {said}.",
        sensitivity=_sensitivity(each, [field for _, field in made_of]),
        release=_rule(each, made_of, rule_of),
        bands=(),
        codes=(),
        identifier_like=False,
        required=False,
        true_values=TRUE,
        false_values=FALSE,
    )


def widened(
    holding: Holding, computed: Iterable[derived.Derived], *, rule_of: RuleOf = declared
) -> Holding:
    """The holding as if its base table had the derived variables as columns, each once."""
    made = {each.name: field_of(each, holding, rule_of=rule_of) for each in computed}
    known = tuple(field for field in made.values() if field is not None)
    tables = (
        dataclasses.replace(table, fields=(*table.fields, *known))
        if table.name == holding.base_table
        else table
        for table in holding.tables
    )
    return dataclasses.replace(holding, tables=tuple(tables))


def sources(each: derived.Derived, holding: Holding) -> Iterator[tuple[Table, Field]]:
    """Every column whose value decides; raises `KeyError` where one is not declared."""
    base = holding.base
    match each:
        case derived.AgeAt(born=born, at=day):
            yield base, base.get_field(born)
            if day is not None:
                yield base, base.get_field(day)
        case derived.DaysBetween(start=start, end=end):
            yield base, base.get_field(start)
            yield base, base.get_field(end)
        case _:
            table = holding.get_table(each.table)
            if each.where is not None:
                yield from _tested(each.where, table, holding)


def is_shifted(each: derived.Derived, holding: Holding, *, rule_of: RuleOf) -> bool:
    """Whether it is made of a date that leaves shifted."""
    rules = [rule_of(table, field) for table, field in sources(each, holding)]
    return any(rule is not None and rule.method is Method.WEEKLY_SHIFT for rule in rules)


def tells_time(each: derived.Derived, holding: Holding, *, rule_of: RuleOf) -> bool:
    """Whether it tests dates or ages that do not leave as they are.

    Such a count could tell what their own methods hide: a true date, or an age over 89.
    """
    for table, field in sources(each, holding):
        rule = rule_of(table, field)
        if rule is not None and _is_age(rule):
            return True
        if field.type in CALENDAR and (rule is None or rule.method is not Method.KEEP):
            return True
    return False


def tests_calendar(each: derived.Derived, holding: Holding) -> bool:
    """Whether it is made of a date or a year, however that leaves."""
    made_of = (field for _, field in sources(each, holding))
    return any(field.type in CALENDAR or field.is_named_year for field in made_of)


def texts(each: derived.CountOf | derived.AnyOf) -> Iterator[str]:
    """Every text that its condition compares with."""
    for leaf, _ in cohort.walk(each.where, "") if each.where else ():
        if isinstance(leaf, cohort.Comparison):
            yield from (value for value in leaf.values if isinstance(value, str))


def of_birth(each: derived.Derived, holding: Holding, *, rule_of: RuleOf) -> bool:
    """Whether it is made of a date that its rule calls one of birth."""
    rules = [rule_of(table, field) for table, field in sources(each, holding)]
    return any(rule is not None and rule.params.get("of") == About.BIRTH for rule in rules)


def _is_age(rule: Release) -> bool:
    return rule.method is Method.TOP90 or rule.params.get("of") in (About.AGE, About.BIRTH)


def _sensitivity(each: derived.Derived, made_of: list[Field]) -> Sensitivity | None:
    classes = {field.sensitivity for field in made_of}
    if None in classes:
        return None
    if isinstance(each, derived.AgeAt):
        classes.add(Sensitivity.QUASI)
    return next((one for one in _BY_POINTING if one in classes), Sensitivity.QUASI)


def _rule(
    each: derived.Derived, made_of: list[tuple[Table, Field]], rule_of: RuleOf
) -> Release | None:
    if isinstance(each, derived.AgeAt):
        return Release(Method.TOP90)
    rules = [rule_of(table, field) for table, field in made_of]
    methods = {None if rule is None else rule.method for rule in rules}
    if isinstance(each, derived.DaysBetween):
        alike = rules[0] == rules[1] and methods <= _KEEPS_DISTANCE
        return Release(Method.KEEP) if alike else None
    return Release(Method.KEEP) if methods <= {Method.KEEP} else None


def _tested(node: cohort.Node, table: Table, holding: Holding) -> Iterator[tuple[Table, Field]]:
    for leaf, _ in cohort.walk(node, ""):
        # Nothing related stands inside something related: the reader refuses it.
        assert not isinstance(leaf, cohort.Relation)
        yield table, table.get_field(leaf.variable)
        if isinstance(leaf, cohort.Within):
            other = holding.base if leaf.base else table
            yield other, other.get_field(leaf.of)
