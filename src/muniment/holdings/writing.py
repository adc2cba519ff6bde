"""Writes a holding's folder so that the same input gives the same bytes on every machine."""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

WIDTH = 100
Cell = str | int | None


def write_table(
    path: Path, *, columns: Sequence[str], rows: Iterable[Mapping[str, Cell]], missing: str = ""
) -> None:
    """A comma-separated UTF-8 file with Unix line ends; None becomes the missing marker.

    `rows` is consumed once, row by row, so a table may be larger than memory. A row with a column
    that is not declared raises ValueError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {name: missing if value is None else value for name, value in row.items()}
            )


def write_descriptor(folder: Path, package: Mapping[str, Any]) -> None:
    """Write `datapackage.json` with the size and SHA-256 of every file it names."""
    sealed = dict(package, resources=[_sealed(folder, each) for each in package["resources"]])
    (folder / "datapackage.json").write_text(dumps(sealed) + "\n", encoding="utf-8")


def _sealed(folder: Path, resource: Mapping[str, Any]) -> dict[str, Any]:
    if "path" not in resource:
        return dict(resource)
    content = (folder / resource["path"]).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    facts = {"bytes": len(content), "hash": f"sha256:{digest}"}
    schema = {"schema": resource["schema"]}  # last, so that a reader sees the short facts first
    return {key: resource[key] for key in resource if key != "schema"} | facts | schema


def dumps(value: Any, *, indent: int = 0) -> str:
    """JSON in which whatever fits on one line stays on one line: a codebook that people read."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner = indent + 1
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {dumps(value[key], indent=inner)}"
            for key in value
        ]
        opening, closing = "{}"
    else:
        parts = [dumps(each, indent=inner) for each in value]
        opening, closing = "[]"
    lines = ",\n".join(" " * inner + part for part in parts)
    return f"{opening}\n{lines}\n{' ' * indent}{closing}"
