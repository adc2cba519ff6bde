"""Move all dates of a person by the same secret number of whole weeks (`privacy.md` A9).

Intervals and weekdays stay. The shift is keyed per person and line, 4 to 52 weeks either way. Dates
that many persons share (a data cut-off, a mass event) would reveal it, so they are withheld. A
shifted date is not Safe Harbor: 45 CFR 164.514(b)(2)(i)(C) leaves only the year, and the year of a
shifted date is not the true one.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, brought, day, either
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.SHIFT, Need.SHARED_DATES})


def result(kind: FieldType) -> FieldType:
    return FieldType.DATE


def words(params: Mapping[str, object]) -> str:
    return (
        "Moved by a secret number of whole weeks, the same for all dates of one person; "
        "dates that many people share are withheld."
    )


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    true_day = day(column, kind=place.kind)
    moved = exp.Cast(
        this=exp.DateAdd(
            this=true_day.copy(), expression=brought(place.shift), unit=exp.var("DAY")
        ),
        to=nodes.DATE.copy(),
    )
    if place.listed is None:
        return moved
    shared = exp.In(this=true_day, query=exp.Subquery(this=brought(place.listed)))
    return either([(shared, exp.Null())], default=moved)
