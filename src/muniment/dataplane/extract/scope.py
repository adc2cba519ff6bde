"""What one part of one holding is, as one build sees it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlglot import exp

from muniment.dataplane import policy
from muniment.dataplane.compile import questions
from muniment.dataplane.links import namespaces
from muniment.dataplane.methods import dated_text, over90
from muniment.dataplane.spec import derived, fields, holding, specification
from muniment.dataplane.spec.derived import leaving
from muniment.dataplane.spec.values import FieldType


@dataclass(frozen=True, slots=True)
class Scope:
    """`group` names the parts it may be joined to, `names` by which keys; `now` decides about
    embargoes.

    `wide` makes one in which derived variables are columns of the base table.
    """

    part: specification.Part
    source: holding.Holding
    group: str
    now: datetime.datetime
    names: namespaces.Names = namespaces.ALONE

    def derived(self, table: holding.Table, name: str) -> derived.Derived | None:
        """The derived variable that a column of a table is; None for a declared one."""
        if table.name != self.source.base_table:
            return None
        return next((each for each in self.part.derived if each.name == name), None)

    def shows_days(self, table: holding.Table, field: fields.Field, rule: fields.Release) -> bool:
        """Whether a column releases something of a date, or days between two."""
        is_interval = isinstance(self.derived(table, field.name), derived.DaysBetween)
        return is_interval or over90.shows_date(rule, kind=field.type)

    def may_name_date(
        self, table: holding.Table, field: fields.Field, rule: fields.Release
    ) -> bool:
        """Whether a column that is no date by its type may hold some; none is derived so."""
        is_held = self.derived(table, field.name) is None
        return is_held and dated_text.may_name_date(field, rule)

    def rows(self, table: str, columns: list[str]) -> exp.Select:
        """Rows of the cohort that are under no embargo."""
        return questions.rows(
            self.part, holding=self.source, table=table, columns=columns, as_of=self.now
        )

    def rows_of_units(self, table: str, columns: list[str]) -> exp.Select:
        """The same for who joins them with the units of the cohort, which may be enough by itself.

        Looking up a row's base row beside that join would keep the whole base table in memory.
        """
        wanted = self.source.get_table(table)
        return questions.rows(
            self.part, holding=self.source, table=table, columns=columns, as_of=self.now,
            of_anybody=table != self.source.base_table and self._is_tied_by_unit(wanted),
        )  # fmt: skip

    def _is_tied_by_unit(self, table: holding.Table) -> bool:
        """Whether a row's base row is the one row of the row's unit, compared as text or not."""
        base, column = self.source.base, self.unit_column(table)
        if column is None or base.primary_key != (self.source.unit_key,):
            return False
        kinds = {base.get_field(self.source.unit_key).type, table.get_field(column).type}
        same = len(kinds) == 1 and kinds <= {FieldType.STRING, FieldType.INTEGER}
        return same and self.source.find_join(table) == ((self.source.unit_key, column),)

    def unit_column(self, table: holding.Table) -> str | None:
        """The column that says which unit a row is about; None when it is about none."""
        return policy.unit_column(self.source, table)


def wide(
    part: specification.Part,
    source: holding.Holding,
    *,
    beside: Iterable[specification.Part],
    group: str,
    now: datetime.datetime,
    names: namespaces.Names = namespaces.ALONE,
) -> Scope:
    """`beside` are all parts of the build: what one of them derives, a reader has beside the rest,
    so ages and dates of all of them count."""
    listed = policy.derived_of((part, *beside), source)
    known = replace(part, derived=listed)
    return Scope(known, leaving.widened(source, listed), group, now, names)
