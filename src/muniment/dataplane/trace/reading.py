"""Rows of a CSV or Parquet file as text, without a header."""

import csv
from collections.abc import Iterator
from pathlib import Path

from muniment.dataplane import refusals


def rows_of(path: Path, *, most: int) -> list[list[str]]:
    """At most so many rows. Raises `Refused` (unreadable)."""
    try:
        found = _parquet(path, most) if path.suffix == ".parquet" else _csv(path)
        return [row for _, row in zip(range(most), found, strict=False)]
    except (OSError, ValueError, csv.Error):
        message = f"{path} cannot be read as CSV (UTF-8) or Parquet."
        raise refusals.refused("unreadable", message) from None


def _csv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        yield from reader


def _parquet(path: Path, most: int) -> Iterator[list[str]]:
    """Row by row, in batches, so that a large file need not fit into memory."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=min(most, 10_000)):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield ["" if cell is None else str(cell) for cell in row]
