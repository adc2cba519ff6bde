"""What changed between two editions of a holding: schema, rows, persons. For staff only.

A new edition's public numbers may change only when the units that changed pass the threshold
(otherwise their difference would tell of a few): the answer says whether they do.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.engines import sources
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.spec import holding
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding, Table

if TYPE_CHECKING:
    import duckdb

# Prefixes of table names where `both` shows two holdings at once.
OLD, NEW = "old ", "new "


@dataclass(frozen=True, slots=True)
class Changes:
    """`changed` counts rows with the same key and another cell; without a key there is none."""

    table: str
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_declared_otherwise: tuple[str, ...]
    rows_added: int
    rows_removed: int
    rows_changed: int | None

    @property
    def any(self) -> bool:
        declared = (self.columns_added, self.columns_removed, self.columns_declared_otherwise)
        return any(declared) or bool(self.rows_added or self.rows_removed or self.rows_changed)


@dataclass(frozen=True, slots=True)
class Diff:
    """`units_*` count the protected units: persons, practices."""

    holding: str
    old: str
    new: str
    unit: str
    threshold: int
    tables_added: tuple[str, ...]
    tables_removed: tuple[str, ...]
    tables: tuple[Changes, ...]
    units_added: int
    units_removed: int
    units_changed: int

    @property
    def may_republish(self) -> bool:
        """Whether public numbers may follow the new edition (none changed, or enough did)."""
        touched = self.units_added + self.units_removed + self.units_changed
        return touched == 0 or touched >= self.threshold

    def document(self) -> dict[str, object]:
        told = {**asdict(self), "public_numbers_may_change": self.may_republish}
        return {"muniment_holding_diff": 1, "for": "staff only", **told}

    def sentences(self) -> list[str]:
        """For a terminal."""
        said = [f"{self.holding}: {self.old} to {self.new}. For staff only."]
        said += [f"Table {name} is new." for name in self.tables_added]
        said += [f"Table {name} is gone." for name in self.tables_removed]
        for each in self.tables:
            said += _told(each)
        said.append(
            f"Units ({self.unit}): {self.units_added:,} added, {self.units_removed:,} removed, "
            f"{self.units_changed:,} with a changed row."
        )
        if not self.may_republish:
            said.append(
                "Fewer units changed than the threshold: keep publishing the numbers of the old "
                "edition, or their difference tells of a few."
            )
        return said


def compare(old: Path, new: Path, *, watch: Watch | None = None) -> Diff:
    """Compare two folders. Raises `faults.Faulty` where one cannot be read or is another's."""
    watch = watch or Watch()
    before, after = holding.load(old), holding.load(new)
    if before.holding != after.holding:
        message = f"{before.holding} and {after.holding} are two holdings, not two editions of one."
        raise sources.refused("other-holding", message)
    names = [table.name for table in before.tables if after.find_table(table.name)]
    with both(before, old, after, new) as connection:
        tables = []
        for done, name in enumerate(names):
            watch.step(f"compare {name}", done, len(names))
            tables.append(_changes(connection, before.get_table(name), after.get_table(name)))
        watch.step(f"count each {after.unit}")
        units = _units(connection, before, after, names)
    return Diff(
        holding=before.holding,
        old=before.edition,
        new=after.edition,
        unit=after.unit,
        threshold=after.threshold,
        tables_added=tuple(t.name for t in after.tables if t.name not in names),
        tables_removed=tuple(t.name for t in before.tables if t.name not in names),
        tables=tuple(tables),
        units_added=units[0],
        units_removed=units[1],
        units_changed=units[2],
    )


def _told(each: Changes) -> list[str]:
    said = [f"{each.table}: column {name} is new." for name in each.columns_added]
    said += [f"{each.table}: column {name} is gone." for name in each.columns_removed]
    said += [
        f"{each.table}: column {name} is declared otherwise."
        for name in each.columns_declared_otherwise
    ]
    changed = "" if each.rows_changed is None else f", {each.rows_changed:,} changed"
    if each.any:
        said.append(
            f"{each.table}: {each.rows_added:,} rows added, {each.rows_removed:,} removed{changed}."
        )
    return said


def both(before: Holding, old: Path, after: Holding, new: Path) -> "duckdb.DuckDBPyConnection":
    """One confined connection that sees the tables of both, under two prefixes."""
    root = Path(os.path.commonpath([old.resolve(), new.resolve()]))
    tables = []
    for source, folder, prefix in ((before, old, OLD), (after, new, NEW)):
        for table in source.tables:
            place = sources.locate(folder, table).relative_to(root).as_posix()
            tables.append(replace(table, name=prefix + table.name, path=place))
    return engine.open(replace(after, tables=tuple(tables)), folder=root)


def _changes(connection: "duckdb.DuckDBPyConnection", old: Table, new: Table) -> Changes:
    before = {field.name: field for field in old.fields}
    after = {field.name: field for field in new.fields}
    shared = [name for name in before if name in after]
    key = old.primary_key if old.primary_key == new.primary_key else ()
    if key and set(key) <= set(shared):
        added = _count(connection, _only(new, NEW, OLD, key))
        removed = _count(connection, _only(old, OLD, NEW, key))
        changed = _count(connection, _altered(old.name, key, shared))
    else:
        added = _count(connection, _except(old.name, NEW, OLD, shared))
        removed = _count(connection, _except(old.name, OLD, NEW, shared))
        changed = None
    return Changes(
        table=old.name,
        columns_added=tuple(name for name in after if name not in before),
        columns_removed=tuple(name for name in before if name not in after),
        columns_declared_otherwise=tuple(
            name for name in shared if _otherwise(before[name], after[name])
        ),
        rows_added=added,
        rows_removed=removed,
        rows_changed=changed,
    )


def _otherwise(before: Field, after: Field) -> bool:
    """Words aside: a new title changes nothing that anyone could ask."""
    return replace(before, title="", description="") != replace(after, title="", description="")


def _units(
    connection: "duckdb.DuckDBPyConnection", before: Holding, after: Holding, names: Sequence[str]
) -> tuple[int, int, int]:
    """Added, removed, and there in both with any row that is not in both."""
    old_units = _keys(OLD + before.base_table, before.unit_key)
    new_units = _keys(NEW + after.base_table, after.unit_key)
    added = _count(connection, _minus(new_units, old_units))
    removed = _count(connection, _minus(old_units, new_units))
    touched: list[exp.Select] = []
    for name in names:
        old, new = before.get_table(name), after.get_table(name)
        shared = [field.name for field in old.fields if new.find_field(field.name)]
        for source, one, other in ((after, NEW, OLD), (before, OLD, NEW)):
            rows = _except(name, one, other, shared)
            touched += _touched(source, name, one, rows, shared)
    if not touched:
        return added, removed, 0
    every: exp.Query = touched[0]
    for units in touched[1:]:
        every = exp.Union(this=every, expression=units, distinct=True)
    both_have = exp.Intersect(this=old_units.copy(), expression=new_units.copy(), distinct=True)
    # On its own level: INTERSECT would bind closer than UNION.
    chosen = nodes.select([nodes.column("c", "unit")], source=nodes.derived(every, "c"))
    changed = exp.Intersect(this=both_have, expression=chosen, distinct=True)
    return added, removed, _count(connection, changed)


def _touched(
    source: Holding, name: str, prefix: str, rows: exp.Query, shared: Sequence[str]
) -> list[exp.Select]:
    """The units that rows of a table belong to; nothing where nothing ties them to units."""
    if name == source.base_table:
        if source.unit_key not in shared:
            return []
        unit = nodes.named(nodes.column("r", source.unit_key), "unit")
        return [nodes.select([unit], source=nodes.derived(rows, "r"))]
    pairs = source.find_join(source.get_table(name))
    if pairs is None or not {theirs for _, theirs in pairs} <= set(shared):
        return []
    ties = [
        exp.EQ(this=nodes.column("r", theirs), expression=nodes.column("b", ours))
        for ours, theirs in pairs
    ]
    some = nodes.select([nodes.number(1)], source=nodes.derived(rows, "r"), where=ties)
    unit = nodes.named(nodes.column("b", source.unit_key), "unit")
    base = nodes.table(prefix + source.base_table, "b")
    return [nodes.select([unit], source=base, where=[exp.Exists(this=some)])]


def _keys(table: str, key: str) -> exp.Select:
    return nodes.select(
        [nodes.named(nodes.column("u", key), "unit")], source=nodes.table(table, "u")
    )


def _minus(left: exp.Select, right: exp.Select) -> exp.Except:
    return exp.Except(this=left.copy(), expression=right.copy(), distinct=True)


def _except(name: str, one: str, other: str, columns: Sequence[str]) -> exp.Except:
    """Rows of one edition that the other has not, as often as it has not."""

    def rows(prefix: str) -> exp.Select:
        chosen = [nodes.named(nodes.column("t", column), column) for column in columns]
        return nodes.select(chosen, source=nodes.table(prefix + name, "t"))

    return exp.Except(this=rows(one), expression=rows(other), distinct=False)


def _only(table: Table, one: str, other: str, key: Sequence[str]) -> exp.Select:
    there = nodes.select(
        [nodes.number(1)], source=nodes.table(other + table.name, "o"), where=_same(key)
    )
    absent = exp.Not(this=exp.Exists(this=there))
    return nodes.select(
        [nodes.number(1)], source=nodes.table(one + table.name, "t"), where=[absent]
    )


def _altered(name: str, key: Sequence[str], shared: Sequence[str]) -> exp.Select:
    differs = nodes.either(
        exp.NullSafeNEQ(this=nodes.column("t", column), expression=nodes.column("o", column))
        for column in shared
        if column not in key
    )
    there = nodes.select(
        [nodes.number(1)], source=nodes.table(OLD + name, "o"), where=[*_same(key), differs]
    )
    return nodes.select(
        [nodes.number(1)], source=nodes.table(NEW + name, "t"), where=[exp.Exists(this=there)]
    )


def _same(key: Sequence[str]) -> list[exp.Expression]:
    return [
        exp.EQ(this=nodes.column("t", column), expression=nodes.column("o", column))
        for column in key
    ]


def _count(connection: "duckdb.DuckDBPyConnection", query: exp.Query) -> int:
    inner = nodes.derived(query, "q")
    counted = nodes.select([exp.Count(this=nodes.number(1))], source=inner)
    [[number]] = engine.answer(connection, counted)
    return int(str(number))
