"""Move all dates of a person by the same secret number of whole weeks (`privacy.md` A9).

Intervals and weekdays stay. The shift is keyed per person and line, 4 to 52 weeks either way. Dates
that many persons share (a data cut-off, a mass event) would reveal it, so they are withheld, and
so is one that would be moved out of the years 1000 to 9999, in which dates are written. A shifted
date is not Safe Harbor: 45 CFR 164.514(b)(2)(i)(C) leaves only the year, and the year of a
shifted date is not the true one.
"""

import datetime
from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, brought, day, either
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.SHIFT, Need.SHARED_DATES})
INT = exp.DataType(this=exp.DataType.Type.INT)
WRITTEN = (datetime.date(1000, 1, 1), datetime.date.max)


def result(kind: FieldType) -> FieldType:
    return FieldType.DATE


def words(params: Mapping[str, object]) -> str:
    return (
        "Moved by a secret number of whole weeks, the same for all dates of one person; "
        "dates that many people share are withheld."
    )


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    true_day = day(column, kind=place.kind)
    # A day and a number: an interval would make a moment of it, at four times the cost.
    shift = exp.Cast(this=brought(place.shift), to=INT.copy())
    moved = exp.Paren(this=exp.Add(this=true_day.copy(), expression=shift))
    low, high = (nodes.literal(end) for end in WRITTEN)
    cases: list[tuple[exp.Expression, exp.Expression]] = []
    if place.listed is not None:
        shared = exp.In(this=true_day, query=exp.Subquery(this=brought(place.listed)))
        cases.append((shared, exp.Null()))
    cases.append((exp.Between(this=moved, low=low, high=high), moved.copy()))
    return either(cases, default=exp.Null())
