"""One spelling for each value, as the type of its column reads it: `"+65"`, `"065"` and 65 are 65.

Whole numbers, years and dates have neighbors, so that "less than 40" is "at most 39".
"""

import dataclasses
import datetime
from collections.abc import Mapping
from decimal import Decimal

from muniment.dataplane.spec import cohort, derived, terminologies, values
from muniment.dataplane.spec.cohort import Comparison, Node, Op
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.reader import LARGEST_INTEGER
from muniment.dataplane.spec.specification import Part
from muniment.dataplane.spec.values import FieldType

_Types = Mapping[str, FieldType]
_CLOSED = {Op.LESS_THAN: (Op.AT_MOST, -1), Op.MORE_THAN: (Op.AT_LEAST, 1)}


def spelled(node: Node, *, part: Part, holding: Holding) -> Node:
    """The same cohort with each value in one spelling; what its type cannot hold is left alone."""
    types = _types(holding.base) | {each.name: derived.type_of(each) for each in part.derived}
    return _node(node, types, holding)


def derived_spelled(
    computed: tuple[derived.Derived, ...], *, holding: Holding
) -> tuple[derived.Derived, ...]:
    """The same for the conditions that derived variables are made of."""
    found: list[derived.Derived] = []
    for each in computed:
        if isinstance(each, derived.CountOf | derived.AnyOf):
            table = holding.find_table(each.table)
            if table is not None and each.where is not None:
                where = _node(each.where, _types(table), holding)
                each = dataclasses.replace(each, where=where)
        found.append(each)
    return tuple(found)


def _types(table: Table) -> dict[str, FieldType]:
    return {field.name: field.type for field in table.fields}


def _node(node: Node, types: _Types, holding: Holding) -> Node:
    def respelled(leaf: cohort.Leaf) -> Node:
        match leaf:
            case Comparison(variable) if variable in types:
                return _comparison(leaf, types[variable])
            case cohort.Under():
                return _under(leaf)
            case cohort.Exists() | cohort.Count() | cohort.Edge():
                return _relation(leaf, holding)
        return leaf

    return cohort.changed(node, respelled)


def _under(node: cohort.Under) -> Node:
    """As the terminology writes its codes, without those that lie under another of the list."""
    known = terminologies.tree(node.of.value)
    codes = {known.find(code) or code for code in node.codes}
    below = {
        each
        for code in codes
        if known.find(code) is not None
        for each in known.under(code)
        if each != code
    }
    return dataclasses.replace(node, codes=tuple(sorted(codes - below)))


def _relation(node: cohort.Relation, holding: Holding) -> Node:
    table = holding.find_table(node.table)
    if table is None:
        return node
    types = _types(table)
    where = None if node.where is None else _node(node.where, types, holding)
    if isinstance(node, cohort.Edge):
        return dataclasses.replace(node, where=where, then=_node(node.then, types, holding))
    return dataclasses.replace(node, where=where)


def _comparison(node: Comparison, kind: FieldType) -> Comparison:
    meant = [values.of(value, kind=kind) for value in node.values]
    op = node.op
    if op in _CLOSED and len(meant) == 1 and meant[0] is not None:
        closed, step = _CLOSED[op]
        neighbor = _neighbor(meant[0], kind, step)
        if neighbor is not None:
            op, meant = closed, [neighbor]
    written = [
        value if each is None else _written(each)
        for value, each in zip(node.values, meant, strict=True)
    ]
    return Comparison(node.variable, op, tuple(written))


def _neighbor(value: values.Value, kind: FieldType, step: int) -> values.Value | None:
    """The next value there is, or None where the type has none, or none we could write."""
    if kind in (FieldType.INTEGER, FieldType.YEAR) and isinstance(value, int):
        return value + step if abs(value) < LARGEST_INTEGER else None
    if kind is FieldType.DATE and isinstance(value, datetime.date):
        try:
            return value + datetime.timedelta(days=step)
        except OverflowError:
            return None
    return None


def _written(value: values.Value) -> cohort.Scalar:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime.date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return str(value)  # canonical JSON has no exact integer of this size
    return value


def _number(value: Decimal) -> cohort.Scalar:
    """As the double that engines compare with, since two spellings may share one."""
    double = float(value)
    whole = double.is_integer() and abs(double) <= LARGEST_INTEGER
    return int(double) if whole else repr(double)
