"""The language of cohorts once more, row by row in plain Python: slow, obvious, independent.

Only the meaning of a written value (`values.of`) is shared with what it checks.
"""

import datetime
import operator
from collections.abc import Mapping, Sequence

from muniment.dataplane.spec import cohort, derived, terminologies, values
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


def fits(
    node: cohort.Node,
    table: Table,
    row: Row,
    holding: Holding,
    data: dict,
    *,
    base: Row | None = None,
) -> bool:
    """`data` maps each table's name to its typed rows; `base` is the row a related one is of."""
    match node:
        case cohort.AllOf(children):
            return all(fits(child, table, row, holding, data, base=base) for child in children)
        case cohort.AnyOf(children):
            return any(fits(child, table, row, holding, data, base=base) for child in children)
        case cohort.Not(child):
            return not fits(child, table, row, holding, data, base=base)
        case cohort.Exists(name, where):
            return bool(related(name, where, row, holding, data))
        case cohort.Count(name, where, op, values):
            return judged(op, len(related(name, where, row, holding, data)), list(values))
        case cohort.Edge(end, name, by, where, then):
            dated = [
                other for other in related(name, where, row, holding, data)
                if other[by] is not None
            ]  # fmt: skip
            if not dated:
                return False
            moments = [other[by] for other in dated]
            moment = min(moments) if end == "first" else max(moments)
            chosen = [other for other in dated if other[by] == moment]
            inner = holding.get_table(name)
            return any(fits(then, inner, other, holding, data, base=row) for other in chosen)
        case cohort.Within(variable, of, of_base, low, high):
            start, end = (base if of_base else row)[of], row[variable]
            if start is None or end is None:
                return False
            days = (as_day(end) - as_day(start)).days
            return (low is None or days >= low) and (high is None or days <= high)
        case cohort.Under(variable, codes, of):
            value = row[variable]
            return value is not None and any(is_under(value, code, of) for code in codes)
    return compare(node, table, row[node.variable])


def related(
    name: str, where: cohort.Node | None, row: Row, holding: Holding, data: dict
) -> list[Row]:
    """The rows of a related table that belong to a base row and fit."""
    table = holding.get_table(name)
    pairs = holding.find_join(table)
    return [
        other
        for other in data[name]
        if all(other[theirs] is not None and other[theirs] == row[ours] for ours, theirs in pairs)
        and (where is None or fits(where, table, other, holding, data, base=row))
    ]


def as_day(moment: datetime.date) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def is_under(value: str, code: str, of: str) -> bool:
    """By walking up from the value; ICD-10-CM is also written without its dot."""
    parents = terminologies.tree(of).parents
    if of == "icd-10-cm":
        value, code = (
            each if each in parents else f"{each[:3]}.{each[3:]}" for each in (value, code)
        )
    while value in parents:
        if value == code:
            return True
        value = parents[value]
    return False


def derive(each: derived.Derived, row: Row, holding: Holding, data: dict) -> object:
    """The value of a derived variable for one base row."""
    match each:
        case derived.AgeAt(born=born, at=at, on=on):
            start = row[born]
            end = datetime.date.fromisoformat(on) if on else row[at]
            if start is None or end is None or as_day(end) < as_day(start):
                return None
            start, end = as_day(start), as_day(end)
            return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
        case derived.DaysBetween(start=start, end=end):
            if row[start] is None or row[end] is None:
                return None
            return (as_day(row[end]) - as_day(row[start])).days
        case derived.CountOf(table=table, where=where):
            return len(related(table, where, row, holding, data))
    return bool(related(each.table, each.where, row, holding, data))


def judged(op: str, value: object, asked: list) -> bool:
    if op == "in":
        return value in asked
    if op == "between":
        return asked[0] <= value <= asked[1]
    return _COMPARE[op](value, asked[0])


def compare(node: cohort.Comparison, table: Table, value: object) -> bool:
    if node.op == "missing":
        return value is None
    if node.op == "present":
        return value is not None
    if value is None:
        return False
    kind = kind_of(table, node.variable, value)
    return judged(node.op, value, [values.of(each, kind=kind) for each in node.values])


def kind_of(table: Table, variable: str, value: object) -> values.FieldType:
    """Derived variables, which no table declares, are whole numbers or truths."""
    field = table.find_field(variable)
    if field is not None:
        return field.type
    return values.FieldType.BOOLEAN if isinstance(value, bool) else values.FieldType.INTEGER
