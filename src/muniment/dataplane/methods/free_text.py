"""Leave free text out: names, places and dates hide in it, and no program finds all of them
(45 CFR 164.514(b)(2)(i)(R) covers whatever else may identify)."""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place
from muniment.dataplane.spec.values import FieldType

LEAVES = False
NEEDS: frozenset[Need] = frozenset()


def result(kind: FieldType) -> FieldType:
    return kind


def words(params: Mapping[str, object]) -> str:
    return "Not released: free text."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return exp.Null()
