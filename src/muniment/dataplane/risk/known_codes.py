"""Which codes a unit keeps, so that any m of them are shared by k units of its baseline group."""

from dataclasses import replace

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Column, Treated

CLASS = "first"  # the name that groups of the baseline have: the first code in them


class Codes:
    """One column of codes: which of them a unit keeps, so that any m are shared by k units."""

    def __init__(
        self, engine: session.Session, table: Treated, column: Column, classes: str, limit: int
    ) -> None:
        self._engine, self._table, self._column = engine, table, column
        self._limit = limit
        self._name = f"codes {table.table.name} {column.stored}"
        self._round = 0
        code = session.as_text(nodes.column("t", column.stored))
        same = exp.EQ(this=nodes.column("g", CODE), expression=nodes.column("t", CODE))
        keys = [nodes.column("g", CLASS), nodes.column("g", CODE), code]
        query = nodes.select(
            [*keys[:2], nodes.named(code.copy(), "code")],
            source=nodes.table(table.stored, "t"),
            where=[session.present(nodes.column("t", column.stored))],
            group_by=[key.copy() for key in keys],
        )
        self._counted(session.joined(query, [session.join(nodes.table(classes, "g"), on=same)]))

    def treated(self, events: int) -> tuple[Treated, int]:
        """The table with the codes that stay, and how many cells lost theirs."""
        size, changed = 1, False
        while size <= events:
            if self._strike(size):
                size, changed = 1, True
            else:
                size += 1
        if not changed:
            return self._table, 0
        return self._rewritten()

    def _counted(self, items: exp.Select) -> None:
        """(group, unit, code) with the number of units of the group that have the code."""
        shared = exp.Window(
            this=session.rows_of(),
            partition_by=[nodes.column("i", CLASS), nodes.column("i", "code")],
        )
        chosen = [nodes.column("i", name) for name in (CLASS, CODE, "code")]
        query = nodes.select(
            [*chosen, nodes.named(shared, "units")], source=nodes.derived(items, "i")
        )
        self._engine.keep(f"{self._name} {self._round}", query)
        self._items = self._engine.temporary(f"{self._name} {self._round}")
        self._round += 1

    def _strike(self, size: int) -> bool:
        """Take the rarest code of every set of `size` that too few share; whether there was one."""
        codes = [nodes.column(f"i{n}", "code") for n in range(size)]
        own = [nodes.column("i0", CLASS), nodes.column("i0", CODE)]
        sets = nodes.select(
            [*own, *(nodes.named(code, f"code{n}") for n, code in enumerate(codes)),
             nodes.named(exp.Window(this=session.rows_of(),
                                    partition_by=[own[0].copy(), *(c.copy() for c in codes)]),
                         "units")],
            source=nodes.table(self._items, "i0"),
        )  # fmt: skip
        joins = [
            session.join(nodes.table(self._items, f"i{n}"), on=_next(f"i{n - 1}", f"i{n}"))
            for n in range(1, size)
        ]
        few = exp.LT(this=nodes.column("s", "units"), expression=nodes.number(self._limit))
        struck = nodes.select(
            [
                nodes.named(nodes.column("s", CODE), CODE),
                nodes.named(nodes.column("s", "code0"), "code"),
            ],
            source=nodes.derived(session.joined(sets, joins), "s"),
            where=[few],
            group_by=[nodes.column("s", CODE), nodes.column("s", "code0")],
        )
        name = f"{self._name} struck {self._round} {size}"
        self._engine.keep(name, struck)
        gone = self._engine.temporary(name)
        if not self._engine.whole(nodes.select([session.rows_of()], source=nodes.table(gone, "s"))):
            return False
        self._take_out(gone)
        return True

    def _take_out(self, gone: str) -> None:
        """The items without those in `gone`, counted again."""
        same = nodes.every(
            exp.EQ(this=nodes.column("x", each), expression=nodes.column("i", each))
            for each in (CODE, "code")
        )
        left = nodes.select(
            [nodes.column("i", each) for each in (CLASS, CODE, "code")],
            source=nodes.table(self._items, "i"),
            where=[exp.Is(this=nodes.column("x", CODE), expression=exp.Null())],
        )
        self._counted(
            session.joined(left, [session.join(nodes.table(gone, "x"), on=same, side="LEFT")])
        )

    def _rewritten(self) -> tuple[Treated, int]:
        mine = self._column.stored
        stays = session.present(nodes.column("i", CODE))
        chosen = [nodes.column("t", CODE)] + [
            nodes.column("t", column.stored)
            if column.stored != mine
            else nodes.named(
                exp.Case(ifs=[exp.If(this=stays.copy(), true=nodes.column("t", mine))]), mine
            )
            for column in self._table.columns
        ]
        same = nodes.every(
            [
                exp.EQ(this=nodes.column("i", CODE), expression=nodes.column("t", CODE)),
                exp.EQ(
                    this=nodes.column("i", "code"),
                    expression=session.as_text(nodes.column("t", mine)),
                ),
            ]
        )
        query = nodes.select(chosen, source=nodes.table(self._table.stored, "t"))
        joins = [session.join(nodes.table(self._items, "i"), on=same, side="LEFT")]
        held = self._held(self._table.stored)
        name = f"{self._name} kept"
        self._engine.keep(name, session.joined(query, joins))
        stored = self._engine.temporary(name)
        return replace(self._table, stored=stored), held - self._held(stored)

    def _held(self, stored: str) -> int:
        counted = exp.Count(this=nodes.column("t", self._column.stored))
        return self._engine.whole(nodes.select([counted], source=nodes.table(stored, "t")))


def _next(one: str, other: str) -> exp.Expression:
    """Another code of the same unit, less rare or as rare and later: sets begin with the rarest."""
    same = exp.EQ(this=nodes.column(other, CODE), expression=nodes.column(one, CODE))
    commoner = exp.LT(this=nodes.column(one, "units"), expression=nodes.column(other, "units"))
    as_rare = exp.EQ(this=nodes.column(one, "units"), expression=nodes.column(other, "units"))
    later = exp.LT(this=nodes.column(one, "code"), expression=nodes.column(other, "code"))
    return nodes.every([same, nodes.either([commoner, nodes.every([as_rare, later])])])
