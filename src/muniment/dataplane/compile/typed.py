"""Raw cells to typed columns: what is missing, what fits its type, what fits nothing.

A cell that does not have the declared form becomes missing rather than something near it (an
engine's own cast reads 12.5 as the integer 13); `holding check` names such cells.
"""

import datetime
from collections.abc import Collection
from decimal import Decimal

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Table
from muniment.dataplane.spec.values import FORMS, FieldType, Value

RAW = "raw"
_TARGETS = {
    FieldType.STRING: nodes.VARCHAR,
    FieldType.INTEGER: nodes.BIGINT,
    FieldType.YEAR: nodes.BIGINT,
    FieldType.NUMBER: nodes.DOUBLE,
    FieldType.DATE: nodes.DATE,
}


# What a native value must lie between to be one that could have been written down.
_ENDS: dict[FieldType, tuple[Value, Value]] = {
    FieldType.NUMBER: (Decimal("-1.7976931348623157e308"), Decimal("1.7976931348623157e308")),
    FieldType.DATE: (datetime.date.min, datetime.date.max),
}


def rows(
    table: Table, source: exp.Expression, *, native: Collection[str] = frozenset()
) -> exp.Select:
    """SELECT every declared column, typed, from a source of text cells that is called `raw`.

    `native` columns hold their declared type already; reading them as text would cost three times
    as much for the same values.
    """
    columns = [
        nodes.named(
            _native(field) if field.name in native else cell(field, present(field, table)),
            field.name,
        )
        for field in table.fields
    ]
    return nodes.select(columns, source=source)


def _native(field: Field) -> exp.Expression:
    """The value itself; neither infinity nor not-a-number has a written form."""
    held = exp.Cast(this=nodes.column(RAW, field.name), to=_TARGETS[field.type].copy())
    if field.type not in _ENDS:
        return held
    low, high = (nodes.literal(end) for end in _ENDS[field.type])
    fits = exp.Between(this=held.copy(), low=low, high=high)
    return exp.Case(ifs=[exp.If(this=fits, true=held)])


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
    fits: exp.Expression = nodes.call("regexp_full_match", text.copy(), form)
    if field.type is FieldType.DATETIME:
        zoned = exp.TryCast(this=text, to=nodes.TIMESTAMPTZ.copy())
        cast = exp.TryCast(this=zoned, to=nodes.TIMESTAMP.copy())
        fits = nodes.every([fits, _in_calendar(text, cast)])
    else:
        cast = exp.TryCast(this=text, to=_TARGETS[field.type].copy())
    return exp.Case(ifs=[exp.If(this=fits, true=cast)])


def _in_calendar(text: exp.Expression, moment: exp.Expression) -> exp.Expression:
    """Whether it is in the year 9999 at the latest; only its last day may lie later in UTC."""
    last = datetime.date.max
    is_last = exp.StartsWith(this=text.copy(), expression=nodes.text(last.isoformat()))
    day = exp.Cast(this=moment.copy(), to=nodes.DATE.copy())
    before = exp.LTE(this=day, expression=nodes.literal(last))
    return nodes.either([exp.Not(this=is_last), before])


def _truth(text: exp.Expression, words: tuple[str, ...], value: bool) -> exp.If:
    named = exp.In(this=text.copy(), expressions=[nodes.text(word) for word in words])
    return exp.If(this=named, true=exp.Boolean(this=value))
