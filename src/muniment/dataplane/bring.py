"""Files built elsewhere for a described holding: the same reader, the same checks, one folder.

A described holding has a codebook and no data. What comes in may hold some of its tables and
columns, never others; its keys must be there. The folder that comes out has the holding's own id,
edition and rules, so that an extract from it passes the methods, the risk report and the manifest
that any release passes, and its hash is what the plan quotes.
"""

import datetime
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from muniment.dataplane import loading, refusals
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading import headers
from muniment.dataplane.spec import faults, holding, jsontext


def bring(
    files: Sequence[str],
    *,
    described: Path,
    out: Path,
    now: datetime.datetime,
    watch: Watch | None = None,
) -> loading.Outcome:
    """A table's file is called as the table, with any ending we read.

    Raises `Refused` (not-described, unknown-file, no-source) for what is wrong with the order.
    """
    document = _document(described)
    tables = _tables(files, document)
    notes = Notes()
    for resource, place in tables:
        _narrowed(resource, place, notes)
    if notes.faults:
        return loading.Outcome(notes.report(None))
    document["resources"] = [resource for resource, _ in tables]
    document["muniment"]["kind"] = holding.Kind.LOADED.value
    with _written(document, beside=out) as descriptor:
        files = [str(place) for _, place in tables]
        order = loading.Order(files, out, now, descriptor=descriptor)
        return loading.load(order, watch=watch)


def _document(folder: Path) -> dict[str, Any]:
    try:
        source = holding.load(folder)
        document = jsontext.load((folder / holding.DESCRIPTOR).read_bytes(), floats=True)
    except faults.Faulty as faulty:
        raise refusals.from_faults(faulty) from None
    if source.kind is not holding.Kind.DESCRIBED:
        message = f"{source.title} is not a described holding; load a new edition of it instead."
        raise refusals.refused("not-described", message)
    assert isinstance(document, dict)  # it was read as a holding
    return document


def _tables(files: Sequence[str], document: dict[str, Any]) -> list[tuple[dict[str, Any], Path]]:
    by_name = {resource["name"]: resource for resource in document["resources"]}
    found: dict[str, tuple[dict[str, Any], Path]] = {}
    for file in files:
        place = Path(file)
        if not place.is_file():
            raise refusals.refused("no-source", f"There is no file {file}.")
        if place.stem not in by_name or place.stem in found:
            message = f"{place.name} must be called as one table: {', '.join(by_name)}."
            raise refusals.refused("unknown-file", message)
        found[place.stem] = by_name[place.stem], place
    base = document["muniment"]["base_table"]
    if base not in found:
        message = f"The file of the base table, {base}, is missing."
        raise refusals.refused("no-source", message)
    for resource, _ in found.values():
        keys = resource["schema"].get("foreignKeys", [])
        kept = [key for key in keys if key["reference"].get("resource") or "" in {"", *found}]
        resource["schema"]["foreignKeys"] = [
            key for key in kept if (key["reference"].get("resource") or resource["name"]) in found
        ]
    return list(found.values())


def _narrowed(resource: dict[str, Any], place: Path, notes: Notes) -> None:
    """Leave out declared columns that were not brought; one that is not declared is a fault."""
    resource.pop("data", None)
    resource["path"] = place.name
    schema = resource["schema"]
    present = headers.of(place)
    if present is None:
        return  # the loader will say what is wrong with the file
    declared = [field["name"] for field in schema["fields"]]
    for name in present:
        if name not in declared:
            message = f"The codebook has no column {faults.quoted(name)}; take it out of the file."
            notes.fault("undeclared-column", message, table=resource["name"], file=place.name)
    schema["fields"] = [field for field in schema["fields"] if field["name"] in present]
    schema["fieldsMatch"] = "equal"


@contextmanager
def _written(document: dict[str, Any], *, beside: Path) -> Iterator[Path]:
    """Beside the folder that is made: a confined process may write nowhere else."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".muniment-bring-", dir=beside.parent) as folder:
        place = Path(folder) / holding.DESCRIPTOR
        place.write_text(json.dumps(document), encoding="utf-8")
        yield place
