"""Groups of units that share their baseline values, and blanking until none is too small.

It works on a narrow copy of the base table, the unit's code and its baseline values, so that a wide
table is rewritten once at the end however many rounds blanking takes.
"""

from collections import Counter
from dataclasses import dataclass

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE
from muniment.dataplane.risk import measures

GROUPS = "risk groups"
NARROW = "risk baseline"
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
    """A baseline column by its stored name, a table of the codes that lost it, and how many."""

    column: str
    codes: str
    cells: int


class Judge:
    """Groups of `source` by `columns`; `stored` is the narrow table as it now is.

    A second judge in one session has a `label` of its own.
    """

    def __init__(
        self,
        engine: session.Session,
        source: str,
        columns: list[str],
        limit: int,
        *,
        label: str = "",
    ) -> None:
        self._engine = engine
        self._columns = columns
        self._limit = limit
        self._label = label
        self._runs = 1
        self._look_at(source)

    def _look_at(self, stored: str) -> None:
        self.stored = stored
        self._sizes: Counter[int] | None = None
        self._groups: str | None = None

    @property
    def sizes(self) -> Counter[int]:
        """How many groups there are of each size."""
        if self._sizes is None:
            source = nodes.table(self.stored, "t")
            self._sizes = measures.sizes(self._engine, source, self._columns)
        return self._sizes

    @property
    def groups(self) -> str:
        """A table of each unit's code with the size and the first code of its group.

        It takes a pass over all units, and none is needed where no group is too small.
        """
        if self._groups is None:
            self._groups = self._grouped()
        return self._groups

    def measure(self) -> Measure:
        units = {size: size * many for size, many in self.sizes.items()}
        below = sum(many for size, many in units.items() if size < self._limit)
        return Measure(sum(units.values()), min(units), below)

    def blank(self) -> list[Blanked]:
        """Blank column after column, most telling first, of the units that are still alone.

        At the end those left have no baseline value at all; when they are still too few, the next
        smallest group joins them.
        """
        done: list[Blanked] = []
        for column in self._most_telling_first() if self.measure().units_below else ():
            done.append(self._blank([column], where=self._is_small("g"))[0])
            if self.measure().units_below == 0:
                return done
        while self.measure().units_below:
            done += self._blank(self._columns, where=self._in_smallest_large_group())
        return done

    def _blank(self, columns: list[str], *, where: exp.Expression) -> list[Blanked]:
        """Rewrite the narrow table without these values of the chosen units, and group again."""
        name = f"{ALONE} {self._label}{self._runs}"
        chosen = nodes.select(
            [nodes.column("g", CODE)], source=nodes.table(self.groups, "g"), where=[where]
        )
        self._engine.keep(name, chosen)
        codes = self._engine.temporary(name)
        lost = [Blanked(column, codes, self._held(column, codes)) for column in columns]
        narrow = f"{NARROW} {self._label}{self._runs}"
        self._engine.keep(narrow, without(self.stored, [CODE, *self._columns], columns, codes))
        self._runs += 1
        self._look_at(self._engine.temporary(narrow))
        return lost

    def _held(self, column: str, codes: str) -> int:
        return count_held(self._engine, self.stored, column, codes)

    def _grouped(self) -> str:
        window = {"partition_by": [nodes.column("t", column) for column in self._columns]}
        first = exp.Min(this=nodes.column("t", CODE))
        empty = nodes.every(
            exp.Is(this=nodes.column("t", column), expression=exp.Null())
            for column in self._columns
        )
        columns = [
            nodes.named(nodes.column("t", CODE), CODE),
            nodes.named(exp.Window(this=session.rows_of(), **window), "size"),
            nodes.named(exp.Window(this=first, **window), "first"),
            nodes.named(empty, "empty"),
        ]
        name = f"{GROUPS} {self._label}{self._runs}"
        source = nodes.table(self.stored, "t")
        self._engine.keep(name, nodes.select(columns, source=source))
        return self._engine.temporary(name)

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
        source = nodes.table(self.groups, "h")
        smallest = nodes.select([nodes.column("h", "first")], source=source, where=wide)
        smallest.set("order", order)
        smallest.set("limit", exp.Limit(expression=nodes.number(1)))
        chosen = exp.Subquery(this=smallest)
        return exp.EQ(this=nodes.column("g", "first"), expression=chosen)

    def _most_telling_first(self) -> list[str]:
        source = nodes.table(self.stored, "t")
        counts = [session.distinct_count(nodes.column("t", column)) for column in self._columns]
        [found] = self._engine.answer(nodes.select(counts, source=source))
        order = sorted(range(len(found)), key=lambda spot: (-int(str(found[spot])), spot))
        return [self._columns[spot] for spot in order]


def without(table: str, columns: list[str], lost: list[str], codes: str) -> exp.Select:
    """All rows of a table; the `lost` columns are missing for the units in `codes`."""
    kept = exp.Is(this=nodes.column("c", CODE), expression=exp.Null())
    chosen: list[exp.Expression] = [
        nodes.named(
            exp.Case(ifs=[exp.If(this=kept.copy(), true=nodes.column("t", column))])
            if column in lost
            else nodes.column("t", column),
            column,
        )
        for column in columns
    ]
    same = exp.EQ(this=nodes.column("c", CODE), expression=nodes.column("t", CODE))
    query = nodes.select(chosen, source=nodes.table(table, "t"))
    once = nodes.derived(_distinct_codes(codes), "c")
    return session.joined(query, [session.join(once, on=same, side="LEFT")])


def count_held(engine: session.Session, table: str, column: str, codes: str) -> int:
    """How many cells of a column have a value, of the rows about these units."""
    query = exp.Subquery(
        this=nodes.select([nodes.column("c", CODE)], source=nodes.table(codes, "c"))
    )
    inside = exp.In(this=nodes.column("t", CODE), query=query)
    held = session.present(nodes.column("t", column))
    source = nodes.table(table, "t")
    return engine.whole(nodes.select([session.rows_of()], source=source, where=[inside, held]))


def _distinct_codes(codes: str) -> exp.Select:
    """A code once, however often it stands in the table, or rows would be doubled."""
    code = nodes.column("c", CODE)
    return nodes.select([code], source=nodes.table(codes, "c"), group_by=[code.copy()])
