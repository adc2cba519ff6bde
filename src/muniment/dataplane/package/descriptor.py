"""`datapackage.json`: the CSV files for programs, as a Data Package of version 2."""

import json
from collections.abc import Sequence
from pathlib import Path

from muniment.dataplane import manifest
from muniment.dataplane.package.readme import Story
from muniment.dataplane.package.shape import OutColumn, OutTable
from muniment.dataplane.spec import values
from muniment.dataplane.spec.values import FieldType

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
NAME = "datapackage.json"


def write(package: Path, story: Story, *, plan_hash: str) -> None:
    """The descriptor of every table; the Parquet twin of each is named in member `muniment`."""
    document: dict[str, object] = {
        "$schema": PROFILE,
        "name": f"{story.kind.value}-{plan_hash.removeprefix('sha256:')[:12]}",
        "title": "; ".join(source.holding.title for source in story.sources),
        "description": story.sentence,
        "version": str(story.errand.build or 0),
        "created": f"{story.made_on}T00:00:00Z",
    }
    for member in ("licenses", "sources"):
        entries = _once([dict(e) for source in story.sources for e in getattr(source, member)])
        if entries:
            document[member] = entries
    document["resources"] = [
        _resource(package, table, story.files[table.name]) for table in story.tables
    ]
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=False)
    (package / NAME).write_text(text + "\n", encoding="utf-8")


_FORMS = {
    "csv": {"mediatype": "text/csv", "encoding": "utf-8"},
    "parquet": {"mediatype": "application/vnd.apache.parquet"},
}


LABELED = {FieldType.STRING, FieldType.INTEGER}
"""Types of which the standard knows categories."""


def _resource(package: Path, table: OutTable, paths: Sequence[str]) -> dict[str, object]:
    by_kind = {path.rpartition(".")[2]: path for path in paths}
    kind = "csv" if "csv" in by_kind else "parquet"
    size, digest = manifest.digest(package / by_kind[kind])
    schema: dict[str, object] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {
                "fields": list(key.columns),
                "reference": {"resource": key.table, "fields": list(key.references)},
            }
            for key in table.foreign_keys
        ]
    described: dict[str, object] = {
        "name": table.name,
        "path": by_kind[kind],
        "type": "table",
        "format": kind,
        **_FORMS[kind],
        "bytes": size,
        "hash": f"sha256:{digest}",
        "schema": schema,
        "muniment": {
            **({"parquet": by_kind["parquet"]} if "parquet" in by_kind else {}),
            "part": table.part,
            "unit": table.unit,
        },
    }
    return described | ({"title": table.title} if table.title else {})


def _field(column: OutColumn) -> dict[str, object]:
    described: dict[str, object] = {"name": column.name, "type": column.kind.value}
    if column.title:
        described["title"] = column.title
    described["description"] = " ".join(filter(None, (column.description, column.words)))
    if column.labels and column.kind in LABELED:
        described["categories"] = _categories(column)
    described["muniment"] = {"method": column.method}
    return described


def _categories(column: OutColumn) -> list[dict[str, object]]:
    """Every declared value that the type has; one without a label of its own is its own label."""
    labels = dict(column.labels)
    read = [(values.of(code, kind=column.kind), code) for code in column.codes]
    return [
        {"value": value, "label": labels.get(code, code)}
        for value, code in read
        if value is not None
    ]


def _once(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    kept: list[dict[str, object]] = []
    for entry in entries:
        if entry not in kept:
            kept.append(entry)
    return kept
