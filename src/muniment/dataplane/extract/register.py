"""Everyone in an edition with the values that a release would show of them.

Whoever looks for anybody in a release does it through a list of a larger population. The largest
that is known here is the holding itself: the people that a cohort was taken from.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session, treat
from muniment.dataplane.extract.lookups import Lookups
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.spec import holding

STORED = "risk register"


@dataclass(frozen=True, slots=True)
class Register:
    """The base table of the edition, whoever is in the cohort; rows under embargo are not in it."""

    engine: session.Session
    scope: Scope
    lookups: Lookups

    def stored(self, columns: Sequence[treat.Column]) -> str:
        """A temporary table of these columns, treated as for the release, under the same names.

        An age over 89 that only a unit's other values would show is not held back here: such a
        value is missing in the release, and so anyone's.
        """
        scope = self.scope
        everyone = dataclasses.replace(scope.part, cohort=None)
        apart = _Untied(everyone, scope.source, scope.group, scope.now, scope.names)
        plain = tuple(dataclasses.replace(column, guarded=False) for column in columns)
        form = treat.Form(self.engine, apart, self.lookups, scope.source.base, plain, 0)
        self.engine.keep(STORED, form.treated())
        return self.engine.temporary(STORED)


class _Untied(Scope):
    """A scope whose rows are nobody's: they need no code, and none is made for them."""

    __slots__ = ()

    def unit_column(self, table: holding.Table) -> str | None:
        return None

    def rows_of_units(self, table: str, columns: list[str]) -> exp.Select:
        return once(self, columns)


def once(scope: Scope, columns: Sequence[str]) -> exp.Select:
    """These columns of the base table, for each unit once, though its rows repeat.

    A row of nobody leaves with no release, and whoever looks cannot mean it.
    """
    key, base = scope.source.unit_key, scope.source.base
    wanted = list(dict.fromkeys([key, *columns]))
    rows = nodes.derived(scope.rows(base.name, wanted), "h")
    is_once = base.primary_key == (key,)
    return nodes.select(
        [nodes.column("h", name) for name in columns],
        source=rows,
        where=[session.present(nodes.column("h", key))],
        group_by=[] if is_once else [nodes.column("h", name) for name in wanted],
    )
