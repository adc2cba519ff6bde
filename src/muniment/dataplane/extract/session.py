"""One engine connection for one part: every statement it runs is kept for the receipt.

Temporary tables carry a prefix that no table of the holding has, since both live in one catalogue.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from sqlglot import exp

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import sources
from muniment.dataplane.engines.closing import Closing
from muniment.dataplane.extract.staging import Staging
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.plan import Place
from muniment.dataplane.spec import faults

if TYPE_CHECKING:
    import pyarrow

Answer = TypeVar("Answer")


class Session(Closing):
    """Use it with `with`. Raises `faults.Faulty` where the holding's files cannot be read."""

    def __init__(
        self,
        place: Place,
        *,
        staging: Staging,
        watch: Watch,
        label: str,
        asked: Mapping[str, int] | None = None,
    ) -> None:
        folder, source = place
        self.statements: list[dict[str, str]] = []
        self.staging = staging
        self._label = label
        self._watch = watch
        self._engine = engines.open(
            source,
            folder=folder,
            setting=staging.setting,
            out=staging.package,
            spill=staging.spill,
            asked=asked,
        )
        names = [table.name for table in source.tables]
        longest = max(len(name) - len(name.lstrip("~")) for name in names)
        self._prefix = "~" * (longest + 1)

    def close(self) -> None:
        """Temporary tables go with the engine."""
        self._engine.close()

    def temporary(self, name: str) -> str:
        """The full name of a temporary table."""
        return self._prefix + name

    def step(self, what: str, done: int, of: int) -> None:
        """Report where the build is."""
        self._watch.step(what, done, of)

    def answer(
        self, tree: exp.Expression, *, bound: Mapping[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        """Run a statement, keep its text, return its rows; breaks off when the build is stopped."""
        return self._run(tree, lambda: self._engine.answer(tree, bound=bound))

    def write(self, copy: exp.Copy, *, few: Sequence[str] = ()) -> None:
        """Write the file of a COPY; `few` are its columns of few different texts."""
        self._run(copy, lambda: self._engine.write(copy, few=few))

    def few(self, table: str, field: str) -> exp.DataType:
        """What to cast a column of the holding's to that has few different texts."""
        return self._watched(lambda: self._engine.few(table, field))

    def whole(self, tree: exp.Expression) -> int:
        """The single whole number a statement answers."""
        value = self.answer(tree)[0][0]
        assert isinstance(value, int)
        return value

    def keep(self, name: str, query: exp.Expression) -> None:
        """Put the rows of a query into the temporary table `name`."""
        self.answer(nodes.kept(self.temporary(name), query))

    def forget(self, name: str) -> None:
        """Give up the temporary table `name`, and the room it takes."""
        table = exp.Table(this=nodes.name(self.temporary(name)))
        self.answer(exp.Drop(tables=[table], kind="TABLE"))

    def gather(self, name: str, pieces: Sequence[str]) -> None:
        """Put the rows of these temporary tables into `name`, in their order; give them up."""
        self.keep(name, nodes.together([star(self.temporary(piece)) for piece in pieces]))
        for piece in pieces:
            self.forget(piece)

    def texts(self, query: exp.Expression) -> list[str]:
        """The first column of a query of text."""
        return [value for (value,) in self.answer(query) if isinstance(value, str)]

    def column(self, query: exp.Expression) -> "pyarrow.Array":
        """The only column of a query as an Arrow array, for millions of values."""
        return sources.only(self.columns(query))

    def columns(self, query: exp.Expression) -> "pyarrow.Table":
        """The same for all columns of a query."""
        return self._run(query, lambda: self._engine.columns(query))

    def bring(
        self,
        name: str,
        columns: "Mapping[str, Sequence[object] | pyarrow.Array] | engines.Columns",
    ) -> None:
        """Put values made in Python into the temporary table `name`; they are never SQL text."""
        import pyarrow

        self._watch.check()
        table = pyarrow.table(dict(columns)) if isinstance(columns, Mapping) else columns
        self._engine.bring(self.temporary(name), table)

    def _run(self, tree: exp.Expression, do: Callable[[], Answer]) -> Answer:
        """Keep the statement's text, and do it."""
        self._watch.check()
        self.statements.append({"part": self._label, "sql": self._engine.text(tree)})
        return self._watched(do)

    def _watched(self, do: Callable[[], Answer]) -> Answer:
        with self._watch.over(self._engine.interrupt, progress=self._engine.progress):
            try:
                return do()
            except faults.Faulty:
                self._watch.check()
                raise


star = nodes.star


def joined(query: exp.Select, joins: Iterable[exp.Join]) -> exp.Select:
    """The query with its joins, as nodes."""
    query.set("joins", list(joins))
    return query


def join(source: exp.Expression, *, on: exp.Expression, side: str | None = None) -> exp.Join:
    """An inner join, or a left one with `side="LEFT"`."""
    return exp.Join(this=source, on=on, side=side)


def as_text(column: exp.Expression) -> exp.Expression:
    """An identifier as the text that pseudonyms are made from."""
    return exp.Cast(this=column, to=nodes.VARCHAR.copy())


def present(column: exp.Expression) -> exp.Expression:
    """column IS NOT NULL."""
    return exp.Not(this=exp.Is(this=column, expression=exp.Null()))


def distinct_count(column: exp.Expression) -> exp.Expression:
    """COUNT(DISTINCT column)."""
    return exp.Count(this=exp.Distinct(expressions=[column]))


def rows_of() -> exp.Expression:
    """COUNT(*)."""
    return exp.Count(this=exp.Star())
