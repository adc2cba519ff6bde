"""Where the sources are: files, folders, an object store, a database. They are only ever read."""

import fnmatch
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.dataplane import refusals
from muniment.dataplane.engines.closing import Closing
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.loading import wanted
from muniment.dataplane.loading.readers import postgres, stored

if TYPE_CHECKING:
    import psycopg

DATABASE = "postgresql:"
STORE = "s3://"


@dataclass(slots=True)
class Places(Closing):
    """`roots` are folders, `files` single files by name; `database` an open connection."""

    roots: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    database: "psycopg.Connection | None" = None
    read: set[tuple[str, Path]] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)

    def close(self) -> None:
        """The files were only read; the database is let go."""
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
        """Name, size and SHA-256 of every file that was read, and names of tables that were."""
        told: list[dict[str, object]] = []
        for name, path in sorted(self.read):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            told.append({"file": name, "bytes": path.stat().st_size, "hash": f"sha256:{digest}"})
        return told + [{"database_table": name} for name in sorted(self.tables)]

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
    databases = [source for source in sources if source.startswith(DATABASE)]
    if len(databases) > 1:
        raise refusals.refused("no-source", "Name one database; a load reads from one at a time.")
    for place, source in enumerate(sources):
        if source.startswith(STORE):
            watch.step("fetch from the object store")
            # A folder for each store: two of them may use one name.
            into = fetched / str(place)
            root = stored.fetch(
                source, names, settings=s3, environment=environment, into=into, watch=watch
            )
            places.roots.append(root)
        elif Path(source).is_dir():
            places.roots.append(Path(source).resolve())
        elif Path(source).is_file():
            places.files.append(Path(source).resolve())
        elif source not in databases:
            raise refusals.refused("no-source", f"There is no file or folder {source}.")
    # Last, so that nothing is open when another source is refused.
    for source in databases:
        variable = source.removeprefix(DATABASE)
        places.database = postgres.connect(variable, environment=environment)
    return places


def _plain(root: Path, path: Path) -> bool:
    """A file in the folder, no link that leads out of it."""
    return path.is_file() and path.resolve().is_relative_to(root)
