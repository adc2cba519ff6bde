"""Leave a column out, because the method policy says so (45 CFR 164.514(b)(2)(i) for names,
numbers and contacts)."""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place
from muniment.dataplane.spec.values import FieldType

LEAVES = False
NEEDS: frozenset[Need] = frozenset()


def result(kind: FieldType) -> FieldType:
    return kind


def words(params: Mapping[str, object]) -> str:
    return "Not released."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return exp.Null()
