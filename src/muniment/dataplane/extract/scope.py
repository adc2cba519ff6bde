"""What one part of one holding is, as one build sees it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlglot import exp

from muniment.dataplane import policy
from muniment.dataplane.compile import questions
from muniment.dataplane.spec import derived, holding, specification
from muniment.dataplane.spec.derived import leaving


@dataclass(frozen=True, slots=True)
class Scope:
    """`group` names the parts it may be joined to; `now` decides about embargoes.

    `wide` makes one in which derived variables are columns of the base table.
    """

    part: specification.Part
    source: holding.Holding
    group: str
    now: datetime.datetime

    def derived(self, table: holding.Table, name: str) -> derived.Derived | None:
        """The derived variable that a column of a table is; None for a declared one."""
        if table.name != self.source.base_table:
            return None
        return next((each for each in self.part.derived if each.name == name), None)

    def rows(self, table: str, columns: list[str]) -> exp.Select:
        """Rows of the cohort that are under no embargo."""
        return questions.rows(
            self.part, holding=self.source, table=table, columns=columns, as_of=self.now
        )

    def unit_column(self, table: holding.Table) -> str | None:
        """The column that says which unit a row is about; None when it is about none."""
        if table.name == self.source.base_table:
            return self.source.unit_key
        return min(policy.person_columns(self.source, table), default=None)


def wide(
    part: specification.Part,
    source: holding.Holding,
    *,
    beside: Iterable[specification.Part],
    group: str,
    now: datetime.datetime,
) -> Scope:
    """`beside` are all parts of the build: what one of them derives, a reader has beside the rest,
    so ages and dates of all of them count."""
    computed: dict[str, derived.Derived] = {}
    for each in (part, *beside):
        if (each.holding, each.edition) == source.key:
            computed |= {one.name: one for one in each.derived}
    listed = tuple(computed.values())
    known = replace(part, derived=listed)
    return Scope(known, leaving.widened(source, listed), group, now)
