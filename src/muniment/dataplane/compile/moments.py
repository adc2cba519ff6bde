"""Calendar arithmetic as nodes: days between two moments, completed years of life.

Moments count by their day in UTC, as `values.of` reads them.
"""

from collections.abc import Callable

from sqlglot import exp

from muniment.dataplane.compile import nodes


def days(start: exp.Expression, end: exp.Expression) -> exp.Expression:
    """Calendar days from `start` to `end`, negative where the end comes first."""
    return exp.DateDiff(this=_day(end), expression=_day(start), unit=nodes.word("DAY"))


def age(born: exp.Expression, at: exp.Expression) -> exp.Expression:
    """Completed calendar years, never days divided by 365.25: that ages people too late.

    Missing before birth. A birthday on 29 February comes on 1 March in other years.
    """
    month, day = _compared(exp.Month, at, born), _compared(exp.Day, at, born)
    earlier_month = exp.LT(this=month[0], expression=month[1])
    same_month = exp.EQ(this=month[0].copy(), expression=month[1].copy())
    earlier_day = exp.LT(this=day[0], expression=day[1])
    before_birthday = nodes.either([earlier_month, nodes.every([same_month, earlier_day])])
    year = _compared(exp.Year, at, born)
    years = exp.Paren(this=exp.Sub(this=year[0], expression=year[1]))
    short = exp.Sub(this=years.copy(), expression=nodes.number(1))
    lived = exp.GTE(this=_day(at), expression=_day(born))
    whole = exp.Case(ifs=[exp.If(this=before_birthday, true=short)], default=years)
    return exp.Cast(this=exp.Case(ifs=[exp.If(this=lived, true=whole)]), to=nodes.BIGINT.copy())


def _compared(
    part: Callable[..., exp.Expression], at: exp.Expression, born: exp.Expression
) -> tuple[exp.Expression, exp.Expression]:
    return part(this=_day(at)), part(this=_day(born))


def _day(moment: exp.Expression) -> exp.Expression:
    return exp.Cast(this=moment.copy(), to=nodes.DATE.copy())
