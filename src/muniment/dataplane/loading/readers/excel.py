"""Spreadsheets: one sheet, values only; what a formula gives depends on who opens it."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.readers import chunks
from muniment.dataplane.loading.wanted import Wanted

LARGEST = 256 * 1024 * 1024
# The library that reads values gives nothing for these, and nothing would be taken for missing.
_UNREAD = {
    "f": ("formula-cell", "This cell is a formula; paste its value instead."),
    "e": ("error-cell", "This cell holds a spreadsheet's error such as #N/A; empty it."),
}


def read(name: str, path: Path, table: Wanted, notes: Notes) -> Iterator[chunks.Chunk]:
    """Row numbers are the sheet's own."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    def fault(code: str, message: str, row: int | None = None) -> None:
        notes.fault(code, message, table=table.name, row=row, file=name)

    try:
        if path.stat().st_size > LARGEST:
            fault("too-large", "The workbook is too large; save the sheet as CSV.")
            return
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = table.dialect.sheet
            found = (
                sheet if isinstance(sheet, str) else dict(enumerate(book.sheet_names, 1)).get(sheet)
            )
            if found is None or found not in book.sheet_names:
                fault("no-sheet", f"The workbook has no sheet {sheet}.")
                return
            rows = book.get_sheet_by_name(found).to_python(skip_empty_area=False)
    except PasswordError:
        fault("unreadable", "The workbook is locked by a password; save it without one.")
        return
    except (CalamineError, OSError, ValueError):
        fault("unreadable", "The file is no workbook that can be read; it may be damaged.")
        return
    yield from _chunks(rows, found, name, path, table, notes)


def _chunks(
    rows: Sequence[Sequence[object]], sheet: str, name: str, path: Path, table: Wanted, notes: Notes
) -> Iterator[chunks.Chunk]:
    above = table.dialect.header_row
    header = [chunks.text(cell) or "" for cell in rows[above - 1]] if len(rows) >= above else []
    while header and not header[-1]:
        header.pop()
    places = chunks.positions(header, table, notes, file=name, row=above)
    if places is None or _formulas(path, sheet, places, above, name, table, notes):
        return
    kept = [
        (number, record)
        for number, record in enumerate(rows[above:], start=above + 1)
        if any(cell not in ("", None) for cell in record)
    ]
    for start in range(0, len(kept), chunks.ROWS):
        part = kept[start : start + chunks.ROWS]
        cells = {
            column: [_text(record[place]) for _, record in part] for column, place in places.items()
        }
        yield chunks.Chunk([number for number, _ in part], cells)


def _text(value: object) -> str | None:
    """A duration has no type in the standard; its seconds do."""
    if isinstance(value, datetime.timedelta):
        return chunks.text(value.total_seconds())
    return chunks.text(value)


def _formulas(
    path: Path,
    sheet: str,
    places: dict[str, int],
    above: int,
    name: str,
    table: Wanted,
    notes: Notes,
) -> bool:
    """Whether the wanted columns hold formulas; only the XML formats tell."""
    import zipfile

    if not zipfile.is_zipfile(path) or path.suffix.lower() == ".ods":
        return False
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    wanted = {place + 1: column for column, place in places.items()}
    fit = True
    try:
        book = load_workbook(path, read_only=True, data_only=False)
        for record in book[sheet].iter_rows(min_row=above + 1):
            for cell in record:
                if cell.data_type not in _UNREAD or cell.column not in wanted:
                    continue
                fit = False
                code, message = _UNREAD[cell.data_type]
                notes.row_fault(
                    code, message,
                    table=table.name, row=cell.row, column=wanted[cell.column], file=name,
                )  # fmt: skip
    except Exception:  # openpyxl raises whatever a damaged part makes its parsers raise
        message = "The workbook is damaged; open it, repair it and save it again."
        notes.fault("unreadable", message, table=table.name, file=name)
        return True
    return not fit
