"""Spark, for a holding that outgrows one machine: the same statements, run by many.

Nothing secret meets it: keyed values are joined from tables that the driver made, and neither its
pages nor its event log are on. What it keeps between statements lies as Parquet in a private folder
that every worker can reach, and goes when the engine is closed. Rows leave it sorted; the embedded
engine writes the files, so that they are the same bytes whoever did the work.
"""

import itertools
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes, typed
from muniment.dataplane.engines import (
    prints,
    running,
    sources,
    spark_dialect,
    spark_start,
    spark_stopped,
)
from muniment.dataplane.engines.closing import Closing
from muniment.dataplane.spec.holding import Format, Holding, Table

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import SparkSession

# Hashes are made and written this many at a time.
BATCH = 1 << 17


def open(holding: Holding, *, folder: Path, private: Path, setting: engines.Setting) -> "Cluster":
    """A session on which each table of the holding is a view with typed columns.

    `private` is a folder of the caller that the workers reach under the same path. Raises
    `faults.Faulty` where a file is absent, a link, or has another header than declared, and where
    Spark cannot be started.
    """
    files = {table.name: sources.locate(folder, table) for table in holding.tables}
    for table in holding.tables:
        sources.check_header(table, files[table.name])
    own = private / "spark"
    own.mkdir(mode=0o700)
    try:
        held = sum(file.stat().st_size for file in files.values())
        session = spark_start.session(setting, scratch=own, held=held)
    except BaseException:
        shutil.rmtree(own, ignore_errors=True)
        raise
    cluster = Cluster(session, own)
    try:
        cluster.register(holding, files)
    except BaseException:
        cluster.close()
        raise
    return cluster


class Cluster(Closing):
    """The port over a Spark session. Views of tables have names of our own making."""

    dialect = "spark"

    def __init__(self, session: "SparkSession", private: Path) -> None:
        self._session: SparkSession | None = session
        self._private = private
        self._numbers = itertools.count()
        self._views: dict[str, str] = {}
        self._running = running.Running(lambda: self._open.sparkContext.cancelAllJobs())

    def register(self, holding: Holding, files: Mapping[str, Path]) -> None:
        """Each table of the holding as a view with typed columns; its file by its name."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            for table in holding.tables:
                self._register(table, files[table.name])
        except (PySparkException, Py4JError):
            raise sources.unreadable(holding) from None

    def _register(self, table: Table, path: Path) -> None:
        raw = self._raw(table, path)
        source = exp.Table(this=nodes.name(raw), alias=exp.TableAlias(this=nodes.name(typed.RAW)))
        native = sources.native_columns(table, path)
        self._show(table.name, self._said(typed.rows(table, source, native=native)))

    def text(self, tree: exp.Expression) -> str:
        """The query inside a statement, in Spark's words; hashes as they were asked for."""
        return spark_dialect.sql(tree)

    def answer(
        self, tree: exp.Expression, *, bound: Mapping[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        """Queries run as they are; the other statements are done our way."""
        found: list[tuple[object, ...]]
        found = self._guarded(lambda: self._answer(tree, dict(bound or {})))
        return found

    def few(self, table: str, column: str) -> exp.DataType:
        """Text, which Spark packs by itself."""
        return nodes.VARCHAR.copy()

    def write(self, copy: exp.Copy, *, few: Sequence[str] = ()) -> None:
        """Sorted by the workers, written in that order by the embedded engine."""
        self._guarded(lambda: self._copy(copy, few))

    def column(self, tree: exp.Expression) -> "pyarrow.Array":
        """By way of a file, which takes less memory than rows of Python."""
        return sources.only(self.columns(tree))

    def columns(self, tree: exp.Expression) -> "pyarrow.Table":
        """The same for all columns."""
        return self._guarded(lambda: self._columns(tree))

    def bring(self, name: str, columns: "engines.Columns") -> None:
        """Written for the workers to read: nothing of it becomes text."""
        import pyarrow
        import pyarrow.parquet

        place = self._place()
        place.mkdir(mode=0o700)
        # A worker takes a group of rows into memory as a whole.
        rows = columns.to_reader() if isinstance(columns, pyarrow.Table) else columns
        with pyarrow.parquet.ParquetWriter(place / "part-0.parquet", rows.schema) as writer:
            for batch in rows:
                writer.write_batch(batch, row_group_size=BATCH)
        self._guarded(lambda: self._show(name, self._open.read.parquet(str(place))))

    def interrupt(self) -> None:
        """May come from any thread; jobs that the statement goes on to begin are cancelled too."""
        self._running.break_off()

    def progress(self) -> float | None:
        """The share of the running stages' tasks that are done."""
        return running.done(self._session.sparkContext) if self._session else None

    def close(self) -> None:
        """The session and everything it kept."""
        session, self._session = self._session, None
        if session:
            spark_start.stop(session)
        shutil.rmtree(self._private, ignore_errors=True)

    @property
    def _open(self) -> "SparkSession":
        assert self._session is not None
        return self._session

    def _answer(self, tree: exp.Expression, bound: dict[str, object]) -> list[tuple[object, ...]]:
        match tree:
            case exp.Create():
                self._keep(tree.this.name, tree.expression)
            case exp.Update():
                self._blank(tree)
            case exp.Drop():
                self._open.catalog.dropTempView(self._views.pop(tree.args["tables"][0].name))
            case _:
                return self._asked(tree, bound)
        return []

    def _asked(self, tree: exp.Expression, bound: dict[str, object]) -> list[tuple[object, ...]]:
        split = prints.split(tree, lambda units: self._hashed(units, bound))
        found = self._query(split.tree).collect()
        return [split.whole(tuple(row)) for row in found]

    def _columns(self, tree: exp.Expression) -> "pyarrow.Table":
        import pyarrow.parquet

        place = self._place()
        self._query(tree).write.parquet(str(place))
        found = pyarrow.parquet.read_table(place)
        shutil.rmtree(place)
        return found

    def _keep(self, name: str, query: exp.Expression) -> None:
        """Written out and read back: later statements do not work it out again."""
        place = self._place()
        self._query(query).write.parquet(str(place))
        self._show(name, self._open.read.parquet(str(place)))

    def _blank(self, update: exp.Update) -> None:
        """Tables cannot be changed here, so the table is kept anew without these cells."""
        name, where = update.this.name, update.args["where"].this
        blanked = {each.this.name for each in update.expressions}
        columns: list[exp.Expression] = []
        for column in self._open.table(self._views[name]).columns:
            held = exp.Column(this=nodes.name(column))
            if column in blanked:
                gone = exp.If(this=where.copy(), true=exp.Null())
                columns.append(nodes.named(exp.Case(ifs=[gone], default=held), column))
            else:
                columns.append(held)
        self._keep(name, nodes.select(columns, source=exp.Table(this=nodes.name(name))))

    def _copy(self, copy: exp.Copy, few: Sequence[str]) -> None:
        from muniment.dataplane.engines import duckdb

        place = self._place()
        place.mkdir(mode=0o700)
        rows = place / "rows"
        self._query(copy.this.this).write.parquet(str(rows))
        target = Path(copy.args["files"][0].this)
        files = sorted(rows.glob("part-*.parquet"))
        duckdb.copied(files, copy, target=target, spill=place, few=few)
        shutil.rmtree(place)

    def _hashed(self, units: exp.Select, bound: dict[str, object]) -> str:
        """The table of the units' keyed hashes; the pads stay in this process."""
        import pyarrow.dataset
        import pyarrow.parquet

        known, made = self._place(), self._place()
        self._query(units).write.parquet(str(known))
        made.mkdir(mode=0o700)
        rows = pyarrow.dataset.dataset(known, format="parquet")
        with pyarrow.parquet.ParquetWriter(made / "part-0.parquet", prints.schema()) as writer:
            for batch in rows.to_batches(batch_size=BATCH):
                writer.write_table(prints.halved(bound, batch.column(0)))
        shutil.rmtree(known)
        name = f"hashed {next(self._numbers)}"
        self._show(name, self._open.read.parquet(str(made)))
        return name

    def _query(self, tree: exp.Expression) -> Any:
        """A query over the names that callers use, as a data frame."""
        named = tree.copy()
        for table in list(named.find_all(exp.Table)):
            if table.name in self._views:
                table.set("this", nodes.name(self._views[table.name]))
        return self._said(named)

    def _said(self, tree: exp.Expression) -> Any:
        """The only way by which a statement reaches Spark."""
        return self._open.sql(spark_dialect.sql(tree))

    def _show(self, name: str, rows: Any) -> None:
        view = f"view_{next(self._numbers)}"
        rows.createOrReplaceTempView(view)
        self._views[name] = view

    def _place(self) -> Path:
        return self._private / f"kept-{next(self._numbers)}"

    def _raw(self, table: Table, path: Path) -> str:
        """A view of the file's cells as text; a CSV cell is never missing yet."""
        if table.format is Format.PARQUET:
            rows = self._open.read.parquet(str(path))
        else:
            from pyspark.sql import types

            # Spark parses names in some places, so cells are filled under names of our making.
            plain = [
                types.StructField(f"c{spot}", types.StringType())
                for spot in range(len(table.fields))
            ]
            read = self._open.read.options(**_CSV).schema(types.StructType(plain))
            rows = read.csv(str(path)).fillna("").toDF(*(field.name for field in table.fields))
        view = f"raw_{next(self._numbers)}"
        rows.createOrReplaceTempView(view)
        return view

    def _guarded(self, do: "Callable[[], Any]") -> Any:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            with self._running.statement():
                return do()
        except (PySparkException, Py4JError, ConnectionError, EOFError) as error:
            raise spark_stopped.told(error) from None


_CSV = {
    "header": "true",
    "sep": ",",
    "quote": '"',
    "escape": '"',
    "encoding": "UTF-8",
    "mode": "FAILFAST",
    "multiLine": "true",
    "nullValue": sources.NO_MISSING_VALUE,
    "emptyValue": "",
    "maxCharsPerColumn": "-1",
    "maxColumns": "100000",
    "enforceSchema": "true",
}
