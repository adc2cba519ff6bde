"""SAS, Stata and SPSS files, with the labels of columns and codes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.readers import chunks
from muniment.dataplane.loading.wanted import Wanted
from muniment.dataplane.spec import fields

_BY_ENDING = {
    ".sas7bdat": "read_sas7bdat", ".xpt": "read_xport", ".dta": "read_dta", ".sav": "read_sav",
    ".zsav": "read_sav",
}  # fmt: skip


def read(name: str, path: Path, table: Wanted, notes: Notes) -> Iterator[chunks.Chunk]:
    """Row 1 is the first record. What a file declares as missing is missing."""
    import pyreadstat

    row = 0
    try:
        reader = getattr(pyreadstat, _reader_of(path, table))
        options: dict[str, Any] = {"output_format": "dict"}
        if table.encoding is not None:
            options["encoding"] = table.encoding
        _, facts = _asked(reader, path, metadataonly=True, **options)
        places = chunks.positions(_header(facts), table, notes, file=name)
        if places is None:
            return
        labels = {column: _labels(facts, column) for column in places}
        options["usecols"] = list(places)
        for data in _parts(reader, path, facts.number_rows, options):
            cells = {
                column: [chunks.text(_plain(value)) for value in data[column]] for column in places
            }
            length = len(next(iter(cells.values()), []))
            rows = range(row + 1, row + 1 + length)
            row += length
            yield chunks.Chunk(rows, cells, labels)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, OSError, ValueError) as error:
        del error  # its words may quote the file
        message = "The file cannot be read; it may be damaged, cut short or of another encoding."
        notes.fault("unreadable", message, table=table.name, row=row + 1, file=name)


def _header(facts: Any) -> list[str]:
    """The names of the columns; of a name that is no text, the library gives nothing."""
    if None in facts.column_names:
        raise ValueError("A column has no name.")
    return list(facts.column_names)


def _parts(reader: Any, path: Path, total: int | None, options: Any) -> Iterator[Any]:
    """Piece by piece where the file says how many rows it has; a transport file does not."""
    if total is None or reader.__name__ == "read_xport":
        yield _asked(reader, path, **options)[0]
        return
    for start in range(0, total, chunks.ROWS):
        yield _asked(reader, path, row_offset=start, row_limit=chunks.ROWS, **options)[0]


def _asked(reader: Any, path: Path, **options: Any) -> Any:
    """What the library reads; of names that are no text it makes a mistake of its own."""
    try:
        return reader(str(path), **options)
    except TypeError as error:
        raise ValueError("The library stumbled over the file.") from error


def _reader_of(path: Path, table: Wanted) -> str:
    ending = path.suffix.lower() if table.kind is None else f".{table.kind.value}"
    return _BY_ENDING[ending]


def _plain(value: Any) -> object:
    """Numbers come as numpy's own types."""
    return value.item() if hasattr(value, "item") else value


def _labels(facts: Any, column: str) -> tuple[str, Mapping[str, str]]:
    title = (facts.column_names_to_labels.get(column) or "").strip()
    values = facts.variable_value_labels.get(column, {})
    coded = {chunks.text(_plain(code)): _label(words) for code, words in values.items()}
    return title, {code: label for code, label in coded.items() if code is not None and label}


def _label(words: object) -> str:
    """In one line, as long as a descriptor takes: Stata lets one be a page."""
    return " ".join(str(words).split())[: fields.MOST_LABEL].strip()
