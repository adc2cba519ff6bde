"""`croissant.json`: the tables for programs that learn from data (MLCommons Croissant 1.1).

A record set is one table with its columns, read from its CSV file, or from Parquet where no CSV is
made. The context is the standard's own: its validator compares the words.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from muniment.dataplane import manifest
from muniment.dataplane.package.crate import MEDIA
from muniment.dataplane.package.readme import Story
from muniment.dataplane.package.shape import OutColumn, OutTable
from muniment.dataplane.spec.values import FieldType

NAME = "croissant.json"
PROFILE = "http://mlcommons.org/croissant/1.1"
OWN = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field",
    "fileProperty", "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset",
    "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: Mapping[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{word: f"cr:{word}" for word in OWN},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "sc": "https://schema.org/",
}
TYPES = {
    FieldType.INTEGER: "sc:Integer",
    FieldType.NUMBER: "sc:Float",
    FieldType.BOOLEAN: "sc:Boolean",
    FieldType.DATE: "sc:Date",
    FieldType.YEAR: "sc:Integer",
}
READABLE = ("csv", "parquet")


def write(package: Path, story: Story, *, plan_hash: str) -> None:
    """Describe the tables; other files of the package are the crate's to describe."""
    name = f"{story.kind.value}-{plan_hash.removeprefix('sha256:')[:12]}"
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": PROFILE,
        "name": name,
        "description": story.sentence,
        "version": f"{story.errand.build or 0}.0.0",
        "datePublished": story.made_on,
        "url": f"urn:muniment:{name}",
        "license": "LICENSE.txt",
        "isLiveDataset": False,
        "distribution": [
            _file(package, path)
            for table in story.tables
            for path in story.files[table.name]
            if path.rpartition(".")[2] in READABLE
        ],
        "recordSet": [_records(table, story.files[table.name]) for table in story.tables],
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (package / NAME).write_text(text + "\n", encoding="utf-8")


def _file(package: Path, path: str) -> dict[str, object]:
    size, digest = manifest.digest(package / path)
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path.rpartition("/")[2],
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": MEDIA[Path(path).suffix],
        "sha256": digest,
    }


def _records(table: OutTable, paths: Sequence[str]) -> dict[str, object]:
    by_kind = {path.rpartition(".")[2]: path for path in paths}
    source = next(by_kind[kind] for kind in READABLE if kind in by_kind)
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.title or table.name,
        **({"key": [{"@id": f"{table.name}/{key}"} for key in table.primary_key]}
           if table.primary_key else {}),
        "field": list(_fields(table, source)),
    }  # fmt: skip


def _fields(table: OutTable, source: str) -> Iterator[dict[str, object]]:
    for column in table.columns:
        yield {
            "@type": "cr:Field",
            "@id": f"{table.name}/{column.name}",
            "name": column.name,
            "description": _words(column),
            "dataType": TYPES.get(column.kind, "sc:Text"),
            "source": {"fileObject": {"@id": source}, "extract": {"column": column.name}},
        }


def _words(column: OutColumn) -> str:
    return " ".join(filter(None, (column.title, column.description, column.words)))
