"""Keep only the year of a date, as 45 CFR 164.514(b)(2)(i)(C) allows.

The rule also asks to hide a year that shows an age over 89. Nobody but the rule says what a date is
the date of: give a birth date `drop`, or say `"of": "birth"`.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place, day
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()


def result(kind: FieldType) -> FieldType:
    return FieldType.YEAR


def words(params: Mapping[str, object]) -> str:
    return "The year only."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    if place.kind is FieldType.YEAR:
        return column.copy()
    return exp.Extract(this=exp.var("YEAR"), expression=day(column, kind=place.kind))
