"""The cells of a register as text, with the number each row has in its file."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .faults import Fault, Faulty
from .mapping import Columns

LARGEST_BYTES = 64 * 1024 * 1024
LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the register, by column name."""

    number: int
    cells: Mapping[str, str]


def read(content: bytes, *, columns: Columns) -> list[Row]:
    """Every row that holds something; raises Faulty where the file or a column is not there."""
    if len(content) > LARGEST_BYTES:
        message = f"The file is larger than {LARGEST_BYTES // 2**20} MB; split it."
        raise Faulty([Fault(0, "", "too-large", message)])
    lines = list(_sheet(content, columns) if columns.layout.sheet else _text(content, columns))
    above = columns.layout.header_row
    header = [name.strip() for name in lines[above - 1][1]] if len(lines) >= above else []
    _unless_named(header, columns)
    return [
        Row(number, dict(zip(header, (cell.strip() for cell in record), strict=False)))
        for number, record in lines[above:]
        if any(cell.strip() for cell in record)
    ]


Line = tuple[int, Sequence[str]]


def _text(content: bytes, columns: Columns) -> Iterator[Line]:
    """Rows are numbered as a spreadsheet does: a text that runs over lines is one row."""
    layout = columns.layout
    try:
        text = content.decode("utf-8-sig" if layout.encoding == "utf-8" else layout.encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"Line {line} is not {layout.encoding} text; name the encoding in the mapping."
        raise Faulty([Fault(0, "", "not-text", message)]) from None
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        message = f"The table breaks off near line {reader.line_num}: {error}."
        raise Faulty([Fault(0, "", "not-a-table", message)]) from None


def _sheet(content: bytes, columns: Columns) -> Iterator[Line]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            if columns.layout.sheet not in book.sheet_names:
                message = f"The workbook has no sheet “{columns.layout.sheet}”."
                raise Faulty([Fault(0, "", "no-sheet", message)])
            sheet = book.get_sheet_by_name(columns.layout.sheet)
            rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, PasswordError, OSError, ValueError):
        message = "The file is no workbook that can be read; save it again without a password."
        raise Faulty([Fault(0, "", "not-a-workbook", message)]) from None
    yield from ((number, [_cell(cell) for cell in row]) for number, row in enumerate(rows, 1))


def _cell(value: object) -> str:
    """As the mapping's formats expect it: a day as 2026-11-22, a whole number without a point."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _unless_named(header: Sequence[str], columns: Columns) -> None:
    found = []
    for name in sorted({each for take in columns.takes.values() for each in take.columns}):
        number = header.count(name)
        if number != 1:
            said = "is not in the file" if not number else f"is in the file {number} times"
            found.append(Fault(0, name, "column-missing", f"This column {said}."))
    if found:
        raise Faulty(found)
