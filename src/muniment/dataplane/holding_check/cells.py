"""A table as the check sees it: each record's number, each cell's text and its typed value."""

from sqlglot import exp

from muniment.dataplane.compile import nodes, typed
from muniment.dataplane.spec.holding import Format, Table

ALIAS = "cell"


def of(table: Table, source: exp.Expression) -> exp.Select:
    """All columns of a raw source under names that no descriptor chose."""
    columns = [nodes.named(number(table), "row")]
    for place, field in enumerate(table.fields):
        shown = typed.present(field, table)
        columns.append(nodes.named(shown, f"t{place}"))
        columns.append(nodes.named(typed.cell(field, shown.copy()), f"v{place}"))
    return nodes.select(columns, source=source)


def number(table: Table) -> exp.Expression:
    """The number of a record; the header of a CSV file is row 1."""
    first = 1 if table.format is Format.CSV else 0
    counted = exp.Window(this=nodes.call("row_number"))
    return exp.Add(this=counted, expression=nodes.number(first))


def row() -> exp.Expression:
    return nodes.column(ALIAS, "row")


def text(place: int) -> exp.Expression:
    return nodes.column(ALIAS, f"t{place}")


def value(place: int) -> exp.Expression:
    return nodes.column(ALIAS, f"v{place}")
