"""Columns that write dates in more than one form: 02/03/2012 beside 2012-03-02 has two readings."""

from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes, typed
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.holding_check import probes
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Table
from muniment.dataplane.spec.values import FieldType

if TYPE_CHECKING:
    import duckdb

_KINDS = (FieldType.DATE, FieldType.STRING)


def check(
    connection: "duckdb.DuckDBPyConnection", table: Table, source: exp.Expression, notes: Notes
) -> None:
    """A fault in a date column; a warning in a text column that holds nothing but dates."""
    asked = [field for field in table.fields if field.type in _KINDS]
    columns = [column for field in asked for column in _columns(field, table)]
    if not columns:
        return
    [row] = engine.answer(connection, nodes.select(columns, source=source.copy()))
    numbers = [int(str(number)) for number in row]
    width = len(probes.DATE_FORMS) + 1
    for place, field in enumerate(asked):
        present, *counts = numbers[place * width : (place + 1) * width]
        forms = [form for form, count in zip(probes.DATE_FORMS, counts, strict=True) if count]
        if len(forms) < 2:
            continue
        message = f"Dates are written in more than one form here: {', '.join(forms)}."
        if field.type is FieldType.DATE:
            notes.fault("mixed-dates", message, table=table.name, column=field.name)
        elif sum(counts) == present:
            notes.warning("mixed-dates", message, table=table.name, column=field.name)


def _columns(field: Field, table: Table) -> list[exp.Expression]:
    text = typed.present(field, table)
    counted: list[exp.Expression] = [exp.Count(this=text.copy())]
    for form in probes.DATE_FORMS.values():
        fits = exp.If(this=probes.matches(text, form), true=nodes.number(1))
        counted.append(exp.Count(this=exp.Case(ifs=[fits])))
    return counted
