"""The language of cohorts once more, row by row in plain Python: slow, obvious, independent.

Only the meaning of a written value (`values.of`) is shared with what it checks.
"""

import operator
from collections.abc import Mapping, Sequence

from muniment.dataplane.spec import cohort, values
from muniment.dataplane.spec.holding import Holding, Table

Row = Mapping[str, object]
_COMPARE = {
    "equals": operator.eq,
    "not_equals": operator.ne,
    "less_than": operator.lt,
    "at_most": operator.le,
    "more_than": operator.gt,
    "at_least": operator.ge,
}


def typed(table: Table, cells: Sequence[str]) -> Row:
    """A record of text cells as values; None for missing and for what has not the type's form."""
    row = {}
    for field, cell in zip(table.fields, cells, strict=True):
        missing = cell in table.missing_values
        row[field.name] = None if missing else values.of(cell, kind=field.type)
    return row


def fits(node: cohort.Node, table: Table, row: Row, holding: Holding, data: dict) -> bool:
    """`data` maps each table's name to its typed rows."""
    match node:
        case cohort.AllOf(children):
            return all(fits(child, table, row, holding, data) for child in children)
        case cohort.AnyOf(children):
            return any(fits(child, table, row, holding, data) for child in children)
        case cohort.Not(child):
            return not fits(child, table, row, holding, data)
        case cohort.Exists(name, where):
            related = holding.get_table(name)
            pairs = holding.find_join(related)
            return any(
                all(other[theirs] is not None and other[theirs] == row[ours]
                    for ours, theirs in pairs)
                and (where is None or fits(where, related, other, holding, data))
                for other in data[name]
            )  # fmt: skip
    return compare(node, table, row[node.variable])


def compare(node: cohort.Comparison, table: Table, value: object) -> bool:
    if node.op == "missing":
        return value is None
    if node.op == "present":
        return value is not None
    if value is None:
        return False
    kind = table.get_field(node.variable).type
    asked = [values.of(each, kind=kind) for each in node.values]
    if node.op == "in":
        return value in asked
    if node.op == "between":
        return asked[0] <= value <= asked[1]
    return _COMPARE[node.op](value, asked[0])
