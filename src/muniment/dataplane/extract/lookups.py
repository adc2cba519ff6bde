"""What is joined beside the rows before methods run: codes, shifts, anchors, frequent values.

Each is a small temporary table of the session. Identifiers go out of the engine as values, codes
come back as values; the line's key never meets the engine.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane import crosswalk, pseudonyms, refusals
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import sources
from muniment.dataplane.extract import days, ninetieth, session
from muniment.dataplane.extract.elsewhere import NOWHERE, Elsewhere
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.freetext import review
from muniment.dataplane.links import namespaces
from muniment.dataplane.methods import mark, rare_merge
from muniment.dataplane.methods import round as rounding
from muniment.dataplane.policy import ages
from muniment.dataplane.spec import fields, holding, relations

if TYPE_CHECKING:
    import numpy
    import pyarrow

UNITS = "units"
# The place of a unit's code among all codes in order: it stands for the code inside the engine.
RANK = "rank"
SHARED = "shared days"


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What a build brings from the key store; never shown.

    `random` is the line's list of random codes, to which new ones are added; `redactions` are
    the approved ones, by their hash.
    """

    line_key: bytes
    random: crosswalk.Crosswalk
    redactions: Mapping[str, review.Approved]

    def __repr__(self) -> str:
        return "Secrets(hidden)"


class Lookups:
    """Made for one part; every lookup is built at most once.

    `rules` are those of every column of the holding that the build releases, `elsewhere` what
    linked holdings tell of the same units.
    """

    def __init__(
        self,
        engine: session.Session,
        scope: Scope,
        *,
        secret: Secrets,
        rules: ages.Rules,
        elsewhere: Elsewhere = NOWHERE,
    ) -> None:
        self._engine = engine
        self._scope = scope
        self._secret = secret
        self._rules = rules
        self._ninetieth = ninetieth.Ninetieth(engine, scope, rules=rules, elsewhere=elsewhere)
        self._in_base_row: ninetieth.Told | None = None
        methods = {rule.method for rule in rules.values()}
        self._random = fields.Method.RANDOM_CODE in methods
        self._shifts = fields.Method.WEEKLY_SHIFT in methods
        self._made: dict[tuple[str, ...], str] = {}
        self._are_shared: bool | None = None

    def units(self) -> int:
        """Build the table of units: identifier, pseudonym, its rank, shift. Returns how many.

        Where the build uses random codes anywhere, a unit's pseudonym is its random code.
        """
        found, are_once = self._of_base_rows()
        if are_once and self.shown().both:
            self._in_base_row = self._ninetieth.in_base_row()
        self._engine.bring(UNITS, _streamed(self._of_units(found)))
        return len(found)

    def _of_units(self, found: "pyarrow.Array") -> "Iterator[pyarrow.RecordBatch]":
        """The table of units, some rows at a time: all codes as text take much room."""
        import pyarrow

        unit = self._scope.names.of(namespaces.UNIT)
        tags = self._tags(found, unit, random=self._random)
        ranks = pseudonyms.ranks(tags)
        key = self._derived("shift", unit)
        for at in range(0, max(1, len(found)), pseudonyms.CHUNK):
            some, end = found.slice(at, pseudonyms.CHUNK), at + pseudonyms.CHUNK
            codes = pseudonyms.codes(tags[pseudonyms.BLOCK * at : pseudonyms.BLOCK * end])
            columns = {"identifier": some, "pseudonym": codes, RANK: _whole(ranks[at:end])}
            if self._shifts:
                shifts = pseudonyms.shifts(pseudonyms.column_tags(key, some))
                columns["shift"] = _whole(shifts)
            yield pyarrow.record_batch(columns)

    def codes(self, table: holding.Table, field: fields.Field, *, random: bool) -> str:
        """A table (identifier, pseudonym) for the values of a column; returns its full name."""
        defined = namespaces.defined(self._scope.source, table, field.name)
        namespace = self._scope.names.of(defined)

        def build(name: str) -> None:
            found = self._identifiers(table, field.name)
            tags = self._tags(found, namespace, random=random or self._random)
            codes = pseudonyms.codes(tags)
            self._engine.bring(name, {"identifier": found, "pseudonym": codes})

        return self._once(("codes", table.name, field.name), build)

    def anchors(self, anchor: str) -> str:
        """A table (identifier, day): the earliest such date of each unit; its full name."""
        found = relations.find_anchor(self._scope.source, anchor)
        assert found is not None  # the policy was refused otherwise
        table, field = found

        def build(name: str) -> None:
            self._engine.keep(name, days.earliest_of(self._scope, table, field))

        return self._once(("anchor", anchor), build)

    def shown(self) -> ages.Told:
        """Whether what is released tells ages, and dates: with both, one over 89 may show."""
        return self._ninetieth.shown()

    def ninetieth_in_row(self, table: holding.Table) -> ninetieth.Told | None:
        """The day on which a row's unit shows 90 years, where the row itself tells all of it."""
        is_base = table.name == self._scope.source.base_table
        return self._in_base_row if is_base else None

    def told(self) -> Elsewhere:
        """What the part tells of its units, for the guard of a linked one."""
        return self._ninetieth.told(anchors=self.anchors)

    def ninetieth(self) -> str:
        """A table (identifier, day) of when each unit shows 90 years."""
        return self._once(
            ("ninetieth",), lambda name: self._ninetieth.keep(name, anchors=self.anchors)
        )

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

    def shared_dates(self, *, units: int) -> exp.Select | None:
        """The days that many units share in any shifted column, as a query of one column.

        None where there is no such day.
        """
        if self._are_shared is None:
            self._are_shared = days.shared(
                self._engine, self._scope, SHARED, rules=self._rules, units=units
            )
        return _listed(self._engine.temporary(SHARED)) if self._are_shared else None

    def marks(self, table: holding.Table, field: fields.Field, rule: fields.Release) -> str:
        """A table (identifier, made): each rounded value of a column with its mark."""
        to = rounding.step(rule.params)

        def build(name: str) -> None:
            held = nodes.column("r", field.name)
            rounded = rounding.rounded(held, kind=field.type, to=to)
            values = [int(text) for text in self._texts(table, field.name, rounded)]
            key = self._derived("mark", f"field {table.name}.{field.name}")
            made = mark.marked(values, key=key, to=to)
            self._engine.bring(name, {"identifier": _text(map(str, values)), "made": _whole(made)})

        return self._once(("marks", table.name, field.name), build)

    def reviewed(self, table: holding.Table, field: fields.Field, rule: fields.Release) -> str:
        """A table (identifier, made): each text that was read, with what was struck out left out.

        Raises `Refused` (no-redactions) where the build was not given the approved redactions.
        """
        approved = self._secret.redactions.get(str(rule.params["approved"]))
        if approved is None:
            message = (
                f"The approved redactions of {table.name}.{field.name} are missing. Give the file "
                "whose hash the rule names, or drop the field."
            )
            raise refusals.refused("no-redactions", message, field=f"{table.name}.{field.name}")

        def build(name: str) -> None:
            held = self._texts(table, field.name, session.as_text(nodes.column("r", field.name)))
            made = [(text, approved.released(text)) for text in held]
            known = [(text, released) for text, released in made if released is not None]
            texts, released = zip(*known, strict=True) if known else ((), ())
            self._engine.bring(name, {"identifier": _text(texts), "made": _text(released)})

        return self._once(("reviewed", table.name, field.name), build)

    def _counted(self, table: holding.Table, value: exp.Expression) -> exp.Select:
        """How many units have each value; rows where a table is about no unit."""
        unit = self._scope.unit_column(table)
        needed = [column.name for column in value.find_all(exp.Column)]
        rows = self._scope.rows(
            table.name, list(dict.fromkeys([*needed, *([unit] if unit else [])]))
        )
        whose = nodes.column("r", unit) if unit else None
        many = session.distinct_count(whose.copy()) if whose else session.rows_of()
        columns = [nodes.named(value, "value"), nodes.named(many, "units")]
        # A row of nobody does not leave, so what stands in it is no value to hide.
        known = [session.present(each) for each in (value.copy(), *([whose] if whose else []))]
        source = nodes.derived(rows, "r")
        return nodes.select(columns, source=source, where=known, group_by=[value.copy()])

    def _of_base_rows(self) -> "tuple[pyarrow.Array, bool]":
        """The units of the base table, and whether each has one row there."""
        from pyarrow import compute

        query = self._distinct(
            self._scope.source.base,
            self._scope.source.unit_key,
            nodes.column("r", self._scope.source.unit_key),
        )
        query.append("expressions", nodes.named(session.rows_of(), "rows"))
        found = self._engine.columns(query)
        most = compute.max(found.column("rows")).as_py()
        return sources.only(found), most in (None, 1)

    def _identifiers(self, table: holding.Table, column: str) -> "pyarrow.Array":
        return self._engine.column(self._distinct(table, column, nodes.column("r", column)))

    def _texts(self, table: holding.Table, column: str, value: exp.Expression) -> list[str]:
        """The different values of an expression over a column of `r`, as text."""
        return self._engine.texts(self._distinct(table, column, value))

    def _distinct(self, table: holding.Table, column: str, value: exp.Expression) -> exp.Select:
        text = session.as_text(value)
        return nodes.select(
            [nodes.named(text, "identifier")],
            source=nodes.derived(self._scope.rows(table.name, [column]), "r"),
            where=[session.present(nodes.column("r", column))],
            group_by=[text.copy()],
        )

    def _tags(self, identifiers: "pyarrow.Array", namespace: str, *, random: bool) -> bytes:
        """What the code of each is made from."""
        if random:
            kind = f"{self._scope.group} {namespace}"
            return pseudonyms.held(self._secret.random.codes(kind, identifiers))
        key = self._derived("pseudonym", namespace)
        return pseudonyms.column_tags(key, identifiers)

    def _derived(self, purpose: str, namespace: str) -> bytes:
        group, key = self._scope.group, self._secret.line_key
        return pseudonyms.derive(key, purpose=purpose, group=group, namespace=namespace)

    def _once(self, what: tuple[str, ...], build: Callable[[str], None]) -> str:
        if what not in self._made:
            name = f"lookup {len(self._made)}"
            self._made[what] = self._engine.temporary(name)
            build(name)
        return self._made[what]


def _listed(table: str) -> exp.Select:
    return nodes.select([nodes.column("v", "value")], source=nodes.table(table, "v"))


def _streamed(batches: "Iterator[pyarrow.RecordBatch]") -> "pyarrow.RecordBatchReader":
    import pyarrow

    first = next(batches)
    return pyarrow.RecordBatchReader.from_batches(first.schema, itertools.chain([first], batches))


def _text(values: Iterable[str]) -> "pyarrow.Array":
    import pyarrow

    return pyarrow.array(values, pyarrow.string())


def _whole(values: "Sequence[int] | numpy.ndarray") -> "pyarrow.Array":
    """By way of buffers: `pyarrow.array` would import pandas first, only to look for its types."""
    import numpy
    import pyarrow

    held = numpy.ascontiguousarray(values, dtype=numpy.int64)
    return pyarrow.Array.from_buffers(pyarrow.int64(), len(held), [None, pyarrow.py_buffer(held)])
