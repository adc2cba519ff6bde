"""How alone the units of a part are before any method: the approved rows as the holding has them.

The figures say what the methods achieved, and how much would be given away if the plain rows got
out. They are for the receipt alone (`privacy.md` A7): nothing outward is made from them.
"""

from collections.abc import Sequence
from fractions import Fraction

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import register, session
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.extract.treat import Treated
from muniment.dataplane.risk import figures, limit, measures
from muniment.dataplane.spec.fields import Sensitivity


def measured(
    engine: session.Session, scope: Scope, tables: Sequence[Treated]
) -> dict[str, object] | None:
    """Exact group sizes and rates over the untreated base rows; None where no k is measured.

    The variables are those that k is counted on afterwards, and the quasi-identifiers that a method
    leaves out. One statement, grouped in the engine: only numbers of groups come out of it. Call it
    where every unit is known to have one base row, or rows are counted for units.
    """
    main = next((table for table in tables if table.table.name == scope.source.base_table), None)
    leaving = [column.field for column in main.columns if limit.is_baseline(column)] if main else []
    if main is None or not leaving:
        return None
    left_out = [field for field, _ in main.withheld if field.sensitivity is Sensitivity.QUASI]
    names = [field.name for field in (*leaving, *left_out)]
    rows = nodes.derived(register.once(scope, names), "t")
    sizes = measures.sizes(engine, rows, names)
    units = sum(size * groups for size, groups in sizes.items())
    smallest, groups = min(sizes), sizes.total()
    return {
        "variables": [f"{main.table.name}.{name}" for name in names],
        "units": units,
        "smallest_group": smallest,
        "units_below": sum(n * groups for n, groups in sizes.items() if n < scope.source.k),
        "groups": figures.histogram(sizes),
        "rates_millionths": {
            "prosecutor_most": figures.millionths(Fraction(1, smallest)),
            "marketer": figures.millionths(Fraction(groups, units)),
        },
    }
