"""The edition as it will be: typed Parquet files, their descriptor with sizes and hashes, a seal.

An edition is never changed. Its descriptor names the hash of every file, `holding check` reads
them again, and the files are left without write permission; the content hash over all of them is
what plans and manifests quote.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp

from muniment.dataplane import manifest
from muniment.dataplane import plan as plans
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract.staging import Staging
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.loading import documents, wanted
from muniment.dataplane.spec import holding
from muniment.dataplane.spec.values import FieldType

SEAL = "edition.json"
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_READ_ONLY = 0o440


@dataclass(frozen=True, slots=True)
class Edition:
    """`rows` by table: exact, for staff."""

    holding: str
    edition: str
    content_hash: str
    rows: Mapping[str, int]


def write(asked: wanted.Asked, stage: Staging, *, rows: Mapping[str, int], watch: Watch) -> Edition:
    """From checked text to typed files. Raises `faults.Faulty`."""
    source = stage.root / "raw"
    checked = holding.load(source)
    (stage.package / "data").mkdir()
    opened = engine.open(checked, folder=source, out=stage.package, spill=stage.spill)
    with opened as connection, watch.over(connection.interrupt):
        for done, table in enumerate(checked.tables):
            watch.step("write the edition", done, len(checked.tables))
            assert table.path is not None  # the loading descriptor gave every table one
            engine.answer(connection, _copy(table, stage.package / table.path))
    document = _sealed(asked.final_document(), stage.package)
    documents.write(stage.package, document)
    hashed = plans.content_hash(stage.package, holding.parse(document))
    return Edition(checked.holding, checked.edition, hashed, dict(rows))


def seal(
    folder: Path,
    edition: Edition,
    *,
    sources: Sequence[Mapping[str, object]],
    now: datetime.datetime,
) -> None:
    """Where the edition came from, beside it; not part of its content."""
    document = {
        "muniment_edition": 1,
        "holding": edition.holding,
        "edition": edition.edition,
        "content_hash": edition.content_hash,
        "rows": dict(edition.rows),
        "sources": list(sources),
        "loaded_at": now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / SEAL).write_text(text, encoding="utf-8")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(_READ_ONLY)


def _copy(table: holding.Table, target: Path) -> exp.Expression:
    columns = [nodes.named(_cell(field), field.name) for field in table.fields]
    rows = nodes.select(columns, source=nodes.table(table.name, "t"))
    options = {"FORMAT": "PARQUET", "COMPRESSION": "ZSTD"}
    return exp.Copy(
        this=exp.Subquery(this=rows),
        kind=False,
        files=[nodes.text(str(target))],
        params=[
            exp.CopyParameter(this=nodes.word(word), expression=nodes.word(value))
            for word, value in options.items()
        ],
    )


def _cell(field: Any) -> exp.Expression:
    """Times stay text: an engine's own text for them is not the standard's."""
    column = nodes.column("t", field.name)
    if field.type is FieldType.DATETIME:
        return nodes.call("strftime", column, nodes.text(_MOMENT))
    return column


def _sealed(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    for resource in document["resources"]:
        size, digest = manifest.digest(folder / resource["path"])
        resource |= {"bytes": size, "hash": f"sha256:{digest.removeprefix('sha256:')}"}
        resource["schema"] = resource.pop("schema")  # last: a reader sees the short facts first
    return document
