"""Rows of a package on disk, read table by table for those who look at it before it leaves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.dataplane.package import descriptor

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the package's own descriptor names it; `path` is its Parquet or its CSV file."""

    name: str
    path: Path
    fields: tuple[str, ...]


def tables(folder: Path) -> list[Table]:
    """Every table of a package that was verified before."""
    document = json.loads((folder / descriptor.NAME).read_bytes())
    return [
        Table(
            each["name"],
            folder / each["muniment"].get("parquet", each["path"]),
            tuple(field["name"] for field in each["schema"]["fields"]),
        )
        for each in document["resources"]
    ]


def batches(table: Table) -> Iterator["pa.RecordBatch"]:
    """The rows in pieces that fit into memory; every cell of a CSV is text."""
    import pyarrow.csv
    import pyarrow.parquet

    if table.path.suffix == ".parquet":
        with pyarrow.parquet.ParquetFile(table.path) as file:
            yield from file.iter_batches()
        return
    options: Any = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(table.fields, pyarrow.string()), strings_can_be_null=True
    )
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    with pyarrow.csv.open_csv(table.path, convert_options=options, parse_options=parse) as rows:
        yield from rows


def columns(table: Table) -> list[str]:
    """The columns that the file itself has."""
    import csv

    import pyarrow.parquet

    if table.path.suffix == ".parquet":
        return list(pyarrow.parquet.read_schema(table.path).names)
    with table.path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])
