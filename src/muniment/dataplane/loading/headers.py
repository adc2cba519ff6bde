"""The column names of a file, before anyone says how to read the rest."""

import csv
from pathlib import Path

from muniment.dataplane.loading.wanted import ENDINGS, Kind


def of(place: Path) -> list[str] | None:
    """None where the file cannot be read; the reader of its cells then says why."""
    import pyarrow
    from pyarrow import parquet

    kind = ENDINGS.get(place.suffix.lower().lstrip("."), Kind.CSV)
    try:
        if kind is Kind.PARQUET:
            return list(parquet.read_schema(place).names)
        if kind is Kind.CSV:
            with place.open(encoding="utf-8-sig", newline="") as file:
                return next(csv.reader(file, strict=True), [])
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError, csv.Error):
        return None
    return None
