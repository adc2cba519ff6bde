"""One engine connection for one part: every statement it runs is kept for the receipt.

Temporary tables carry a prefix that no table of the holding has, since both live in one catalogue.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract.staging import Staging
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.plan import Place
from muniment.dataplane.spec import faults

if TYPE_CHECKING:
    import pyarrow


class Session:
    """Use it with `with`. Raises `faults.Faulty` where the holding's files cannot be read."""

    def __init__(self, place: Place, *, staging: Staging, watch: Watch, label: str) -> None:
        folder, source = place
        self.statements: list[dict[str, str]] = []
        self._label = label
        self._watch = watch
        self._connection = engine.open(
            source, folder=folder, out=staging.package, spill=staging.spill
        )
        names = [table.name for table in source.tables]
        longest = max(len(name) - len(name.lstrip("~")) for name in names)
        self._prefix = "~" * (longest + 1)

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def temporary(self, name: str) -> str:
        """The full name of a temporary table."""
        return self._prefix + name

    def answer(
        self, tree: exp.Expression, *, bound: Mapping[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        """Run a statement, keep its text, return its rows; breaks off when the build is stopped."""
        self._watch.check()
        self.statements.append({"part": self._label, "sql": nodes.sql(tree)})
        with self._watch.over(self._connection.interrupt):
            try:
                return engine.answer(self._connection, tree, bound=bound)
            except faults.Faulty:
                self._watch.check()
                raise

    def whole(self, tree: exp.Expression) -> int:
        """The single whole number a statement answers."""
        value = self.answer(tree)[0][0]
        assert isinstance(value, int)
        return value

    def keep(self, name: str, query: exp.Expression) -> None:
        """Put the rows of a query into the temporary table `name`."""
        self.answer(_create(self.temporary(name), query))

    def texts(self, query: exp.Expression) -> list[str]:
        """The first column of a query of text."""
        return [value for (value,) in self.answer(query) if isinstance(value, str)]

    def bring(self, name: str, columns: Mapping[str, "Sequence[object] | pyarrow.Array"]) -> None:
        """Put values made in Python into the temporary table `name`; they are never SQL text."""
        import pyarrow

        # Registered under its own name, since the copy must not read and write one name at once.
        source = self.temporary(name + " brought")
        self._connection.register(source, pyarrow.table(dict(columns)))
        try:
            self.keep(name, star(source))
        finally:
            self._connection.unregister(source)


def star(table: str) -> exp.Select:
    """SELECT * FROM a table."""
    return nodes.select([exp.Star()], source=nodes.table(table, "t"))


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


def set_missing(table: str, columns: Sequence[str], *, where: exp.Expression) -> exp.Update:
    """UPDATE table SET each column = NULL WHERE …"""
    return exp.Update(
        this=exp.Table(this=nodes.name(table)),
        expressions=[
            exp.EQ(this=exp.Column(this=nodes.name(column)), expression=exp.Null())
            for column in columns
        ],
        where=exp.Where(this=where),
    )


def _create(name: str, query: exp.Expression) -> exp.Create:
    return exp.Create(
        this=exp.Table(this=nodes.name(name)),
        kind="TABLE",
        expression=query,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )
