"""Groups of units that share their baseline values, and blanking until none is too small."""

from dataclasses import dataclass

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Column, Treated

GROUPS = "risk groups"
ALONE = "risk below the limit"


@dataclass(frozen=True, slots=True)
class Measure:
    """Exact, for the receipt: units in all, in the smallest group, in groups under the limit."""

    units: int
    smallest_group: int
    units_below: int

    def document(self) -> dict[str, object]:
        return {
            "units": self.units,
            "smallest_group": self.smallest_group,
            "units_below": self.units_below,
        }


@dataclass(frozen=True, slots=True)
class Blanked:
    """A baseline column, and the codes of the units that lost its value."""

    column: Column
    codes: str
    cells: int


class Judge:
    """Groups of the base table by its baseline columns, kept in one temporary table."""

    def __init__(
        self, engine: session.Session, main: Treated, columns: list[Column], limit: int
    ) -> None:
        self._engine = engine
        self._main = main
        self._columns = columns
        self._limit = limit
        self._runs = 0
        self._group()

    def measure(self) -> Measure:
        below = exp.Where(this=self._is_small("g"))
        counts = [
            session.rows_of(),
            exp.Min(this=nodes.column("g", "size")),
            exp.Filter(this=session.rows_of(), expression=below),
        ]
        source = nodes.table(self._groups, "g")
        [found] = self._engine.answer(nodes.select(counts, source=source))
        units, smallest, below_limit = (int(str(value)) for value in found)
        return Measure(units, smallest, below_limit)

    def blank(self) -> list[Blanked]:
        """Blank column after column, most telling first, of the units that are still alone.

        At the end those left have no baseline value at all; when they are still too few, the next
        smallest group joins them.
        """
        done: list[Blanked] = []
        for column in self._most_telling_first():
            if self.measure().units_below == 0:
                return done
            done.append(self._blank_column(column, where=self._is_small("g")))
        while self.measure().units_below:
            joins = self._in_smallest_large_group()
            done += [
                self._blank_column(column, where=joins.copy(), regroup=False)
                for column in self._columns
            ]
            self._group()
        return done

    def _blank_column(
        self, column: Column, *, where: exp.Expression, regroup: bool = True
    ) -> Blanked:
        name = f"{ALONE} {self._runs} {column.stored}"
        chosen = nodes.select(
            [nodes.column("g", CODE)], source=nodes.table(self._groups, "g"), where=[where]
        )
        self._engine.keep(name, chosen)
        codes = self._engine.temporary(name)
        cells = blank_cells(self._engine, self._main.stored, column.stored, codes)
        if regroup:
            self._group()
        return Blanked(column, codes, cells)

    def _group(self) -> None:
        """Each unit's code with the size and the first code of its group."""
        self._runs += 1
        window = {"partition_by": [nodes.column("t", c.stored) for c in self._columns]}
        first = exp.Min(this=nodes.column("t", CODE))
        empty = nodes.every(
            exp.Is(this=nodes.column("t", c.stored), expression=exp.Null()) for c in self._columns
        )
        columns = [
            nodes.named(nodes.column("t", CODE), CODE),
            nodes.named(exp.Window(this=session.rows_of(), **window), "size"),
            nodes.named(exp.Window(this=first, **window), "first"),
            nodes.named(empty, "empty"),
        ]
        name = f"{GROUPS} {self._runs}"
        source = nodes.table(self._main.stored, "t")
        self._engine.keep(name, nodes.select(columns, source=source))
        self._groups = self._engine.temporary(name)

    def _is_small(self, alias: str) -> exp.Expression:
        return exp.LT(this=nodes.column(alias, "size"), expression=nodes.number(self._limit))

    def _in_smallest_large_group(self) -> exp.Expression:
        """The units of the smallest group that still has values; ties by its first code."""
        wide = [
            exp.Not(this=self._is_small("h")),
            exp.Not(this=nodes.column("h", "empty")),
        ]
        order = exp.Order(
            expressions=[
                exp.Ordered(this=nodes.column("h", "size")),
                exp.Ordered(this=nodes.column("h", "first")),
            ]
        )
        source = nodes.table(self._groups, "h")
        smallest = nodes.select([nodes.column("h", "first")], source=source, where=wide)
        smallest.set("order", order)
        smallest.set("limit", exp.Limit(expression=nodes.number(1)))
        chosen = exp.Subquery(this=smallest)
        return exp.EQ(this=nodes.column("g", "first"), expression=chosen)

    def _most_telling_first(self) -> list[Column]:
        source = nodes.table(self._main.stored, "t")
        counts = [session.distinct_count(nodes.column("t", c.stored)) for c in self._columns]
        [found] = self._engine.answer(nodes.select(counts, source=source))
        order = sorted(range(len(found)), key=lambda spot: (-int(str(found[spot])), spot))
        return [self._columns[spot] for spot in order]


def blank_cells(engine: session.Session, table: str, column: str, codes: str) -> int:
    """Set a column to missing for these units; the number of cells that had a value."""
    chosen = exp.Subquery(
        this=nodes.select([nodes.column("c", CODE)], source=nodes.table(codes, "c"))
    )
    inside = exp.In(this=nodes.column("t", CODE), query=chosen)
    held = session.present(nodes.column("t", column))
    source = nodes.table(table, "t")
    cells = engine.whole(nodes.select([session.rows_of()], source=source, where=[inside, held]))
    plain = exp.In(this=exp.Column(this=nodes.name(CODE)), query=chosen.copy())
    engine.answer(session.set_missing(table, [column], where=plain))
    return cells
