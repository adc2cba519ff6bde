"""The form of a table's file, before any engine reads it: encoding, header, length of records."""

import csv
from pathlib import Path

from muniment.dataplane.engines import sources
from muniment.dataplane.holding_check.report import MOST_ROWS, Notes, Severity
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Format, Table


def check(folder: Path, table: Table, notes: Notes) -> bool:
    """Whether an engine can be trusted with the file; a described table has none to read."""
    if table.path is None:
        return False
    try:
        path = sources.locate(folder, table)
        if table.format is Format.PARQUET:
            return _names(table, _parquet_columns(path, table), notes, ordered=False)
        if not _names(table, sources.csv_header(path), notes, ordered=True):
            return False
    except faults.Faulty as faulty:
        for fault in faulty.faults:
            notes.fault(fault.code, fault.message, table=table.name)
        return False
    return _records(path, table, notes)


def _names(table: Table, header: list[str], notes: Notes, *, ordered: bool) -> bool:
    declared = [field.name for field in table.fields]
    if header == declared or (not ordered and sorted(header) == sorted(declared)):
        return True
    folded = {name.casefold(): name for name in header}
    for name in declared:
        if name in header:
            continue
        near = folded.get(name.casefold())
        if near is not None:
            message = f"The file writes this column {faults.quoted(near)}; letter case counts."
            notes.fault("column-case", message, table=table.name, column=name)
        else:
            message = f"The file {table.path} has no such column."
            notes.fault("missing-column", message, table=table.name, column=name)
    cases = {name.casefold() for name in declared}
    for place, name in enumerate(header):
        if name.casefold() not in cases:
            message = f"The file's column {place + 1}, {faults.quoted(name)}, is not declared."
            notes.fault("undeclared-column", message, table=table.name, column=name)
        if name in header[:place]:
            message = "The file has this column twice."
            notes.fault("duplicate-column", message, table=table.name, column=name)
    if sorted(header) == sorted(declared):
        message = "The file has its columns in another order than the descriptor."
        notes.fault("wrong-header", message, table=table.name)
    return False


def _records(path: Path, table: Table, notes: Notes) -> bool:
    """Every record must have as many cells as the header has names."""
    width, row, wrong = len(table.fields), 0, 0
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row, record in enumerate(csv.reader(file, strict=True), start=1):
                if len(record) == width:
                    continue
                wrong += 1
                if wrong <= MOST_ROWS:
                    message = f"This row has {len(record)} cells instead of {width}."
                    notes.fault("row-length", message, table=table.name, row=row)
    except UnicodeDecodeError:
        _undecodable(path, table, notes)
        return False
    except csv.Error as error:
        message = f"This row cannot be read as CSV ({error})."
        notes.fault("broken-quotes", message, table=table.name, row=row + 1)
        return False
    notes.more(Severity.FAULT, max(0, wrong - MOST_ROWS))
    return wrong == 0


def _undecodable(path: Path, table: Table, notes: Notes) -> None:
    """Name the place of the bytes that are no UTF-8; lines stand in for rows here."""
    wrong = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                wrong += 1
                if wrong <= MOST_ROWS:
                    place = min(line[: error.start].count(b","), len(table.fields) - 1)
                    message = f"Byte {error.start + 1} of this line is not UTF-8."
                    column = table.fields[place].name
                    notes.fault("not-utf8", message, table=table.name, row=number, column=column)
    notes.more(Severity.FAULT, max(0, wrong - MOST_ROWS))


def _parquet_columns(path: Path, table: Table) -> list[str]:
    import pyarrow
    from pyarrow import parquet

    try:
        return list(parquet.read_schema(path).names)
    except (pyarrow.ArrowException, OSError):
        message = f"{table.path} is no whole Parquet file; it may have been cut short."
        raise sources.refused("unreadable", message) from None
