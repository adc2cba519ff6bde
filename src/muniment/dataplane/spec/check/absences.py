"""The faults about names that point at nothing that may be asked for."""

import difflib
from collections.abc import Iterable

from muniment.dataplane.spec import fields
from muniment.dataplane.spec.faults import Fault, quoted
from muniment.dataplane.spec.holding import Holding, Table


def no_class(field: fields.Field, path: str) -> Fault:
    message = f"{field.name} has no declared class, so it cannot be asked for."
    return Fault(path, "no-class", message)


def unrelated(holding: Holding, table: Table, path: str) -> Fault:
    if table.name == holding.base_table:
        message = f"{table.name} is the base table; state the condition without exists."
    else:
        message = f"Nothing relates {table.name} to {holding.base_table}."
    return Fault(path, "unrelated-table", message)


def unknown_table(holding: Holding, name: str, path: str) -> Fault:
    hint = _hint(name, [table.name for table in holding.tables])
    message = f"{holding.title} has no table {quoted(name)}.{hint}"
    return Fault(path, "unknown-table", message)


def unknown_variable(table: Table, name: str, path: str) -> Fault:
    hint = _hint(name, [field.name for field in table.fields])
    message = f"The table {table.name} has no variable {quoted(name)}.{hint}"
    return Fault(path, "unknown-variable", message)


def _hint(name: str, known: Iterable[str]) -> str:
    folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(name[:200].casefold(), folded, n=1)
    return f" Did you mean {folded[close[0]]}?" if close else ""
