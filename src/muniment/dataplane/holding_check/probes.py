"""What is asked of each cell: one condition per kind of fault, over its text and its value."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.holding_check.report import Severity
from muniment.dataplane.spec import values
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.values import FieldType

# After OWASP, "CSV Injection": what a spreadsheet takes for a formula.
FORMULA = "[=+@\t\r-].+"
DATE_FORMS = {
    "2012-01-31": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
    "31/01/2012": r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}",
    "2012/01/31": r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}",
    "31.01.2012": r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}",
    "31-Jan-2012": r"[0-9]{1,2}[- ][A-Za-z]{3,9}[- ][0-9]{2,4}",
    "20120131": r"(19|20)[0-9]{6}",
}


@dataclass(frozen=True, slots=True)
class Probe:
    """`message` may hold `{cell}`, which is filled unless the column names people."""

    code: str
    severity: Severity
    message: str
    condition: exp.Expression


def of(
    holding: Holding, table: Table, field: Field, *, text: exp.Expression, value: exp.Expression
) -> Iterator[Probe]:
    """Every probe of a column, in the order in which its findings are listed.

    `text` is the cell's text, NULL when it is missing; `value` the typed value, NULL when none.
    """
    absent = exp.Is(this=text, expression=exp.Null())
    if _needed(holding, table, field):
        message = "This cell must not be missing."
        yield Probe("missing-value", Severity.FAULT, message, absent)
    if field.type is not FieldType.STRING:
        none = exp.Is(this=value, expression=exp.Null())
        wrong = nodes.every([exp.Not(this=absent.copy()), none])
        article = "an" if field.type is FieldType.INTEGER else "a"
        message = f"{{cell}} is not {article} {field.type}."
        yield Probe("type-mismatch", Severity.FAULT, message, wrong)
    declared = [values.of(code, kind=field.type) for code in field.codes]
    known = [nodes.literal(code) for code in declared if code is not None]
    if known:
        outside = exp.Not(this=exp.In(this=value.copy(), expressions=known))
        message = "{cell} is not among the declared values."
        yield Probe("undeclared-code", Severity.FAULT, message, outside)
    if field.type is FieldType.STRING:
        yield from _warnings(text)


def _warnings(text: exp.Expression) -> Iterator[Probe]:
    number = matches(text, values.FORMS[FieldType.NUMBER])
    formula = nodes.every([matches(text, FORMULA), exp.Not(this=number)])
    message = "{cell} looks like a formula to a spreadsheet."
    yield Probe("formula-like", Severity.WARNING, message, formula)
    breaks = matches(text, "(?s).*[\n\r].*")
    message = "This cell holds a line break."
    yield Probe("line-break", Severity.WARNING, message, breaks)


def matches(text: exp.Expression, form: str) -> exp.Expression:
    """Whether the whole text has a form (RE2)."""
    return nodes.call("regexp_full_match", text.copy(), nodes.text(form))


def _needed(holding: Holding, table: Table, field: Field) -> bool:
    """Keys, what the descriptor requires, and the embargo: a row without one is never shown."""
    embargo = holding.embargo
    return (
        field.required
        or field.name in table.primary_key
        or field.name == table.person_key
        or (embargo is not None and (embargo.table, embargo.field) == (table.name, field.name))
    )
