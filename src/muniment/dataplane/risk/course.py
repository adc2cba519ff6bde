"""A unit's course: what related tables tell to somebody who knows part of it (`privacy.md` A11).

Two attackers, each of whom also knows all baseline values. One knows how many rows a unit has in a
table and the first and last of its dates; for units whose answer fewer than k share, all rows of
the table are withheld. The other knows any m of its codes (k^m-anonymity, Terrovitis, Mamoulis and
Kalnis 2008); the rarest code of a set that fewer than k share is blanked. Tables are taken one by
one: who knows the courses in two tables at once is not held off.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Column, Treated
from muniment.dataplane.risk import known_codes
from muniment.dataplane.risk.known_codes import CLASS
from muniment.dataplane.spec.fields import CODES, Method, Sensitivity
from muniment.dataplane.spec.values import FieldType

MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.YEAR})
ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Told:
    """Exact, for the receipt. `units_below` knew too much before; `shared` is the least after."""

    units_below: int
    shared: int
    rows_withheld: int
    codes_blanked: int

    def document(self) -> dict[str, object]:
        return {
            "units_below_before": self.units_below,
            "smallest_group": self.shared,
            "rows_withheld": self.rows_withheld,
            "codes_blanked": self.codes_blanked,
        }


def treat(
    engine: session.Session,
    tables: Sequence[Treated],
    base: str,
    *,
    classes: str,
    limit: int,
    events: int,
) -> tuple[list[Treated], dict[str, dict[str, object]]]:
    """The tables with courses that k units share, and what was done, by related table.

    `classes` has a row per unit: its code, and `first`, which names its baseline group. Every such
    group has `limit` units.
    """
    done, told = [], {}
    for table in tables:
        if table.table.name == base or not table.about_units:
            done.append(table)
            continue
        work = _Courses(engine, table, classes, limit, events)
        done.append(work.treated())
        told[table.table.name] = work.told.document()
    return done, told


def is_moment(column: Column) -> bool:
    """Dates, and the numbers that stand for them."""
    return column.kind in MOMENTS or column.rule.method in (Method.DAYS_FROM, Method.WEEKLY_SHIFT)


def is_code(column: Column) -> bool:
    """Words or declared numbers that somebody may know a unit by."""
    points = column.field.sensitivity in (Sensitivity.QUASI, Sensitivity.SENSITIVE)
    is_word = column.kind is FieldType.STRING or bool(column.field.codes)
    return points and is_word and not is_moment(column) and column.rule.method not in CODES


class _Courses:
    def __init__(
        self, engine: session.Session, table: Treated, classes: str, limit: int, events: int
    ) -> None:
        self._engine, self._table, self._classes = engine, table, classes
        self._limit, self._events = limit, events
        self._name = f"course {table.table.name}"
        self.told = Told(0, 0, 0, 0)

    def treated(self) -> Treated:
        self._marks()
        self._size()
        below = self._count(self._small())
        self._withhold(self._small())
        self._join_those_left()
        shared = self._engine.whole(
            nodes.select([exp.Min(this=nodes.column("s", "size"))], source=self._sized())
        )
        rows = self._table.rows
        table = self._without_rows()
        blanked = 0
        for column in table.columns:
            if is_code(column):
                table, lost = known_codes.Codes(
                    self._engine, table, column, self._classes, self._limit
                ).treated(self._events)
                blanked += lost
        self.told = Told(below, shared, rows - table.rows, blanked)
        return table

    def _marks(self) -> None:
        """One row per unit: its baseline group, its number of rows, first and last of each date."""
        moments = [column.stored for column in self._table.columns if is_moment(column)]
        self._known = [ROWS, *(f"{end} {name}" for name in moments for end in ("first", "last"))]
        ends = [
            nodes.named(kind(this=nodes.column("r", name)), f"{end} {name}")
            for name in moments
            for end, kind in (("first", exp.Min), ("last", exp.Max))
        ]
        per_unit = nodes.select(
            [nodes.column("r", CODE), nodes.named(session.rows_of(), ROWS), *ends],
            source=nodes.table(self._table.stored, "r"),
            group_by=[nodes.column("r", CODE)],
        )
        chosen = [nodes.column("g", CODE), nodes.column("g", CLASS)]
        chosen += [nodes.column("k", name) for name in self._known]
        same = exp.EQ(this=nodes.column("k", CODE), expression=nodes.column("g", CODE))
        query = nodes.select(chosen, source=nodes.table(self._classes, "g"))
        join = session.join(nodes.derived(per_unit, "k"), on=same, side="LEFT")
        self._keep("marks 0", session.joined(query, [join]))
        self._round = 0

    def _size(self) -> None:
        """How many units share a course, and how many of a baseline group show none."""
        alike = [nodes.column("m", name) for name in (CLASS, *self._known)]
        none = exp.Is(this=nodes.column("m", ROWS), expression=exp.Null())
        chosen: list[exp.Expression] = [
            nodes.column("m", name) for name in (CODE, CLASS, *self._known)
        ]
        hidden = exp.Sum(this=exp.Case(ifs=[exp.If(this=none, true=nodes.number(1))]))
        chosen += [
            nodes.named(exp.Window(this=session.rows_of(), partition_by=alike), "size"),
            nodes.named(exp.Window(this=exp.Min(this=nodes.column("m", CODE)),
                                   partition_by=[each.copy() for each in alike]), "named"),
            nodes.named(exp.Window(this=hidden, partition_by=[nodes.column("m", CLASS)]), "hidden"),
        ]  # fmt: skip
        source = nodes.table(self._full(f"marks {self._round}"), "m")
        self._keep(f"sized {self._round}", nodes.select(chosen, source=source))

    def _small(self) -> exp.Expression:
        """Units that show a course which too few share."""
        few = exp.LT(this=nodes.column("s", "size"), expression=nodes.number(self._limit))
        return nodes.every([session.present(nodes.column("s", ROWS)), few])

    def _withhold(self, chosen: exp.Expression) -> None:
        """The marks of the chosen units become those of units without rows."""
        kept = [
            nodes.named(
                exp.Case(ifs=[exp.If(this=chosen.copy(), true=exp.Null())],
                         default=nodes.column("s", name)), name)
            for name in self._known
        ]  # fmt: skip
        query = nodes.select(
            [nodes.column("s", CODE), nodes.column("s", CLASS), *kept], source=self._sized()
        )
        self._round += 1
        self._keep(f"marks {self._round}", query)
        self._size()

    def _join_those_left(self) -> None:
        """Where too few of a baseline group show none, those of its smallest course join them.

        Once is enough: that course has k units, or all of the group show none.
        """
        rank = exp.Window(
            this=exp.RowNumber(),
            partition_by=[nodes.column("s", CLASS)],
            order=exp.Order(
                expressions=[
                    exp.Ordered(this=nodes.column("s", "size")),
                    exp.Ordered(this=nodes.column("s", "named")),
                ]
            ),
        )
        some = exp.Between(
            this=nodes.column("s", "hidden"),
            low=nodes.number(1),
            high=nodes.number(self._limit - 1),
        )
        shown = session.present(nodes.column("s", ROWS))
        ranked = nodes.select(
            [nodes.column("s", "named"), nodes.named(rank, "rank")],
            source=self._sized(), where=[some, shown],
        )  # fmt: skip
        is_first = exp.EQ(this=nodes.column("j", "rank"), expression=nodes.number(1))
        joining = nodes.select(
            [nodes.column("j", "named")], source=nodes.derived(ranked, "j"), where=[is_first]
        )
        self._withhold(exp.In(this=nodes.column("s", "named"), query=exp.Subquery(this=joining)))

    def _without_rows(self) -> Treated:
        table = self._table
        shown = nodes.select(
            [nodes.column("s", CODE)],
            source=self._sized(), where=[session.present(nodes.column("s", ROWS))],
        )  # fmt: skip
        inside = exp.In(this=nodes.column("t", CODE), query=exp.Subquery(this=shown))
        names = [CODE, *(column.stored for column in table.columns)]
        query = nodes.select(
            [nodes.column("t", name) for name in names],
            source=nodes.table(table.stored, "t"), where=[inside],
        )  # fmt: skip
        self._keep("rows", query)
        stored = self._full("rows")
        rows = self._engine.whole(
            nodes.select([session.rows_of()], source=nodes.table(stored, "t"))
        )
        return replace(table, stored=stored, rows=rows)

    def _sized(self) -> exp.Expression:
        return nodes.table(self._full(f"sized {self._round}"), "s")

    def _count(self, condition: exp.Expression) -> int:
        query = nodes.select([session.rows_of()], source=self._sized(), where=[condition])
        return self._engine.whole(query)

    def _keep(self, what: str, query: exp.Expression) -> None:
        self._engine.keep(f"{self._name} {what}", query)

    def _full(self, what: str) -> str:
        return self._engine.temporary(f"{self._name} {what}")
