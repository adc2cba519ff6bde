"""A treated table in one go, or piece by piece: to resume a build, or where memory is short."""

import itertools
from collections.abc import Sequence
from typing import Protocol

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import sources
from muniment.dataplane.extract import partitions, session
from muniment.dataplane.spec import faults

# Held and changed cells of a column.
Pair = tuple[int, int]
# The number of rows, and the cells of each column.
Counted = tuple[int, dict[str, Pair]]


class Form(Protocol):
    """What is treated; `where` narrows it to some units by their code."""

    @property
    def code(self) -> exp.Expression | None:
        """None where rows are about no unit: then there is one piece."""

    def treated(self, *, where: Sequence[exp.Expression] = ()) -> exp.Select:
        """The rows after their methods."""

    def measured(self, stored: str) -> dict[str, Pair]:
        """Held and changed cells, by variable, of the rows in the table `stored`."""


def keep(engine: session.Session, form: Form, name: str, *, about: tuple[str, str]) -> Counted:
    """Put the treated rows into the temporary table `name`; their number, and that of cells.

    `about` is the part and the table, which tell this table's pieces from others.
    """
    if engine.staging.partitions is None or form.code is None:
        try:
            engine.keep(name, form.treated())
            return _rows(engine, name), form.measured(engine.temporary(name))
        except faults.Faulty as error:
            if form.code is None or not sources.is_short_of_memory(error):
                raise
    return _piecewise(engine, form, name, about)


def narrow(join: exp.Join, *, units: str, where: Sequence[exp.Expression]) -> None:
    """Join of a lookup by unit only the rows of a piece; changes the join in place.

    A lookup has a row for everyone, and the engine would hold all of them for each piece again.
    `units` is the table of units, which `where` calls `p`.
    """
    source = nodes.table(units, "p")
    known = nodes.select([nodes.column("p", "identifier")], source=source, where=where)
    inside = exp.In(this=nodes.column("t", "identifier"), query=exp.Subquery(this=known))
    lookup = nodes.narrowed(nodes.star(join.this.name), inside)
    join.set("this", nodes.derived(lookup, join.alias_or_name))


def _piecewise(engine: session.Session, form: Form, name: str, about: tuple[str, str]) -> Counted:
    made: list[tuple[str, Counted]] = []
    for done, digit in enumerate(partitions.DIGITS):
        engine.step(f"treat {'.'.join(about)}", done, len(partitions.DIGITS))
        made += _pieces(engine, form, name, about, digit)
    rows = 0
    cells: dict[str, Pair] = {}
    for _, counted in made:
        rows += counted[0]
        for column, (held, changed) in counted[1].items():
            before = cells.get(column, (0, 0))
            cells[column] = before[0] + held, before[1] + changed
    engine.gather(name, [piece for piece, _ in made])
    return rows, cells


def _pieces(
    engine: session.Session, form: Form, name: str, about: tuple[str, str], start: str
) -> list[tuple[str, Counted]]:
    """The rows of units whose code starts so; in finer pieces where memory is too short for one."""
    finished, piece = engine.staging.partitions, f"{name} {start}"
    counted = None if finished is None else _again(engine, piece, finished, about, start)
    if counted is None:
        try:
            counted = _anew(engine, form, piece, start)
        except faults.Faulty as error:
            is_finest = len(start) == partitions.MOST_DIGITS
            if is_finest or not sources.is_short_of_memory(error):
                raise
            finer = (_pieces(engine, form, name, about, start + d) for d in partitions.DIGITS)
            return [*itertools.chain.from_iterable(finer)]
        if finished is not None:
            _sealed(engine, piece, finished, about, start, counted)
    return [(piece, counted)]


def _again(
    engine: session.Session,
    piece: str,
    finished: partitions.Partitions,
    about: tuple[str, str],
    digit: str,
) -> Counted | None:
    """A piece that an earlier build finished; None where there is none."""
    import pyarrow
    import pyarrow.parquet

    found = finished.find(*about, digit)
    if found is None:
        return None
    notes, data = found
    engine.bring(piece, pyarrow.parquet.read_table(pyarrow.BufferReader(data)))
    return notes["rows"], {column: (pair[0], pair[1]) for column, pair in notes["cells"].items()}


def _anew(engine: session.Session, form: Form, piece: str, start: str) -> Counted:
    assert form.code is not None
    first = nodes.call("left", form.code, nodes.number(len(start)))
    where = [exp.EQ(this=first, expression=nodes.text(start))]
    engine.keep(piece, form.treated(where=where))
    return _rows(engine, piece), form.measured(engine.temporary(piece))


def _sealed(
    engine: session.Session,
    piece: str,
    finished: partitions.Partitions,
    about: tuple[str, str],
    digit: str,
    counted: Counted,
) -> None:
    """Keep a finished piece for a build that goes on."""
    file = engine.staging.spill / "piece.parquet"
    engine.write(nodes.copied(nodes.star(engine.temporary(piece)), str(file)))
    notes = {"rows": counted[0], "cells": {name: list(pair) for name, pair in counted[1].items()}}
    finished.keep(*about, digit, notes=notes, rows=file.read_bytes())
    file.unlink()


def _rows(engine: session.Session, name: str) -> int:
    source = nodes.table(engine.temporary(name), "t")
    return engine.whole(nodes.select([session.rows_of()], source=source))
