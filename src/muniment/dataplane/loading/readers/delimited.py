"""Delimited text: CSV and its relatives, in a declared encoding or the one its mark tells.

Bytes that do not belong to the encoding are carried along as lone surrogates (PEP 383), so that
the record and the column they stand in can be named.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.readers import chunks
from muniment.dataplane.loading.wanted import Dialect, Match, Wanted

LONGEST_CELL = 16 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", ("utf-8",)),
    (codecs.BOM_UTF16_LE, "utf-16", ("utf-16", "utf-16-le")),
    (codecs.BOM_UTF16_BE, "utf-16", ("utf-16", "utf-16-be")),
)
_UNREAD = re.compile("[\udc80-\udcff]")
# Nobody types NUL. The C1 controls are what cp1252 read as Latin-1 is full of; in UTF-8 they are
# damage done earlier, which this reader can do nothing about.
_WRONG = re.compile("[\x00\x80-\x9f\udc80-\udcff]")
_WRONG_IN_UNICODE = re.compile("[\x00\udc80-\udcff]")


class _Wrong(Exception):
    """Reading ends here; the fault is noted."""


def read(name: str, path: Path, table: Wanted, notes: Notes) -> Iterator[chunks.Chunk]:
    """Row numbers count records; the header is row 1, or where the dialect says."""
    try:
        encoding = _encoding(name, path, table, notes)
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            yield from _Reading(name, table, notes, encoding).taken(file)
    except _Wrong:
        return
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        notes.fault("unreadable", message, table=table.name, file=name)


def _encoding(name: str, path: Path, table: Wanted, notes: Notes) -> str:
    """Raises `_Wrong` where the file says that it is in another encoding than declared."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, encoding, fitting in _MARKS:
        if start.startswith(mark):
            if table.encoding is None or table.encoding in fitting:
                return encoding
            message = f"The file is marked as {fitting[0]}, but {table.encoding} is declared."
            notes.fault("wrong-encoding", message, table=table.name, row=1, file=name)
            raise _Wrong
    declared = table.encoding or "utf-8"
    if declared.startswith(("cp", "iso8859", "mac")):
        row = _first_utf8(path)
        if row is not None:
            message = f"The file is UTF-8, but {declared} is declared; declare utf-8."
            notes.fault("wrong-encoding", message, table=table.name, row=row, file=name)
            raise _Wrong
    return declared


def _first_utf8(path: Path) -> int | None:
    """The first line beyond ASCII of a file that is UTF-8 throughout; lines stand in for rows."""
    first = None
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return None
            first = first or number
    return first


class _Reading:
    """One pass over a file's records."""

    def __init__(self, name: str, table: Wanted, notes: Notes, encoding: str) -> None:
        self._name, self._table, self._notes = name, table, notes
        self._encoding = encoding.removesuffix("-sig")
        self._dialect: Dialect = table.dialect
        self._row = 0
        unicode = self._encoding.startswith("utf")
        self._unfit = _WRONG_IN_UNICODE if unicode else _WRONG

    def taken(self, file: Iterator[str]) -> Iterator[chunks.Chunk]:
        records = self._records(file)
        header = next(records, None)
        if header is None and self._dialect.header:
            message = "The file is empty; it has no header."
            self._notes.fault("wrong-header", message, table=self._table.name, file=self._name)
            return
        names, first = self._names(header[1] if header else [])
        wrong_names = [each for each in names if self._unfit.search(each)]
        if wrong_names:
            self._judge(names, names)
            return
        row = header[0] if header and self._dialect.header else None
        places = chunks.positions(names, self._table, self._notes, file=self._name, row=row)
        if places is None:
            return
        yield from self._gathered(records, names, places, first)

    def _names(self, record: list[str]) -> tuple[list[str], list[str] | None]:
        """Column names, and the record that is data already where there is no header.

        Without one, a mapping calls columns by number, and a descriptor by its fields in order.
        """
        if self._dialect.header:
            return record, None
        fields = list(self._table.takes)
        if self._table.match is Match.SUBSET:
            return [str(place + 1) for place in range(len(record))], record
        return fields, record

    def _gathered(
        self,
        records: Iterator[tuple[int, list[str]]],
        names: list[str],
        places: dict[str, int],
        first: list[str] | None,
    ) -> Iterator[chunks.Chunk]:
        rows: list[int] = []
        kept: list[list[str]] = []
        if first is not None and self._fits(names, first):
            rows, kept = [self._row], [first]
        for row, record in records:
            if not self._fits(names, record):
                continue
            rows.append(row)
            kept.append(record)
            if len(rows) == chunks.ROWS:
                yield _chunk(rows, kept, places)
                rows, kept = [], []
        if rows:
            yield _chunk(rows, kept, places)

    def _fits(self, names: list[str], record: list[str]) -> bool:
        if len(record) != len(names):
            message = f"This row has {len(record)} cells instead of {len(names)}."
            self._fault("row-length", message, self._row)
            return False
        if self._unfit.search("\n".join(record)):
            self._judge(names, record)
            return False
        return True

    def _judge(self, names: list[str], record: list[str]) -> None:
        """Name the cells; their text stays unsaid, since nobody can read it."""
        for place, cell in enumerate(record):
            column = names[place] if not self._unfit.search(names[place]) else f"number {place + 1}"
            if _UNREAD.search(cell):
                message = f"This cell is not in the encoding {self._encoding}."
                self._fault("wrong-encoding", message, self._row, column)
            elif self._unfit.search(cell):
                message = "This cell holds a control character; the encoding may be another one."
                self._fault("control-character", message, self._row, column)

    def _records(self, file: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """Records with their row; what stands above the header is passed over by line."""
        dialect = self._dialect
        csv.field_size_limit(LONGEST_CELL)
        try:
            for _ in range(dialect.header_row - 1):
                next(file, None)
                self._row += 1
            reader = csv.reader(
                file,
                delimiter=dialect.delimiter,
                quotechar=dialect.quote,
                doublequote=dialect.double_quote,
                escapechar=dialect.escape,
                skipinitialspace=dialect.skip_space,
                strict=True,
            )
            for record in reader:
                self._row += 1
                commented = dialect.comment is not None and record[:1] != []
                if not record or (commented and record[0].startswith(dialect.comment or "")):
                    continue
                yield self._row, record
        except csv.Error:
            message = "This row cannot be read as delimited text; look at its quotes."
            self._fault("broken-quotes", message, self._row + 1)
            raise _Wrong from None
        except UnicodeError:
            message = f"The file is not in the encoding {self._encoding} from here on."
            self._fault("wrong-encoding", message, self._row + 1)
            raise _Wrong from None

    def _fault(self, code: str, message: str, row: int, column: str | None = None) -> None:
        self._notes.row_fault(
            code, message, table=self._table.name, row=row, column=column, file=self._name
        )


def _chunk(rows: list[int], kept: list[list[str]], places: dict[str, int]) -> chunks.Chunk:
    columns = list(zip(*kept, strict=True))
    return chunks.Chunk(rows, {name: list(columns[place]) for name, place in places.items()})
