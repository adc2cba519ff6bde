"""How alone units stay for someone who knows more than the baseline variables."""

from collections.abc import Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Treated
from muniment.dataplane.spec.fields import CODES, Sensitivity

ROWS, KNOWN = "rows of units", "known of units"


def alone(engine: session.Session, tables: Sequence[Treated], main: Treated | None) -> int:
    """Units alone in all quasi-identifiers of the base table and their rows per related table."""
    if main is None or not main.about_units:
        return 0
    known = [
        nodes.column("t", column.stored)
        for column in main.columns
        if column.field.sensitivity is Sensitivity.QUASI and column.rule.method not in CODES
    ]
    source: exp.Expression = nodes.table(main.stored, "t")
    if others := [table for table in tables if table is not main and table.about_units]:
        source = nodes.table(_with_rows(engine, main, known, others), "t")
        known += [nodes.column("t", f"{ROWS} {spot}") for spot in range(len(others))]
    if not known:
        return 0
    groups = nodes.select([nodes.named(session.rows_of(), "size")], source=source, group_by=known)
    single = exp.EQ(this=nodes.column("s", "size"), expression=nodes.number(1))
    lone = nodes.derived(groups, "s")
    return engine.whole(nodes.select([session.rows_of()], source=lone, where=[single]))


def _with_rows(
    engine: session.Session,
    main: Treated,
    known: Sequence[exp.Expression],
    others: Sequence[Treated],
) -> str:
    """A table of what is known of each unit and of its rows in the others; its full name.

    Step by step: memory that held every unit for all tables at once would be short before others.
    """
    joins, chosen = [], [each.copy() for each in known]
    for spot, table in enumerate(others):
        name, alias = f"{ROWS} {spot}", f"n{spot}"
        code = nodes.column("r", CODE)
        per_unit = nodes.select(
            [code, nodes.named(session.rows_of(), name)],
            source=nodes.table(table.stored, "r"),
            group_by=[code.copy()],
        )
        engine.keep(name, per_unit)
        same = exp.EQ(this=nodes.column(alias, CODE), expression=nodes.column("t", CODE))
        counted = nodes.table(engine.temporary(name), alias)
        joins.append(session.join(counted, on=same, side="LEFT"))
        chosen.append(nodes.column(alias, name))
    query = nodes.select(chosen, source=nodes.table(main.stored, "t"))
    engine.keep(KNOWN, session.joined(query, joins))
    return engine.temporary(KNOWN)
