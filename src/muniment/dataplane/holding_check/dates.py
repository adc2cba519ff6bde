"""Columns that write dates in more than one form: 02/03/2012 beside 2012-03-02 has two readings."""

from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.holding_check import cells, probes
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.spec.holding import Table
from muniment.dataplane.spec.values import FieldType

if TYPE_CHECKING:
    import duckdb

_KINDS = (FieldType.DATE, FieldType.STRING)


def check(
    connection: "duckdb.DuckDBPyConnection", table: Table, view: exp.Subquery, notes: Notes
) -> None:
    """A fault in a date column; a warning in a text column that holds nothing but dates."""
    asked = [(place, field) for place, field in enumerate(table.fields) if field.type in _KINDS]
    columns = [column for place, _ in asked for column in _columns(cells.text(place))]
    if not columns:
        return
    [row] = engine.answer(connection, nodes.select(columns, source=view.copy()))
    numbers = [int(str(number)) for number in row]
    width = len(probes.DATE_FORMS) + 1
    for start, (_, field) in zip(range(0, len(numbers), width), asked, strict=True):
        present, *counts = numbers[start : start + width]
        forms = [form for form, count in zip(probes.DATE_FORMS, counts, strict=True) if count]
        if len(forms) < 2:
            continue
        message = f"Dates are written in more than one form here: {', '.join(forms)}."
        if field.type is FieldType.DATE:
            notes.fault("mixed-dates", message, table=table.name, column=field.name)
        elif sum(counts) == present:
            notes.warning("mixed-dates", message, table=table.name, column=field.name)


def _columns(text: exp.Expression) -> list[exp.Expression]:
    """How many cells are there, and how many in each form."""
    counted: list[exp.Expression] = [exp.Count(this=text)]
    for form in probes.DATE_FORMS.values():
        fits = exp.If(this=probes.matches(text, form), true=nodes.number(1))
        counted.append(exp.Count(this=exp.Case(ifs=[fits])))
    return counted
