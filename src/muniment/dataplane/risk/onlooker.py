"""How alone units stay for someone who knows more than the baseline variables."""

from collections.abc import Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Treated
from muniment.dataplane.spec.fields import CODES, Sensitivity


def alone(engine: session.Session, tables: Sequence[Treated], main: Treated | None) -> int:
    """Units alone in all quasi-identifiers of the base table and their rows per related table."""
    if main is None or not main.about_units:
        return 0
    known = [
        nodes.column("t", column.stored)
        for column in main.columns
        if column.field.sensitivity is Sensitivity.QUASI and column.rule.method not in CODES
    ]
    joins = []
    for spot, table in enumerate(tables):
        if table is main or not table.about_units:
            continue
        alias = f"n{spot}"
        per_unit = nodes.select(
            [nodes.column("r", CODE), nodes.named(session.rows_of(), "rows")],
            source=nodes.table(table.stored, "r"),
            group_by=[nodes.column("r", CODE)],
        )
        same = exp.EQ(this=nodes.column(alias, CODE), expression=nodes.column("t", CODE))
        joins.append(session.join(nodes.derived(per_unit, alias), on=same, side="LEFT"))
        known.append(nodes.column(alias, "rows"))
    if not known:
        return 0
    groups = nodes.select(
        [nodes.named(session.rows_of(), "size")],
        source=nodes.table(main.stored, "t"),
        group_by=known,
    )
    single = exp.EQ(this=nodes.column("s", "size"), expression=nodes.number(1))
    source = nodes.derived(session.joined(groups, joins), "s")
    return engine.whole(nodes.select([session.rows_of()], source=source, where=[single]))
