"""Small loads: a source folder in, an outcome out."""

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from muniment.dataplane import loading
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding

NOW = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
Place = tuple[str, str | None, int | None, str | None]


def field(name: str, kind: str = "string", sensitivity: str = "none", **more: object) -> dict:
    ours = {"class": sensitivity, "release": {"method": "drop"}}
    return {"name": name, "type": kind, "muniment": ours, **more}


def descriptor(
    fields: Sequence[Mapping[str, object]],
    *,
    path: object = "t.csv",
    schema: Mapping[str, object] | None = None,
    **resource: object,
) -> dict:
    """One table `t` whose first field is its key, unless `schema` says otherwise."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "tiny",
        "title": "Tiny",
        "muniment": {
            "descriptor": 1, "holding": "tiny", "edition": "1", "unit": "person", "base_table": "t",
        },
        "resources": [
            {
                "name": "t",
                "path": path,
                "muniment": {"unit": "person"},
                "schema": {
                    "primaryKey": [fields[0]["name"]],
                    "fields": list(fields),
                    **(schema or {}),
                },
                **resource,
            }
        ],
    }  # fmt: skip


def write(folder: Path, document: Mapping[str, object], name: str = "load.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    place.write_text(json.dumps(document), encoding="utf-8")
    return place


def load(
    folder: Path,
    document: Mapping[str, object],
    *,
    sources: Sequence[str] | None = None,
    out: Path | None = None,
    mapping: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    s3: Path | None = None,
) -> loading.Outcome:
    """Load `folder` by a descriptor beside it."""
    beside = folder.parent / "papers"
    order = loading.Order(
        sources=[str(folder)] if sources is None else sources,
        out=out or folder.parent / "edition",
        now=NOW,
        descriptor=write(beside, document),
        mapping=None if mapping is None else write(beside, mapping, "mapping.json"),
        s3=s3,
        environment=environment or {},
    )
    return loading.load(order)


def load_text(
    folder: Path, content: bytes | str, document: Mapping[str, object]
) -> loading.Outcome:
    """Load one file t.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "t.csv").write_bytes(data)
    return load(folder, document)


def faults(outcome: loading.Outcome) -> list[Place]:
    """Code, file, row and column of each fault."""
    assert outcome.folder is None
    found = outcome.report.findings
    return [(f.code, f.file, f.row, f.column) for f in found if f.severity == "fault"]


def rows(folder: Path, table: str = "t") -> list[tuple[object, ...]]:
    """A table of an edition as the engine sees it."""
    source = holding.load(folder)
    chosen = [nodes.column("t", each.name) for each in source.get_table(table).fields]
    with engine.open(source, folder=folder) as connection:
        return engine.answer(connection, nodes.select(chosen, source=nodes.table(table, "t")))
