"""Whether files are still those that their descriptor names by size and hash."""

from pathlib import Path
from typing import Any

from muniment.dataplane import manifest
from muniment.dataplane.engines import sources
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Holding


def check(folder: Path, document: dict[str, Any], found: Holding, notes: Notes) -> None:
    """`bytes` and `hash` of a resource are the standard's; other hashes than SHA-256 are let be."""
    for table in found.tables:
        resource = _resource(document["resources"], table.name)
        size, hashed = resource.get("bytes"), str(resource.get("hash", ""))
        if table.path is None or (size is None and not hashed.startswith("sha256:")):
            continue
        try:
            actual, digest = manifest.digest(sources.locate(folder, table))
        except (faults.Faulty, OSError):
            continue  # the check of files says why
        changed = hashed.startswith("sha256:") and hashed != f"sha256:{digest}"
        if changed or (size is not None and size != actual):
            message = f"{table.path} is not the file that was described; it has been changed."
            notes.fault("changed-file", message, table=table.name)


def _resource(resources: list[Any], name: str) -> dict[str, Any]:
    """There is one: the table was read from it."""
    return next(each for each in resources if isinstance(each, dict) and each.get("name") == name)
