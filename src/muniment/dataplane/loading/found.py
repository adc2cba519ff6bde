"""Where the sources are: files, folders, an object store, a database. They are only ever read."""

import fnmatch
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from muniment.dataplane import refusals
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.loading import wanted
from muniment.dataplane.loading.readers import postgres, stored

if TYPE_CHECKING:
    import psycopg

DATABASE = "postgresql:"
STORE = "s3://"


@dataclass(slots=True)
class Places:
    """`roots` are folders, `files` single files by name; `database` an open connection."""

    roots: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    database: "psycopg.Connection | None" = None
    read: dict[str, Path] = field(default_factory=dict)

    def __enter__(self) -> "Places":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.database is not None:
            self.database.close()

    def of(self, table: wanted.Wanted) -> list[tuple[str, Path]]:
        """The files of a table in the order it names them, patterns sorted by name.

        Raises `Refused` where one is missing.
        """
        listed: list[tuple[str, Path]] = []
        for name in table.files:
            matched = sorted(set(self._matching(name)))
            if not matched:
                message = f"The source {name} of the table {table.name} is not there."
                raise refusals.refused("no-source", message, table=table.name)
            listed.extend(each for each in matched if each not in listed)
        self.read.update(listed)
        return listed

    def digests(self) -> list[dict[str, object]]:
        """Name, size and SHA-256 of every file that was read."""
        told: list[dict[str, object]] = []
        for name, path in sorted(self.read.items()):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            told.append({"file": name, "bytes": path.stat().st_size, "hash": f"sha256:{digest}"})
        return told

    def _matching(self, name: str) -> Iterator[tuple[str, Path]]:
        pattern = any(sign in name for sign in "*?[")
        for path in self.files:
            if fnmatch.fnmatchcase(path.name, name.rpartition("/")[2]):
                yield path.name, path
        for root in self.roots:
            if pattern:
                for path in root.glob(name):
                    if _plain(root, path):
                        yield path.relative_to(root).as_posix(), path
            elif _plain(root, root / name):
                yield name, root / name


def find(
    sources: Sequence[str],
    tables: Sequence[wanted.Wanted],
    *,
    s3: Path | None,
    environment: Mapping[str, str],
    fetched: Path,
    watch: Watch,
) -> Places:
    """Raises `Refused` for a source that is not there or cannot be reached."""
    places = Places()
    names = [name for table in tables for name in table.files]
    for source in sources:
        if source.startswith(DATABASE):
            variable = source.removeprefix(DATABASE)
            places.database = postgres.connect(variable, environment=environment)
        elif source.startswith(STORE):
            watch.step("fetch from the object store")
            places.roots.append(
                stored.fetch(
                    source, names, settings=s3, environment=environment, into=fetched, watch=watch
                )
            )
        elif Path(source).is_dir():
            places.roots.append(Path(source).resolve())
        elif Path(source).is_file():
            places.files.append(Path(source).resolve())
        else:
            raise refusals.refused("no-source", f"There is no file or folder {source}.")
    return places


def _plain(root: Path, path: Path) -> bool:
    """A file in the folder, no link that leads out of it."""
    return path.is_file() and path.resolve().is_relative_to(root)
