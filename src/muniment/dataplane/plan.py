"""What one build will do: the terms, the data as they are now, and the program that compiles them.

The plan hash changes when any of the three does, so the build that was approved and the build that
runs can be told apart by comparing two strings.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muniment.dataplane import manifest, refusals
from muniment.dataplane.engines import sources
from muniment.dataplane.spec import holding, specification
from muniment.dataplane.terms import Terms

VERSION = 1
# Raised by hand when the same terms and data would give another result.
COMPILER = 6

Place = tuple[Path, holding.Holding]
Sources = Mapping[tuple[str, str], Place]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan document and its hash."""

    contents: Mapping[str, object]

    def document(self) -> dict[str, object]:
        return dict(self.contents)

    def canonical(self) -> bytes:
        """RFC 8785 bytes."""
        return specification.canonical(self.document())

    @property
    def hash(self) -> str:
        return specification.digest(self.document())


def make(terms: Terms, *, content_hashes: Mapping[str, str]) -> Plan:
    """`content_hashes` by "holding@edition"."""
    return Plan(
        {
            "muniment_plan": VERSION,
            "terms_hash": terms.hash,
            "holding_content_hashes": dict(content_hashes),
            "compiler_version": compiler_version(),
        }
    )


def compiler_version() -> str:
    """This program, and the two libraries whose change can change a result."""
    from importlib.metadata import version

    names = ("muniment", "sqlglot", "duckdb")
    return ", ".join([*(f"{name} {version(name)}" for name in names), f"compiler {COMPILER}"])


def content_hash(folder: Path, source: holding.Holding) -> str:
    """SHA-256 over name, size and digest of a holding's descriptor and every data file.

    Raises `faults.Faulty` for a file that is absent or a link, `Refused` (unreadable) for one that
    cannot be read.
    """
    paths = {holding.DESCRIPTOR: folder / holding.DESCRIPTOR}
    for table in source.tables:
        if table.path:
            paths[table.path] = sources.locate(folder, table)
    listed = []
    for name, path in sorted(paths.items()):
        try:
            size, digest = manifest.digest(path)
        except OSError as error:
            message = f"The holding's file {name} cannot be read: {error.strerror or error}."
            raise refusals.refused("unreadable", message, file=name) from None
        listed.append({"path": name, "bytes": size, "sha256": digest})
    return specification.digest(listed)


def stamps(places: Sources) -> dict[str, tuple[int, int, int]]:
    """Inode, size and time of change of every file: equal before and after, nothing was swapped."""
    found: dict[str, tuple[int, int, int]] = {}
    for folder, source in places.values():
        for name in (holding.DESCRIPTOR, *(table.path for table in source.tables if table.path)):
            seen = os.stat(folder / name)
            found[str(folder / name)] = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
    return found
