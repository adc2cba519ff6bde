"""From the narrow table back to the release: the base table, and repeats of its variables.

A baseline variable that a related table repeats is treated there too: put into the same form, and
blanked for the same units. Where values have no form of their own (boxes) the repeat is blanked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Column, Treated
from muniment.dataplane.risk import coarse, generalize
from muniment.dataplane.risk.baseline import Blanked, Judge, count_held, without


def full_name(table: Treated, column: Column) -> str:
    """A column as reports name it."""
    return f"{table.table.name}.{column.field.name}"


def apply(
    engine: session.Session,
    tables: Sequence[Treated],
    main: Treated,
    *,
    made: generalize.Made | None,
    judge: Judge,
    blanked: Sequence[Blanked],
    columns: Sequence[Column],
) -> tuple[list[Treated], dict[str, int]]:
    """The tables with treated baseline values, and the cells blanked in repeats."""
    if made is None and not blanked:
        return list(tables), {}
    done: list[Treated] = []
    cells: dict[str, int] = {}
    changed = dict(made.columns) if made else {}
    for table in tables:
        if table is main:
            stored = _main(engine, table, judge.stored, [column.stored for column in columns])
            kept = tuple(changed.get(column.stored, column) for column in table.columns)
            done.append(replace(table, stored=stored, columns=kept))
            continue
        repeats = {
            repeat.stored: column
            for column in columns
            for repeat in table.columns
            if table.about_units and repeat.field.name == column.field.name
        }
        table = _formed(engine, table, repeats, made)
        table = _blanked(engine, table, repeats, blanked, cells)
        done.append(table)
    return done, cells


def _main(engine: session.Session, table: Treated, narrow: str, names: Sequence[str]) -> str:
    stored = f"{table.table.name} after risk"
    chosen = [nodes.column("t", CODE)] + [
        nodes.column("n" if column.stored in names else "t", column.stored)
        for column in table.columns
    ]
    same = exp.EQ(this=nodes.column("n", CODE), expression=nodes.column("t", CODE))
    query = nodes.select(chosen, source=nodes.table(table.stored, "t"))
    engine.keep(stored, session.joined(query, [session.join(nodes.table(narrow, "n"), on=same)]))
    return engine.temporary(stored)


def _formed(
    engine: session.Session,
    table: Treated,
    repeats: Mapping[str, Column],
    made: generalize.Made | None,
) -> Treated:
    """The repeats in the form the base table has them in."""
    formed = {
        name: column for name, column in repeats.items() if made and column.stored in made.columns
    }
    if not formed:
        return table
    assert made is not None
    joins: list[exp.Join] = []
    chosen: list[exp.Expression] = [nodes.column("t", CODE)]
    columns: list[Column] = []
    for column in table.columns:
        base = formed.get(column.stored)
        if base is None:
            chosen.append(nodes.column("t", column.stored))
            columns.append(column)
            continue
        forms = made.forms[base.stored]
        label = f"r{column.stored}"
        value: exp.Expression = exp.Cast(this=exp.Null(), to=nodes.VARCHAR.copy())
        if forms is not None:
            joins.append(generalize.reform(engine, column.stored, forms, label=label))
            value = nodes.column(label, "form")
        chosen.append(nodes.named(value, column.stored))
        columns.append(coarse.of(column, "as in the base table"))
    stored = f"{table.table.name} in form"
    query = nodes.select(chosen, source=nodes.table(table.stored, "t"))
    engine.keep(stored, session.joined(query, joins))
    return replace(table, stored=engine.temporary(stored), columns=tuple(columns))


def _blanked(
    engine: session.Session,
    table: Treated,
    repeats: Mapping[str, Column],
    blanked: Sequence[Blanked],
    cells: dict[str, int],
) -> Treated:
    for spot, lost in enumerate(blanked):
        for name, column in repeats.items():
            if column.stored != lost.column:
                continue
            repeat = next(each for each in table.columns if each.stored == name)
            cells[full_name(table, repeat)] = cells.get(full_name(table, repeat), 0) + count_held(
                engine, table.stored, name, lost.codes
            )
            stored = f"{table.table.name} without {spot} {name}"
            names = [CODE, *(each.stored for each in table.columns)]
            engine.keep(stored, without(table.stored, names, [name], lost.codes))
            table = replace(table, stored=engine.temporary(stored))
    return table
