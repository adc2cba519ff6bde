"""Readers of sources: each yields chunks of cells as text, and notes faults by file, row, column.

A reader is a generator `read(name, path, table, notes)` of `Chunk`s. It never raises for what it
finds in a file: a damaged one ends with a fault.
"""

from collections.abc import Iterator
from pathlib import Path

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.readers import (
    delimited,
    excel,
    json_rows,
    parquet,
    postgres,
    statistical,
)
from muniment.dataplane.loading.readers.chunks import Chunk
from muniment.dataplane.loading.wanted import ENDINGS, Kind, Wanted

_READERS = {
    Kind.CSV: delimited.read,
    Kind.PARQUET: parquet.read,
    Kind.EXCEL: excel.read,
    Kind.SAS: statistical.read,
    Kind.SAS_TRANSPORT: statistical.read,
    Kind.STATA: statistical.read,
    Kind.SPSS: statistical.read,
    Kind.JSON: json_rows.read,
    Kind.JSON_LINES: json_rows.read,
}


def kind_of(name: str, table: Wanted) -> Kind:
    """As declared, else as the file's name ends; a file that says nothing is taken for CSV."""
    return table.kind or ENDINGS.get(name.rpartition(".")[2].lower(), Kind.CSV)


def read(name: str, path: Path, table: Wanted, notes: Notes) -> Iterator[Chunk]:
    """The chunks of one file."""
    kind = kind_of(name, table)
    if (table.view is not None) != (kind in (Kind.JSON, Kind.JSON_LINES)):
        message = "Rows come out of JSON by a mapping with rows and paths, and out of no other."
        notes.fault("wrong-kind", message, table=table.name, file=name)
        return iter(())
    return _READERS[kind](name, path, table, notes)


__all__ = ["Chunk", "kind_of", "postgres", "read"]
