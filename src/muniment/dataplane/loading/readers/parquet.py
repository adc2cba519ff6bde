"""Parquet: columns of any plain type, as text, batch by batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.readers import chunks
from muniment.dataplane.loading.wanted import Wanted


def read(name: str, path: Path, table: Wanted, notes: Notes) -> Iterator[chunks.Chunk]:
    """Row 1 is the first record."""
    import pyarrow
    from pyarrow import parquet

    row = 0
    try:
        with parquet.ParquetFile(path) as file:
            places = chunks.positions(file.schema_arrow.names, table, notes, file=name)
            if places is None or not _plain(file.schema_arrow, list(places), table, notes, name):
                return
            for batch in file.iter_batches(batch_size=chunks.ROWS, columns=list(places)):
                rows = range(row + 1, row + 1 + batch.num_rows)
                row += batch.num_rows
                yield chunks.Chunk(
                    rows, {column: _texts(batch.column(column)) for column in places}
                )
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError, OverflowError):
        message = "The file is no whole Parquet file; it may be damaged or cut short."
        notes.fault("unreadable", message, table=table.name, row=row + 1, file=name)


def _plain(schema: Any, columns: list[str], table: Wanted, notes: Notes, name: str) -> bool:
    from pyarrow import types

    nested = [column for column in columns if types.is_nested(schema.field(column).type)]
    for column in nested:
        message = f"This column holds {schema.field(column).type}, not one value a cell."
        notes.fault("nested-column", message, table=table.name, column=column, file=name)
    return not nested


def _texts(array: Any) -> chunks.Cells:
    """Arrow's own cast where it writes what we read, else value by value."""
    import pyarrow
    from pyarrow import types

    kind = array.type
    if types.is_dictionary(kind):
        return _texts(array.dictionary_decode())
    if types.is_string(kind) or types.is_large_string(kind):
        return list(array.to_pylist())
    if types.is_integer(kind) or types.is_date(kind) or types.is_boolean(kind):
        return list(array.cast(pyarrow.string()).to_pylist())
    if types.is_timestamp(kind) and kind.unit == "ns":
        array = array.cast(pyarrow.timestamp("us", kind.tz), safe=False)
    return [chunks.text(value) for value in array.to_pylist()]
