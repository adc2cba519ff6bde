"""A specification held against the holdings it names: what cannot be given is refused whole."""

import difflib
from collections.abc import Iterable, Iterator

from muniment.dataplane.spec import cohort, faults, fields, values
from muniment.dataplane.spec.faults import Fault, at, quoted
from muniment.dataplane.spec.holding import Holding, Holdings, Table
from muniment.dataplane.spec.specification import Level, Part, Specification

_NAMED_OPS = frozenset({cohort.Op.EQUALS, cohort.Op.NOT_EQUALS, cohort.Op.IN})


def against(specification: Specification, holdings: Holdings) -> list[Fault]:
    """Every reason why this specification cannot be answered; an empty list means that it can."""
    found: list[Fault] = []
    for place, part in enumerate(specification.parts):
        path = at("/parts", place)
        holding = holdings.get((part.holding, part.edition))
        if holding is None:
            found.append(_absent(part, holdings, path))
        else:
            found.extend(part_against(part, holding, path=path))
    return found


def part_against(part: Part, holding: Holding, *, path: str = "") -> list[Fault]:
    """The same for one part; `path` is the JSON Pointer of the part."""
    return [
        *_level(part, holding, path),
        *_tables(part, holding, path),
        *_cohort(part, holding, path),
        *_groups(part, holding, path),
    ]


def _absent(part: Part, holdings: Holdings, path: str) -> Fault:
    editions = sorted(edition for name, edition in holdings if name == part.holding)
    if not editions:
        message = f"There is no holding called {quoted(part.holding)} here."
        return Fault(at(path, "holding"), "unknown-holding", message)
    message = (
        f"{part.holding} has no edition {quoted(part.edition)} here; "
        f"there is {', '.join(editions)}."
    )
    return Fault(at(path, "edition"), "unknown-edition", message)


def _level(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    if part.level is Level.RECORD and holding.level is Level.AGGREGATE:
        message = f"{holding.title} may leave only as grouped numbers; ask for an aggregate."
        yield Fault(at(path, "level"), "aggregate-only", message)


def _tables(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    for place, asked in enumerate(part.tables):
        here = at(path, "tables", place)
        table = holding.find_table(asked.name)
        if table is None:
            yield _unknown_table(holding, asked.name, at(here, "name"))
            continue
        if table.name != holding.base_table and holding.find_join(table) is None:
            yield _unrelated(holding, table, at(here, "name"))
        for spot, variable in enumerate(asked.variables):
            where = at(here, "variables", spot, "name")
            field = table.find_field(variable.name)
            if field is None:
                yield _unknown_variable(table, variable.name, where)
            else:
                yield from _may_leave(field, part.level, where)


def _may_leave(field: fields.Field, level: Level, path: str) -> Iterator[Fault]:
    if field.sensitivity is None:
        yield _no_class(field, path)
    elif field.sensitivity is fields.Sensitivity.DIRECT:
        pseudonym = field.release is not None and field.release.method is fields.Method.PSEUDONYM
        if not (pseudonym and level is Level.RECORD):
            message = f"{field.name} identifies people directly and never leaves; take it out."
            yield Fault(path, "direct-identifier", message)


def _cohort(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    if part.cohort is not None:
        base = holding.find_table(holding.base_table)
        assert base is not None  # a parsed holding has its base table
        yield from _conditions(part.cohort, holding, base, at(path, "cohort"))


def _conditions(node: cohort.Node, holding: Holding, table: Table, path: str) -> Iterator[Fault]:
    for leaf, here in cohort.walk(node, path):
        if isinstance(leaf, cohort.Exists):
            yield from _exists(leaf, holding, at(here, "exists"))
            continue
        field = table.find_field(leaf.variable)
        if field is None:
            yield _unknown_variable(table, leaf.variable, at(here, "variable"))
        else:
            yield from _may_be_asked(holding, table, field, at(here, "variable"))
            yield from _comparison(leaf, field, here)


def _exists(leaf: cohort.Exists, holding: Holding, path: str) -> Iterator[Fault]:
    table = holding.find_table(leaf.table)
    if table is None:
        yield _unknown_table(holding, leaf.table, at(path, "table"))
        return
    if holding.find_join(table) is None:
        yield _unrelated(holding, table, at(path, "table"))
    if leaf.where is not None:
        yield from _conditions(leaf.where, holding, table, at(path, "where"))


def _may_be_asked(
    holding: Holding, table: Table, field: fields.Field, path: str
) -> Iterator[Fault]:
    if field.sensitivity is None:
        yield _no_class(field, path)
    elif holding.identifies(table, field):
        message = f"{field.name} tells single units apart, so no question may be asked about it."
        yield Fault(path, "identifier-like", message)


def _comparison(leaf: cohort.Comparison, field: fields.Field, path: str) -> Iterator[Fault]:
    if leaf.op in cohort.ORDERED and field.type not in values.ORDERED_TYPES:
        message = f'{field.name} holds {field.type} values, which "{leaf.op}" cannot compare.'
        yield Fault(at(path, "is"), "impossible-comparison", message)
        return
    here = at(path, "value")
    read = [values.of(value, kind=field.type) for value in leaf.values]
    for value, meant in zip(leaf.values, read, strict=True):
        if meant is None:
            message = f"{field.name} holds {field.type} values; {quoted(value)} is none."
            yield Fault(here, "impossible-comparison", message)
        elif leaf.op in _NAMED_OPS and not _declared(field, meant):
            known = ", ".join(faults.shortened(code) for code in field.codes[:10])
            message = f"{quoted(value)} is not a value of {field.name}; it has: {known}."
            yield Fault(here, "unknown-code", message)
    if leaf.op is cohort.Op.BETWEEN and None not in read and read[0] > read[1]:  # type: ignore[operator]
        message = f"Nothing lies between {leaf.values[0]} and {leaf.values[1]}; swap them."
        yield Fault(here, "empty-range", message)


def _declared(field: fields.Field, meant: values.Value) -> bool:
    if not field.codes:
        return True
    return meant in [values.of(code, kind=field.type) for code in field.codes]


def _groups(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    base = holding.find_table(holding.base_table)
    assert base is not None  # a parsed holding has its base table
    for place, name in enumerate(part.group_by):
        here = at(path, "group_by", place)
        field = base.find_field(name)
        if field is None:
            yield _unknown_variable(base, name, here)
            continue
        yield from _may_be_asked(holding, base, field, here)
        if not (field.bands or field.codes or field.type is values.FieldType.BOOLEAN):
            message = f"{name} has no declared values or bands to group by."
            yield Fault(here, "no-declared-groups", message)


def _no_class(field: fields.Field, path: str) -> Fault:
    message = f"{field.name} has no declared class, so it cannot be asked for."
    return Fault(path, "no-class", message)


def _unrelated(holding: Holding, table: Table, path: str) -> Fault:
    if table.name == holding.base_table:
        message = f"{table.name} is the base table; state the condition without exists."
    else:
        message = f"Nothing relates {table.name} to {holding.base_table}."
    return Fault(path, "unrelated-table", message)


def _unknown_table(holding: Holding, name: str, path: str) -> Fault:
    hint = _hint(name, [table.name for table in holding.tables])
    message = f"{holding.title} has no table {quoted(name)}.{hint}"
    return Fault(path, "unknown-table", message)


def _unknown_variable(table: Table, name: str, path: str) -> Fault:
    hint = _hint(name, [field.name for field in table.fields])
    message = f"The table {table.name} has no variable {quoted(name)}.{hint}"
    return Fault(path, "unknown-variable", message)


def _hint(name: str, known: Iterable[str]) -> str:
    folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(name[:200].casefold(), folded, n=1)
    return f" Did you mean {folded[close[0]]}?" if close else ""
