"""Ages of 90 and over become 90 (45 CFR 164.514(b)(2)(i)(C): "ages over 89 ... into a single
category of age 90 or older"). For ages in completed calendar years."""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, either
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()
TOP = 90


def result(kind: FieldType) -> FieldType:
    return kind


def words(params: Mapping[str, object]) -> str:
    return f"{TOP} stands for {TOP} or older."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    # Not LEAST(): engines skip missing values in it, and would age the ageless.
    old = exp.GTE(this=column.copy(), expression=nodes.number(TOP))
    return either([(old, nodes.number(TOP))], default=column.copy())
