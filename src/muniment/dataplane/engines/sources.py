"""The files of a holding: where they are, that they are inside, and what their header says."""

import codecs
import csv
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.dataplane import refusals
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Format, Holding, Table
from muniment.dataplane.spec.values import FieldType

if TYPE_CHECKING:
    import pyarrow

LONGEST_HEADER = 1024 * 1024
# Never typed by anyone, so no cell is taken for missing before `typed` looks at it.
NO_MISSING_VALUE = "\N{INFORMATION SEPARATOR ONE}\N{INFORMATION SEPARATOR FOUR}"


def locate(folder: Path, table: Table) -> Path:
    """The file of a table, as an absolute path that no link leads out of the folder.

    Raises `faults.Faulty` where it is absent, a link, or no plain file.
    """
    if table.path is None:
        raise refused("no-file", f"The table {table.name} has no file.")
    place = folder.resolve()
    for step in table.path.split("/"):
        place = place / step
        if place.is_symlink():
            message = f"{table.path} is a link, or lies behind one; put the file itself there."
            raise refused("link", message)
    try:
        mode = place.stat().st_mode
    except OSError:
        raise refused("no-file", f"The file {table.path} is missing.") from None
    if not stat.S_ISREG(mode):
        raise refused("no-file", f"{table.path} is not a plain file.")
    return place


def check_header(table: Table, path: Path) -> None:
    """Raises `faults.Faulty` where a CSV file has another header than its descriptor declares."""
    if table.format is Format.CSV and csv_header(path) != [field.name for field in table.fields]:
        message = f"The header of {table.path} is not the one its descriptor declares."
        raise refused("wrong-header", message)


def csv_header(path: Path) -> list[str]:
    """The names in the first record. Raises `faults.Faulty` where there is none to read."""
    try:
        with path.open("rb") as file:
            line = file.readline(LONGEST_HEADER)
        if line.startswith(codecs.BOM_UTF8):
            message = f"{path.name} starts with a byte order mark; save it without one."
            raise refused("byte-order-mark", message)
        return next(csv.reader([line.decode("utf-8")], strict=True), [])
    except UnicodeDecodeError:
        raise refused("not-utf8", f"The header of {path.name} is not UTF-8.") from None
    except (csv.Error, OSError):
        raise refused("wrong-header", f"The header of {path.name} cannot be read.") from None


def native_columns(table: Table, path: Path) -> frozenset[str]:
    """Columns of a Parquet file whose cells are values of the declared type already.

    None of a table whose missing values are words: a number may be one of them. Text is a value
    where no cell is empty, as the file's own statistics say.
    """
    if table.format is not Format.PARQUET or set(table.missing_values) - {""}:
        return frozenset()
    import pyarrow
    import pyarrow.parquet

    try:
        metadata = pyarrow.parquet.read_metadata(path)
        kinds = {column.name: column.type for column in metadata.schema.to_arrow_schema()}
    except (pyarrow.ArrowException, OSError):
        return frozenset()  # the engine says what is wrong with it
    filled = _filled(metadata) if table.missing_values else set(kinds)
    return frozenset(
        field.name
        for field in table.fields
        if field.name in kinds
        and _is_native(field.type, kinds[field.name])
        and (field.type is not FieldType.STRING or field.name in filled)
    )


def _filled(metadata: "pyarrow.parquet.FileMetaData") -> set[str]:
    """Columns of text in which no group of rows has an empty one: it would be the smallest."""
    filled: dict[str, bool] = {}
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.physical_type == "BYTE_ARRAY":
                name = column.path_in_schema
                filled[name] = filled.get(name, True) and _is_filled(column)
    return {name for name, is_filled in filled.items() if is_filled}


def _is_filled(column: "pyarrow.parquet.ColumnChunkMetaData") -> bool:
    told = column.statistics
    if told is None:
        return False
    nothing_held = told.null_count == column.num_values
    return bool(nothing_held or (told.has_min_max and told.min))


def _is_native(declared: FieldType, kind: "pyarrow.DataType") -> bool:
    from pyarrow import types

    if declared is FieldType.INTEGER:
        return bool(types.is_signed_integer(kind))
    if declared is FieldType.NUMBER:
        return bool(types.is_float64(kind))
    if declared is FieldType.STRING:
        return bool(types.is_string(kind) or types.is_large_string(kind))
    return declared is FieldType.DATE and bool(types.is_date32(kind))


def only(columns: "pyarrow.Table") -> "pyarrow.Array":
    """The first column in one piece."""
    import pyarrow

    found = columns.column(0)
    return pyarrow.concat_arrays(found.chunks) if found.chunks else pyarrow.array([], found.type)


def unreadable(holding: Holding) -> faults.Faulty:
    """What an engine says that cannot open the files, without its own words: they quote cells."""
    message = f"The files of {holding.title} cannot be read; run a holding check on them."
    return refused("unreadable", message)


MEMORY = "memory-limit"
FULL = tuple(os.strerror(number) for number in refusals.FULL)


def is_short_of_memory(error: faults.Faulty) -> bool:
    """Whether a statement failed for want of memory alone, so that a smaller one may do."""
    return [fault.code for fault in error.faults] == [MEMORY]


def no_room() -> faults.Faulty:
    """What an engine writes beside memory found no room."""
    return refused("disk-full", "The disk is full; make room for the engine.")


def refused(code: str, message: str) -> faults.Faulty:
    return faults.Faulty([faults.Fault("", code, message)])
