"""Writes SAS data files for tests: by the C library that our reader stands on, which can do both.

Its writer has no Python face, so the functions are called as the library's header declares them.
"""

import ctypes
import datetime
from collections.abc import Sequence
from pathlib import Path

TEXT, NUMBER = 0, 5
EPOCH = datetime.datetime(1960, 1, 1, tzinfo=datetime.UTC)
WRITES = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.POINTER(ctypes.c_ubyte), ctypes.c_size_t, ctypes.c_void_p
)
# Name, label, format, and width of a text (None for numbers).
Column = tuple[str, str, str | None, int | None]


def write(path: Path, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    """Dates and moments are numbers to SAS: days and seconds since 1960, shown by a format."""
    from pyreadstat import _readstat_writer

    library = ctypes.CDLL(_readstat_writer.__file__)
    library.readstat_writer_init.restype = ctypes.c_void_p
    library.readstat_add_variable.restype = ctypes.c_void_p
    writer = ctypes.c_void_p(library.readstat_writer_init())
    with path.open("wb") as file:

        def take(data: object, length: int, context: object) -> int:
            file.write(ctypes.string_at(data, length))
            return length

        calls = WRITES(take)
        _checked(library.readstat_set_data_writer(writer, calls))
        made = [_column(library, writer, column) for column in columns]
        count = ctypes.c_long(len(rows))
        _checked(library.readstat_begin_writing_sas7bdat(writer, None, count))
        for row in rows:
            _checked(library.readstat_begin_row(writer))
            for column, value in zip(made, row, strict=True):
                _cell(library, writer, column, value)
            _checked(library.readstat_end_row(writer))
        _checked(library.readstat_end_writing(writer))
    library.readstat_writer_free(writer)


def _column(library: ctypes.CDLL, writer: ctypes.c_void_p, column: Column) -> ctypes.c_void_p:
    name, label, form, width = column
    kind = NUMBER if width is None else TEXT
    made = ctypes.c_void_p(
        library.readstat_add_variable(writer, name.encode(), kind, ctypes.c_size_t(width or 0))
    )
    library.readstat_variable_set_label(made, label.encode())
    if form:
        library.readstat_variable_set_format(made, form.encode())
    return made


def _cell(
    library: ctypes.CDLL, writer: ctypes.c_void_p, column: ctypes.c_void_p, value: object
) -> None:
    if value is None:
        _checked(library.readstat_insert_missing_value(writer, column))
    elif isinstance(value, str):
        _checked(library.readstat_insert_string_value(writer, column, value.encode()))
    else:
        number = ctypes.c_double(_number(value))
        _checked(library.readstat_insert_double_value(writer, column, number))


def _number(value: object) -> float:
    if isinstance(value, datetime.datetime):
        return (value.replace(tzinfo=datetime.UTC) - EPOCH).total_seconds()
    if isinstance(value, datetime.date):
        return float((value - EPOCH.date()).days)
    return float(str(value))


def _checked(code: int) -> None:
    assert code == 0, f"the library answered {code}"
