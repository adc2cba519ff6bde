"""The form of a table's file, before any engine reads it: encoding, header, length of records."""

import csv
from pathlib import Path

from muniment.dataplane.engines import sources
from muniment.dataplane.holding_check import header
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Format, Table


def check(folder: Path, table: Table, notes: Notes) -> bool:
    """Whether an engine can be trusted with the file; a described table has none to read."""
    if table.path is None:
        return False
    declared = [field.name for field in table.fields]
    try:
        path = sources.locate(folder, table)
        if table.format is Format.PARQUET:
            found = _parquet_columns(path, table)
            return header.fits(found, declared, notes, table=table.name, ordered=False)
        if not header.fits(sources.csv_header(path), declared, notes, table=table.name):
            return False
    except faults.Faulty as faulty:
        for fault in faulty.faults:
            notes.fault(fault.code, fault.message, table=table.name)
        return False
    return _records(path, table, notes)


def _records(path: Path, table: Table, notes: Notes) -> bool:
    """Every record must have as many cells as the header has names."""
    width, row, fits = len(table.fields), 0, True
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row, record in enumerate(csv.reader(file, strict=True), start=1):
                if len(record) != width:
                    fits = False
                    message = f"This row has {len(record)} cells instead of {width}."
                    notes.row_fault("row-length", message, table=table.name, row=row)
    except UnicodeDecodeError:
        _undecodable(path, table, notes)
        return False
    except csv.Error as error:
        message = f"This row cannot be read as CSV ({error})."
        notes.fault("broken-quotes", message, table=table.name, row=row + 1)
        return False
    return fits


def _undecodable(path: Path, table: Table, notes: Notes) -> None:
    """Name the place of the bytes that are no UTF-8; lines stand in for rows here."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                place = min(line[: error.start].count(b","), len(table.fields) - 1)
                message = f"Byte {error.start + 1} of this line is not UTF-8."
                column = table.fields[place].name
                notes.row_fault("not-utf8", message, table=table.name, row=number, column=column)


def _parquet_columns(path: Path, table: Table) -> list[str]:
    import pyarrow
    from pyarrow import parquet

    try:
        return list(parquet.read_schema(path).names)
    except (pyarrow.ArrowException, OSError):
        message = f"{table.path} is no whole Parquet file; it may have been cut short."
        raise sources.refused("unreadable", message) from None
