"""Days that many units share, and a unit's earliest day in a column.

Both look at every column a build releases of the holding, in whatever table or part, since whoever
reads one column reads the others beside it.
"""

from collections.abc import Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import day_pairs, session
from muniment.dataplane.extract.day_pairs import IDENTIFIER
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.methods import over90
from muniment.dataplane.methods.place import day
from muniment.dataplane.policy import ages
from muniment.dataplane.spec import fields, holding

# A date that this share of the units has, and at least as many as the threshold, is an event all
# of them went through: whoever knows its true day knows the shift.
SHARED_BY_ONE_IN = 20
FREQUENT = "frequent days"


def shared(
    engine: session.Session, scope: Scope, name: str, *, rules: ages.Rules, units: int
) -> bool:
    """Keep a table `name` of one column, `value`: the days to withhold under a shift.

    A day counts for each unit that has it in any shifted column of any table. `rules` are those of
    every column of the holding that the build releases. False where no day is to be withheld: then
    no table is kept.
    """
    least = max(scope.source.threshold, -(-units // SHARED_BY_ONE_IN))
    shifted = [
        _days(scope, table, field)
        for table, field, rule in ages.of_units(scope.source, rules)
        if rule.method is fields.Method.WEEKLY_SHIFT
    ]
    together = nodes.together(shifted)
    # Telling units apart is dear, so only days with rows enough are looked at more closely.
    engine.keep(FREQUENT, day_pairs.frequent(together, session.rows_of(), least))
    frequent = nodes.table(engine.temporary(FREQUENT), "c")
    if engine.whole(nodes.select([session.rows_of()], source=frequent)) == 0:
        return False
    inside = exp.Subquery(this=nodes.select([nodes.column("c", "value")], source=frequent.copy()))
    apart = session.distinct_count(nodes.column("s", IDENTIFIER))
    engine.keep(name, day_pairs.frequent(together.copy(), apart, least, within=inside))
    return True


def earliest_of(scope: Scope, table: holding.Table, field: fields.Field) -> exp.Select:
    """Of each unit the earliest day in a column, as (identifier, day)."""
    source = nodes.derived(rows(scope, table, [field.name]), "r")
    true_day = day(nodes.column("r", field.name), kind=field.type)
    return day_pairs.earliest([day_pairs.pair(identifier(scope, table), true_day, source=source)])


def rows(scope: Scope, table: holding.Table, names: Sequence[str]) -> exp.Select:
    """Rows of a table that is about units, with these columns and who each is about."""
    return scope.rows(table.name, list(dict.fromkeys([_unit(scope, table), *names])))


def identifier(scope: Scope, table: holding.Table) -> exp.Expression:
    """Who a row `r` is about."""
    return session.as_text(nodes.column("r", _unit(scope, table)))


def _days(scope: Scope, table: holding.Table, field: fields.Field) -> exp.Select:
    true_day = over90.true_day(nodes.column("r", field.name), kind=field.type)
    source = nodes.derived(rows(scope, table, [field.name]), "r")
    return day_pairs.pair(identifier(scope, table), true_day, source=source)


def _unit(scope: Scope, table: holding.Table) -> str:
    unit = scope.unit_column(table)
    assert unit is not None
    return unit
