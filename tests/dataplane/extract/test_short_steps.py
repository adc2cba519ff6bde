"""Where memory is too short for one statement, smaller ones make the same rows and files.

The session below says of chosen statements that memory was too short; it runs all others.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import sources
from muniment.dataplane.extract import pieces, session, staging, watch
from muniment.dataplane.package import shape
from muniment.dataplane.package import tables as files
from muniment.dataplane.spec import faults, holding
from muniment.dataplane.spec.values import FieldType
from tests.dataplane import tables

exp = nodes.exp
ROWS = 30_000
CODES = [f"{number * 7919 % 65_536:04x}" for number in range(ROWS)]
VALUES = [number * 31 % 997 for number in range(ROWS)]
STAGES = [("I", "II", None, "IV")[number % 4] for number in range(ROWS)]
Refuses = Callable[[str], bool]


class Short(session.Session):
    refuses: Refuses = staticmethod(lambda sql: False)

    def answer(
        self, tree: exp.Expression, *, bound: Mapping[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        self._look(tree)
        return super().answer(tree, bound=bound)

    def write(self, copy: exp.Copy, *, few: Sequence[str] = ()) -> None:
        self._look(copy)
        super().write(copy, few=few)

    def _look(self, tree: exp.Expression) -> None:
        if self.refuses(nodes.sql(tree)):
            raise sources.refused(sources.MEMORY, "Too small.")


class Form:
    """Rows as they were brought, told apart by their code."""

    def __init__(self, engine: session.Session, *, has_code: bool = True) -> None:
        self.engine = engine
        self.code = nodes.column("t", "c0") if has_code else None

    def treated(self, *, where: Sequence[exp.Expression] = ()) -> exp.Select:
        source = nodes.table(self.engine.temporary("rows"), "t")
        return nodes.select([exp.Star()], source=source, where=where)

    def measured(self, stored: str) -> dict[str, pieces.Pair]:
        return {"value": (len(self.engine.answer(nodes.star(stored))), 1)}


@contextlib.contextmanager
def opened(
    top: Path, *, refuses: Refuses = lambda sql: False, kind: str = "parquet"
) -> Iterator[Short]:
    folder = top / "holding"
    if not folder.exists():
        tables.small_holding(folder, persons=3)
    place = (folder, holding.load(folder))
    with (
        staging.beside(top / "out", kinds=(kind,)) as stage,
        Short(place, staging=stage, watch=watch.Watch(), label="p1") as engine,
    ):
        codes = [*CODES[:-1], None]
        engine.bring(
            "rows", {"u": pyarrow.array(range(ROWS)), "c0": codes, "c1": VALUES, "c2": STAGES}
        )
        engine.refuses = refuses  # type: ignore[method-assign]
        yield engine


def written(top: Path, kind: str, *, method: str = "pseudonym", refuses: Refuses) -> bytes:
    """The file of a table of the rows, whose first column was made by this method."""
    with opened(top, refuses=refuses, kind=kind) as engine:
        return write(engine, kind, method)


def write(engine: session.Session, kind: str, method: str = "pseudonym") -> bytes:
    columns = tuple(
        shape.OutColumn(name, stored, type_, "", "", how, "", listed)
        for name, stored, type_, how, listed in (
            ("code", "c0", FieldType.STRING, method, ()),
            ("value", "c1", FieldType.INTEGER, "keep", ()),
            ("stage", "c2", FieldType.STRING, "keep", ("I", "II", "IV")),
        )
    )
    stored = engine.temporary("rows")
    table = shape.OutTable("p1", "t", "t", "", "", stored, columns, (), (), ())
    package = engine.staging.package
    files.write(engine, table, file_name=kind, package=package)
    return (package / "data" / f"{kind}.{kind}").read_bytes()


def nothing(sql: str) -> bool:
    return False


def sorts_at_once(sql: str) -> bool:
    return sql.startswith("COPY") and "ORDER BY" in sql


def sorts_much(sql: str) -> bool:
    """All rows, and those whose code starts with a."""
    return sorts_at_once(sql) or 'LEFT("t"."c0", 1) = \'a\'' in sql


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("refuses", [sorts_at_once, sorts_much])
@pytest.mark.parametrize("method", ["pseudonym", "keep"])
def test_rows_sorted_in_pieces_make_the_same_file(
    tmp_path: Path, kind: str, refuses: Refuses, method: str
) -> None:
    """Where no code leaves they are sorted apart from being written, in one piece."""
    said: list[str] = []
    same = written(
        tmp_path, kind, method=method, refuses=lambda sql: said.append(sql) or refuses(sql)
    )
    assert same == written(tmp_path, kind, method=method, refuses=nothing)
    kept = [sql for sql in said if sql.startswith("CREATE") and "sorted" in sql]
    finer = 16 if refuses is sorts_much else 0
    assert len(kept) == (1 + 16 + finer + 1 if method == "pseudonym" else 1)


def test_a_parquet_file_gets_smaller_groups_of_rows_where_nothing_else_helps(
    tmp_path: Path,
) -> None:
    def groups_much(sql: str) -> bool:
        return sql.startswith("COPY") and "ROW_GROUP_SIZE" not in sql

    whole = pyarrow.BufferReader(written(tmp_path, "parquet", refuses=nothing))
    few = pyarrow.BufferReader(written(tmp_path, "parquet", refuses=groups_much))
    one, other = pyarrow.parquet.ParquetFile(whole), pyarrow.parquet.ParquetFile(few)
    assert one.read().equals(other.read())
    assert (one.num_row_groups, other.num_row_groups) == (1, 2)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("word", ["COPY", "LEFT("])
def test_what_no_piece_is_small_enough_for_is_refused(tmp_path: Path, kind: str, word: str) -> None:
    with opened(
        tmp_path, kind=kind, refuses=lambda sql: sorts_at_once(sql) or word in sql
    ) as engine:
        with pytest.raises(faults.Faulty) as refused:
            write(engine, kind)
        assert sources.is_short_of_memory(refused.value)
        assert not list((engine.staging.package / "data").iterdir())


def test_a_file_that_cannot_be_written_is_no_want_of_memory(tmp_path: Path) -> None:
    said: list[str] = []
    with opened(tmp_path, kind="csv", refuses=lambda sql: bool(said.append(sql))) as engine:
        (engine.staging.package / "data" / "csv.csv").mkdir(parents=True)
        with pytest.raises(faults.Faulty) as refused:
            write(engine, "csv")
    assert not sources.is_short_of_memory(refused.value)
    assert not [sql for sql in said if "sorted" in sql]


def kept(engine: session.Session, form: Form) -> tuple[list[tuple[object, ...]], pieces.Counted]:
    counted = pieces.keep(engine, form, "made", about=("p1", "t"))
    return sorted(engine.answer(nodes.star(engine.temporary("made"))), key=str), counted


def test_a_piece_that_is_too_large_is_treated_in_finer_ones(tmp_path: Path) -> None:
    """Rows of nobody never reach the pieces: they have no code."""

    def treats_much(sql: str) -> bool:
        is_whole = "LEFT(" not in sql and 'FROM "~rows"' in sql
        return sql.startswith("CREATE") and (is_whole or 'LEFT("t"."c0", 1) = \'a\'' in sql)

    with opened(tmp_path) as engine:
        everyone, (rows, _) = kept(engine, Form(engine))
    with opened(tmp_path, refuses=treats_much) as engine:
        again, (again_rows, cells) = kept(engine, Form(engine))
    assert again == [row for row in everyone if row[1] is not None]
    assert again_rows == rows - 1
    assert cells == {"value": (ROWS - 1, 15 + 16)}


@pytest.mark.parametrize(("has_code", "tried"), [(True, 3), (False, 1)])
def test_rows_that_no_piece_is_small_enough_for_are_refused(
    tmp_path: Path, has_code: bool, tried: int
) -> None:
    said: list[str] = []
    with opened(tmp_path, refuses=lambda sql: bool(said.append(sql)) or '"~made' in sql) as engine:
        said.clear()
        with pytest.raises(faults.Faulty) as refused:
            kept(engine, Form(engine, has_code=has_code))
    assert sources.is_short_of_memory(refused.value)
    # At once, by the first digit, by the first two.
    assert len(said) == tried
