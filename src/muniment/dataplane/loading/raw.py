"""Every table as text in one Parquet file, with the memory of where each record came from."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.holding_check import report
from muniment.dataplane.loading import cells, readers, wanted
from muniment.dataplane.loading.found import Places
from muniment.dataplane.loading.readers.chunks import Chunk

# How a finding speaks of a second row; no cell is quoted beside it.
_ROW = re.compile("(?<=^The same key stands in )row ([0-9]+)")


@dataclass(slots=True)
class Origins:
    """Runs of records that came one after the other: where a run begins here, and there."""

    firsts: list[int] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)

    def add(self, here: int, file: str, there: Sequence[int]) -> None:
        """Records `here`, `here` + 1 … are rows `there` of `file`."""
        for place, row in enumerate(there):
            last = here + place
            same = bool(self.firsts) and self.files[-1] == file
            if same and row - self.runs[-1] == last - self.firsts[-1]:
                continue
            self.firsts.append(last)
            self.files.append(file)
            self.runs.append(row)

    def of(self, row: int) -> tuple[str, int]:
        """File and row of one of the records."""
        place = bisect_right(self.firsts, row) - 1
        return self.files[place], self.runs[place] + row - self.firsts[place]


@dataclass(slots=True)
class Written:
    """A table on disk as text."""

    name: str
    rows: int = 0
    origins: Origins = field(default_factory=Origins)
    files: list[str] = field(default_factory=list)
    labels: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)


def write(
    table: wanted.Wanted, places: Places, folder: Path, notes: report.Notes, watch: Watch
) -> Written:
    """Read all sources of a table. What is wrong with them is noted; the file is whole anyway."""
    import pyarrow
    from pyarrow import parquet

    target = folder / "data" / f"{_file(table)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    schema = pyarrow.schema([(name, pyarrow.string()) for name in table.takes])
    written = Written(table.name)
    with parquet.ParquetWriter(target, schema) as writer:
        for name, chunks in _sources(table, places, notes):
            written.files.append(name)
            for chunk in chunks:
                watch.step(f"read {table.name}", written.rows)
                written.origins.add(written.rows + 1, name, chunk.rows)
                columns = _columns(table, chunk, written.rows)
                _remember(table, chunk, written)
                writer.write_table(pyarrow.table(columns, schema=schema))
                written.rows += len(chunk.rows)
    return written


def told(found: report.Report, tables: Sequence[Written]) -> report.Report:
    """The same findings, by the file and the row that their author knows."""
    by_name = {table.name: table for table in tables}
    return replace(found, findings=tuple(_told(each, by_name) for each in found.findings))


def _told(finding: report.Finding, tables: Mapping[str, Written]) -> report.Finding:
    table = tables.get(finding.table or "")
    if table is None:
        return finding
    if finding.row is None:
        return replace(finding, file=table.files[0] if len(table.files) == 1 else None)
    file, row = table.origins.of(finding.row)
    message = _ROW.sub(lambda other: _place(table, int(other.group(1))), finding.message)
    return replace(finding, file=file, row=row, message=message)


def _place(table: Written, row: int) -> str:
    file, there = table.origins.of(row)
    return f"row {there} of {file}"


def _file(table: wanted.Wanted) -> str:
    return table.path.removeprefix("data/")


def _sources(table: wanted.Wanted, places: Places, notes: report.Notes) -> Any:
    if places.database is not None and table.kind is wanted.Kind.POSTGRESQL:
        for name in table.files:
            places.tables.add(name)
            yield name, readers.postgres.read(places.database, name, table, notes)
        return
    for name, path in places.of(table):
        yield name, readers.read(name, path, table, notes)


def _columns(table: wanted.Wanted, chunk: Chunk, done: int) -> dict[str, Sequence[str | None]]:
    columns: dict[str, Sequence[str | None]] = {}
    for name, take in table.takes.items():
        if take.row_number:
            columns[name] = [str(done + place + 1) for place in range(len(chunk.rows))]
        elif take.constant is not None:
            columns[name] = [take.constant] * len(chunk.rows)
        else:
            source = chunk.cells[name if take.column is None else take.column]
            columns[name] = cells.converted(source, take, table.kinds[name])
    return columns


def _remember(table: wanted.Wanted, chunk: Chunk, written: Written) -> None:
    for name, take in table.takes.items():
        label = chunk.labels.get(take.column or "")
        if label is not None:
            written.labels.setdefault(name, label)
