"""Withhold what would show that somebody is over 89, whatever column shows it.

45 CFR 164.514(b)(2)(i)(C) hides ages over 89 "and all elements of dates (including year)
indicative of such age". An age of 85 with a visit six years later is such a date, and so are a
birth year beside a recent year, and two events 91 years apart. So for each person the first day is
found on which everything released together shows 90 years; dates and intervals from that day on
are missing. This is no method of its own: it is laid over the methods that release dates.

The day is the earliest of: for an age A at a day, that day and 90 - A years more; for a birth date,
90 years more; and 90 years after the person's first date of all. An age counts at the date its rule
names (`at`). Without one it counts at the dates of its own row, or for the base table at the
person's first date: that withholds more than it need.
"""

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import day, either
from muniment.dataplane.spec.fields import Method, Release
from muniment.dataplane.spec.rules import About
from muniment.dataplane.spec.values import CALENDAR, FieldType

OLDEST = 90
FARTHEST = 10_000
INT = exp.DataType(this=exp.DataType.Type.INT)
WORDS = " Missing from the day on which it would show an age over 89."
BIRTH_WORDS = " Missing for people who would be over 89 now."
DATED = frozenset({Method.DAYS_FROM, Method.WEEKLY_SHIFT, Method.YEAR})


def is_age(rule: Release) -> bool:
    return rule.method is Method.TOP90 or rule.params.get("of") == About.AGE


def is_birth(rule: Release) -> bool:
    return rule.params.get("of") == About.BIRTH


def shows_date(rule: Release, *, kind: FieldType) -> bool:
    """Whether it releases something of a date, or the date as it is."""
    return rule.method in DATED or (rule.method is Method.KEEP and kind in CALENDAR)


def is_dated(rule: Release, *, kind: FieldType) -> bool:
    """The same, birth dates aside."""
    return shows_date(rule, kind=kind) and not is_birth(rule)


def true_day(column: exp.Expression, *, kind: FieldType) -> exp.Expression:
    """The day of a column; the first of the year where only the year is held."""
    if kind is FieldType.YEAR:
        first = nodes.number(1)
        return exp.DateFromParts(year=column.copy(), month=first, day=first.copy())
    return day(column, kind=kind)


def ninetieth(at: exp.Expression, *, age: exp.Expression | None = None) -> exp.Expression:
    """The day by which somebody of this age (nothing: newborn) at that day is 90."""
    years: exp.Expression = nodes.number(OLDEST)
    if age is not None:
        years = exp.Paren(this=exp.Sub(this=years, expression=_sensible(age)))
    # Months, rounded down, so that an age of 89.9 is not taken for 89.
    months = exp.Floor(this=exp.Mul(this=years, expression=nodes.number(12)))
    whole = exp.Cast(this=months, to=INT.copy())
    later = exp.DateAdd(this=at.copy(), expression=whole, unit=exp.var("MONTH"))
    return exp.Cast(this=later, to=nodes.DATE.copy())


def _sensible(age: exp.Expression) -> exp.Expression:
    """An age that no calendar reaches back to, or on to, as one that none does either."""
    least, most = nodes.number(-FARTHEST), nodes.number(FARTHEST)
    low = exp.LT(this=age.copy(), expression=least)
    high = exp.GT(this=age.copy(), expression=most)
    return either([(low, least.copy()), (high, most.copy())], default=age.copy())


def first_ninetieth(first: exp.Expression, *, age: exp.Expression | None) -> exp.Expression:
    """The day by which somebody is 90 at the latest who has this first day, and this age then."""
    ends = ninetieth(first)
    if age is None:
        return ends
    grown = ninetieth(first, age=age)
    return exp.Least(this=ends, expressions=[grown], ignore_nulls=True)


def later(one: exp.Expression, other: exp.Expression) -> exp.Expression:
    """The later of two days that are both known."""
    first = exp.GT(this=one.copy(), expression=other.copy())
    return either([(first, one.copy())], default=other.copy())


def withheld(
    treated: exp.Expression,
    *,
    rule: Release,
    kind: FieldType,
    held: exp.Expression,
    ninetieth_day: exp.Expression,
    today: exp.Expression,
) -> exp.Expression:
    """The treated column, missing where it would show an age over 89.

    `held` is the true day of the cell, and `kind` what is held. A year is missing when the
    birthday lies anywhere in it.
    """
    if is_birth(rule):
        old: exp.Expression = exp.LTE(this=ninetieth_day.copy(), expression=today.copy())
    elif rule.method is Method.YEAR or kind is FieldType.YEAR:
        old = exp.GTE(this=_year(held), expression=_year(ninetieth_day))
    else:
        old = exp.GTE(this=held.copy(), expression=ninetieth_day.copy())
    return either([(old, exp.Null())], default=treated)


def _year(day: exp.Expression) -> exp.Expression:
    return exp.Extract(this=exp.var("YEAR"), expression=day.copy())
