"""Whether a file has the columns that are declared: one judge for sources and for editions."""

from collections.abc import Sequence

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.spec import faults


def fits(
    header: Sequence[str],
    declared: Sequence[str],
    notes: Notes,
    *,
    table: str,
    file: str | None = None,
    row: int | None = None,
    more: bool = False,
    ordered: bool = True,
) -> bool:
    """`more`: other columns may be there too. `ordered`: in the order of the descriptor."""
    clean = True
    missing = {name.casefold() for name in declared if name not in header}
    written = {name.casefold(): name for name in header}

    def fault(code: str, message: str, column: str | None = None) -> None:
        nonlocal clean
        clean = False
        notes.fault(code, message, table=table, row=row, column=column, file=file)

    for name in declared:
        near = written.get(name.casefold())
        if name in header:
            continue
        if near is None:
            fault("missing-column", "The file has no such column.", name)
        else:
            message = f"The file writes this column {faults.quoted(near)}; letter case counts."
            fault("column-case", message, name)
    for place, name in enumerate(header):
        if name in declared and name in header[:place]:
            fault("duplicate-column", "The file has this column twice.", name)
        if not more and name not in declared and name.casefold() not in missing:
            message = f"The file's column {place + 1}, {faults.quoted(name)}, is not declared."
            fault("undeclared-column", message, faults.shortened(name))
    if clean and ordered and list(header) != list(declared):
        fault("wrong-header", "The file has its columns in another order than the descriptor.")
    return clean
