"""What readers hand over, and what every one of them judges alike: the header."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.wanted import Match, Wanted
from muniment.dataplane.spec import faults

ROWS = 20_000  # in one chunk
Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records: cells by source column (by field, out of JSON), and each record's source row.

    `labels` holds a column's title and the labels of its codes, where the format keeps them.
    """

    rows: Sequence[int]
    cells: Mapping[str, Cells]
    labels: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)


def positions(
    header: Sequence[str], table: Wanted, notes: Notes, *, file: str, row: int | None = None
) -> dict[str, int] | None:
    """Where each wanted column stands, or None after the faults that say why that is unknown."""
    wanted, clean = table.columns(), True
    folded = {name.casefold(): name for name in header}

    def fault(code: str, message: str, column: str | None = None) -> None:
        nonlocal clean
        clean = False
        notes.fault(code, message, table=table.name, row=row, column=column, file=file)

    for name in wanted:
        if header.count(name) > 1:
            fault("duplicate-column", "The file has this column twice.", name)
        elif name not in header and name.casefold() in folded:
            near = faults.quoted(folded[name.casefold()])
            fault("column-case", f"The file writes this column {near}; letter case counts.", name)
        elif name not in header:
            fault("missing-column", "The file has no such column.", name)
    if table.match is not Match.SUBSET:
        for place, name in enumerate(header):
            if name not in wanted and name.casefold() not in {w.casefold() for w in wanted}:
                shown = faults.quoted(name)
                message = f"The file's column {place + 1}, {shown}, is not declared."
                fault("undeclared-column", message, faults.shortened(name))
    if clean and table.match is Match.EXACT and list(header) != wanted:
        fault("wrong-header", "The file has its columns in another order than the descriptor.")
    return {name: header.index(name) for name in wanted} if clean else None


def text(value: object) -> str | None:
    """A typed value of a source as the text the data plane reads (Table Schema, default formats).

    Text stays as it is; a whole number that a source keeps as a float loses its `.0`.
    """
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            if value != value:  # the only value that is not itself: missing in statistics files
                return None
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case Decimal():
            return None if value.is_nan() else format(value, "f")
        case datetime.datetime():
            return _moment(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
    return str(value)


def _moment(value: datetime.datetime) -> str:
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
        return value.isoformat() + "Z"
    return value.isoformat()
