"""Raw cells to typed columns: what is missing, what fits its type, what fits nothing.

A cell that does not have the declared form becomes missing rather than something near it (an
engine's own cast reads 12.5 as the integer 13); `holding check` names such cells.
"""

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Table
from muniment.dataplane.spec.values import FORMS, FieldType

RAW = "raw"
_TARGETS = {
    FieldType.INTEGER: nodes.BIGINT,
    FieldType.YEAR: nodes.BIGINT,
    FieldType.NUMBER: nodes.DOUBLE,
    FieldType.DATE: nodes.DATE,
}


def rows(table: Table, source: exp.Expression) -> exp.Select:
    """SELECT every declared column, typed, from a source of text cells that is called `raw`."""
    columns = [
        nodes.named(cell(field, present(field, table)), field.name) for field in table.fields
    ]
    return nodes.select(columns, source=source)


def present(field: Field, table: Table) -> exp.Expression:
    """The cell's text, or NULL where it holds a declared missing value."""
    text = exp.Cast(this=nodes.column(RAW, field.name), to=nodes.VARCHAR.copy())
    if not table.missing_values:
        return text
    words = [nodes.text(word) for word in table.missing_values]
    missing = exp.In(this=text.copy(), expressions=words)
    return exp.Case(ifs=[exp.If(this=missing, true=exp.Null())], default=text)


def cell(field: Field, text: exp.Expression) -> exp.Expression:
    """The typed value of a text expression, or NULL where it has not the declared form."""
    if field.type is FieldType.STRING:
        return text
    if field.type is FieldType.BOOLEAN:
        return exp.Case(
            ifs=[_truth(text, field.true_values, True), _truth(text, field.false_values, False)]
        )
    form = nodes.text(FORMS[field.type])
    fits = nodes.call("regexp_full_match", text.copy(), form)
    if field.type is FieldType.DATETIME:
        zoned = exp.TryCast(this=text, to=nodes.TIMESTAMPTZ.copy())
        cast = exp.TryCast(this=zoned, to=nodes.TIMESTAMP.copy())
    else:
        cast = exp.TryCast(this=text, to=_TARGETS[field.type].copy())
    return exp.Case(ifs=[exp.If(this=fits, true=cast)])


def _truth(text: exp.Expression, words: tuple[str, ...], value: bool) -> exp.If:
    named = exp.In(this=text.copy(), expressions=[nodes.text(word) for word in words])
    return exp.If(this=named, true=exp.Boolean(this=value))
