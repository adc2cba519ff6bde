"""The prints of a package that is about to be published, from its own files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from muniment.dataplane.cube import earlier
from muniment.dataplane.package.shape import OutTable
from muniment.dataplane.trace import reading, sketch


class Made(Protocol):
    """A finished part: its tables with their files, the prints of its courses, its numbers."""

    @property
    def files(self) -> Sequence[tuple[OutTable, list[str]]]: ...

    @property
    def courses(self) -> Sequence[Mapping[str, object]]: ...

    @property
    def left(self) -> earlier.Table | None: ...


def write(package: Path, made: Sequence[Made], *, receipt: Path, plan: str) -> None:
    """Write the prints beside the receipt, whose name they carry. Raises `OSError`."""
    tables = [
        (
            table.name,
            [column.is_code for column in table.columns],
            reading.rows_of(package / min(paths), most=sketch.MOST_PRINTS),
        )
        for each in made
        for table, paths in each.files
    ]
    marked = {
        table.name: {spot: each.step for spot, each in enumerate(table.columns) if each.step}
        for each_made in made
        for table, _ in each_made.files
    }
    known = [course for each in made for course in each.courses]
    document = sketch.of_tables(tables, release=receipt.stem, marked=marked, known=known)
    numbers = [each.left.document() for each in made if each.left is not None]
    more = {"plan_hash": plan, "aggregates": numbers}
    sketch.write({**document, **more}, sketch.beside(receipt))
