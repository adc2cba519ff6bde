"""FHIR bundles and other JSON: rows by a mapping's paths."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.paths import TooMany
from muniment.dataplane.loading.readers import chunks
from muniment.dataplane.loading.wanted import Kind, View, Wanted
from muniment.dataplane.spec import faults

LARGEST = 512 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024


def read(name: str, path: Path, table: Wanted, notes: Notes) -> Iterator[chunks.Chunk]:
    """The row of a record is the place of its resource or element in the file, from 1."""
    view = table.view or View()
    try:
        yield from _Reading(name, table, view, notes).taken(path)
    except (ValueError, RecursionError, OSError) as error:
        del error  # json's words name a place in text that nobody may want quoted
        message = "The file is no JSON that can be read; it may be damaged or cut short."
        notes.fault("unreadable", message, table=table.name, file=name)


class _Reading:
    def __init__(self, name: str, table: Wanted, view: View, notes: Notes) -> None:
        self._name, self._table, self._view, self._notes = name, table, view, notes

    def taken(self, path: Path) -> Iterator[chunks.Chunk]:
        rows: list[int] = []
        cells: dict[str, chunks.Cells] = {field: [] for field in self._paths()}
        for index, resource in enumerate(self._resources(path), start=1):
            for item in self._items(resource, index):
                rows.append(index)
                for field, column in cells.items():
                    column.append(self._cell(field, item, resource, index))
            if len(rows) >= chunks.ROWS:
                yield chunks.Chunk(rows, cells)
                rows, cells = [], {field: [] for field in cells}
        if rows:
            yield chunks.Chunk(rows, cells)

    def _paths(self) -> list[str]:
        return [field for field, take in self._table.takes.items() if take.path is not None]

    def _resources(self, path: Path) -> Iterator[Any]:
        for document in _documents(path, lines=self._table.kind is Kind.JSON_LINES):
            if self._view.each is not None:
                yield from self._view.each.all(document)
            else:
                yield from _entries(document)

    def _items(self, resource: Any, index: int) -> list[Any]:
        view = self._view
        if view.resource is not None and _type(resource) != view.resource:
            return []
        if not all(path.holds(resource, resource=resource, index=index) for path in view.where):
            return []
        if view.for_each is None:
            return [resource]
        return view.for_each.all(resource, resource=resource, index=index)

    def _cell(self, field: str, item: Any, resource: Any, index: int) -> str | None:
        path = self._table.takes[field].path
        assert path is not None  # only such fields are asked for
        try:
            return path.one(item, resource=resource, index=index)
        except TooMany:
            message = "The path finds several values here; say which, such as first()."
            self._notes.row_fault(
                "several-values", message,
                table=self._table.name, row=index, column=field, file=self._name,
            )  # fmt: skip
            return None


def _documents(path: Path, *, lines: bool) -> Iterator[Any]:
    if lines or path.suffix.lower() in (".ndjson", ".jsonl"):
        with path.open(encoding="utf-8-sig") as file:
            while line := file.readline(LONGEST_LINE):
                if line.strip():
                    yield _loaded(line)
        return
    if path.stat().st_size > LARGEST:
        raise ValueError("too large")
    yield _loaded(path.read_text(encoding="utf-8-sig"))


def _loaded(content: str) -> Any:
    return json.loads(content, parse_constant=_none)


def _none(word: str) -> Any:
    raise ValueError(f"{faults.quoted(word)} is not JSON")


def _entries(document: Any) -> Iterator[Any]:
    """The resources of a bundle (also inside another), of a list, or the one there is."""
    if isinstance(document, list):
        for each in document:
            yield from _entries(each)
    elif _type(document) == "Bundle":
        entries = document.get("entry", [])
        for entry in entries if isinstance(entries, list) else []:
            yield from _entries(entry.get("resource") if isinstance(entry, dict) else None)
    elif document is not None:
        yield document


def _type(resource: Any) -> str | None:
    return resource.get("resourceType") if isinstance(resource, dict) else None
