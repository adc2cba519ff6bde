"""Days since a date of the same person, in place of the date (`privacy.md` A9: offer this first).

Intervals stay exact, the calendar is gone. Whole calendar days; negative before the anchor; missing
where either date is missing or names no whole day. Text names one as ISO 8601 writes it, with or
without a time: 2012-03-01, 2012-03-01T09:30. Source of the idea: 45 CFR 164.514(b)(2)(i)(C), which
counts every date element but the year as an identifier.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place, brought, day
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.ANCHOR})


def result(kind: FieldType) -> FieldType:
    return FieldType.INTEGER


def words(params: Mapping[str, object]) -> str:
    return f"Calendar days since {params['anchor']} of the same person; negative before it."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return exp.DateDiff(
        this=day(column, kind=place.kind),
        expression=brought(place.anchor),
        unit=exp.var("DAY"),
    )
