"""Release a column as it is held; the class in the descriptor is what allows it."""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()


def result(kind: FieldType) -> FieldType:
    return kind


def words(params: Mapping[str, object]) -> str:
    return "As held."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return column.copy()
