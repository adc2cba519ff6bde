"""The prints of a package that is about to be published, from its own files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from muniment.dataplane.package.shape import OutTable
from muniment.dataplane.trace import reading, sketch


class Made(Protocol):
    """A finished part: its tables with their files, and the prints of its courses."""

    @property
    def files(self) -> Sequence[tuple[OutTable, list[str]]]: ...

    @property
    def courses(self) -> Sequence[Mapping[str, object]]: ...


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
    known = [course for each in made for course in each.courses]
    document = sketch.of_tables(tables, release=receipt.stem, known=known)
    sketch.write({**document, "plan_hash": plan}, sketch.beside(receipt))
