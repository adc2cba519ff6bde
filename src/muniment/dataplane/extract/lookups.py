"""What is joined beside the rows before methods run: codes, shifts, anchors, frequent values.

Each is a small temporary table of the session. Identifiers go out of the engine as values, codes
come back as values; the line's key never meets the engine.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from muniment.dataplane import policy, pseudonyms
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.extract import session
from muniment.dataplane.methods import rare_merge
from muniment.dataplane.methods.place import day
from muniment.dataplane.spec import fields, holding, relations, specification

# A date that this share of the units has, and at least as many as the threshold, is an event all
# of them went through: whoever knows its true day knows the shift.
SHARED_BY_ONE_IN = 20
UNITS = "units"
UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Scope:
    """One part of one holding as one build sees it. `group` names the parts it may be joined to."""

    part: specification.Part
    source: holding.Holding
    group: str
    now: datetime.datetime

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


class Lookups:
    """Made for one part; every lookup is built at most once."""

    def __init__(self, engine: session.Session, scope: Scope, *, line_key: bytes) -> None:
        self._engine = engine
        self._scope = scope
        self._line_key = line_key
        self._made: dict[tuple[str, ...], str] = {}

    def units(self) -> int:
        """Build the table of units: identifier, pseudonym, shift. Returns how many there are."""
        base = self._scope.source.base
        found = self._identifiers(base, self._scope.source.unit_key)
        codes = self._codes(found, namespace=UNIT)
        shift_key = self._derived("shift", UNIT)
        tags = pseudonyms.tags(shift_key, [identifier.encode() for identifier in found])
        shifts = [pseudonyms.shift_days(tag) for tag in tags]
        columns = {"identifier": _text(found), "pseudonym": _text(codes), "shift": _whole(shifts)}
        self._engine.bring(UNITS, columns)
        return len(found)

    def codes(self, table: holding.Table, field: fields.Field) -> str:
        """A table (identifier, pseudonym) for the values of a column; returns its full name."""
        namespace = _namespace(self._scope.source, table, field)

        def build(name: str) -> None:
            found = self._identifiers(table, field.name)
            codes = self._codes(found, namespace=namespace)
            self._engine.bring(name, {"identifier": _text(found), "pseudonym": _text(codes)})

        return self._once(("codes", table.name, field.name), build)

    def anchors(self, anchor: str) -> str:
        """A table (identifier, day): the earliest such date of each unit; its full name."""
        found = relations.find_anchor(self._scope.source, anchor)
        assert found is not None  # the policy was refused otherwise
        table, field = found
        unit = self._scope.unit_column(table)
        assert unit is not None

        def build(name: str) -> None:
            rows = self._scope.rows(table.name, list(dict.fromkeys([unit, field.name])))
            identifier = session.as_text(nodes.column("r", unit))
            earliest = exp.Min(this=day(nodes.column("r", field.name), kind=field.type))
            columns = [nodes.named(identifier, "identifier"), nodes.named(earliest, "day")]
            source = nodes.derived(rows, "r")
            self._engine.keep(
                name, nodes.select(columns, source=source, group_by=[identifier.copy()])
            )

        return self._once(("anchor", anchor), build)

    def frequent(
        self, table: holding.Table, field: fields.Field, rule: fields.Release
    ) -> exp.Select:
        """The values of a column that enough units have, as a query of one column."""

        def build(name: str) -> None:
            counted = self._engine.answer(self._counted(table, nodes.column("r", field.name)))
            pairs = [(str(value), int(str(count))) for value, count in counted]
            kept = rare_merge.frequent(pairs, params=rule.params)
            self._engine.bring(name, {"value": _text(kept)})

        return _listed(self._once(("frequent", table.name, field.name), build))

    def shared_dates(self, table: holding.Table, field: fields.Field, *, units: int) -> exp.Select:
        """The days that many units share, as a query of one column."""
        least = max(self._scope.source.threshold, -(-units // SHARED_BY_ONE_IN))

        def build(name: str) -> None:
            true_day = day(nodes.column("r", field.name), kind=field.type)
            counted = nodes.derived(self._counted(table, true_day), "n")
            many = exp.GTE(this=nodes.column("n", "units"), expression=nodes.number(least))
            query = nodes.select([nodes.column("n", "value")], source=counted, where=[many])
            self._engine.keep(name, query)

        return _listed(self._once(("shared", table.name, field.name), build))

    def _counted(self, table: holding.Table, value: exp.Expression) -> exp.Select:
        """How many units have each value; rows where a table is about no unit."""
        unit = self._scope.unit_column(table)
        needed = [column.name for column in value.find_all(exp.Column)]
        rows = self._scope.rows(
            table.name, list(dict.fromkeys([*needed, *([unit] if unit else [])]))
        )
        many = session.distinct_count(nodes.column("r", unit)) if unit else session.rows_of()
        columns = [nodes.named(value, "value"), nodes.named(many, "units")]
        known = session.present(value.copy())
        source = nodes.derived(rows, "r")
        return nodes.select(columns, source=source, where=[known], group_by=[value.copy()])

    def _identifiers(self, table: holding.Table, column: str) -> list[str]:
        rows = self._scope.rows(table.name, [column])
        text = session.as_text(nodes.column("r", column))
        query = nodes.select(
            [nodes.named(text, "identifier")],
            source=nodes.derived(rows, "r"),
            where=[session.present(nodes.column("r", column))],
            group_by=[text.copy()],
        )
        return self._engine.texts(query)

    def _codes(self, identifiers: list[str], *, namespace: str) -> list[str]:
        key = self._derived("pseudonym", namespace)
        return [tag.hex() for tag in pseudonyms.tags(key, [text.encode() for text in identifiers])]

    def _derived(self, purpose: str, namespace: str) -> bytes:
        group = self._scope.group
        return pseudonyms.derive(self._line_key, purpose=purpose, group=group, namespace=namespace)

    def _once(self, what: tuple[str, ...], build: Callable[[str], None]) -> str:
        if what not in self._made:
            name = f"lookup {len(self._made)}"
            build(name)
            self._made[what] = self._engine.temporary(name)
        return self._made[what]


def _namespace(source: holding.Holding, table: holding.Table, field: fields.Field) -> str:
    """Where a value is defined: a foreign key shares the codes of what it points at."""
    seen: set[tuple[str, str]] = set()
    name = field.name
    while (table.name, name) not in seen:
        seen.add((table.name, name))
        if name in policy.person_columns(source, table):
            return UNIT
        for key in table.foreign_keys:
            if key.fields == (name,):
                table, name = source.get_table(key.table), key.references[0]
                break
    return f"field {table.name}.{name}"


def _listed(table: str) -> exp.Select:
    return nodes.select([nodes.column("v", "value")], source=nodes.table(table, "v"))


def _text(values: list[str]):  # type: ignore[no-untyped-def]
    import pyarrow

    return pyarrow.array(values, pyarrow.string())


def _whole(values: list[int]):  # type: ignore[no-untyped-def]
    import pyarrow

    return pyarrow.array(values, pyarrow.int32())
