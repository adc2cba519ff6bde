"""Where a method works: the column's type and what was joined beside the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.spec.values import FORMS, FieldType

_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
WHOLE_DAY = (
    rf"{FORMS[FieldType.DATE]}([T ]{_CLOCK}(:[0-5][0-9](\.[0-9]{{1,6}})?)?(Z|[+-]{_CLOCK})?)?"
)
DAY_LETTERS = 10


class Need(StrEnum):
    """What the extract must bring before a method can be applied."""

    PSEUDONYM = "pseudonym"
    RANDOM_CODE = "random_code"
    MARK = "mark"
    REVIEWED = "reviewed"
    SHIFT = "shift"
    ANCHOR = "anchor"
    FREQUENT_VALUES = "frequent_values"
    SHARED_DATES = "shared_dates"


@dataclass(frozen=True, slots=True)
class Place:
    """`kind` is the type of the column as held.

    `pseudonym` (text), `shift` (whole days), `anchor` (a date) and `beside` (what was made of the
    value outside the engine) are columns of the same row; `listed` is a query of one column: the
    values to keep, or the dates to withhold where there are any.
    """

    kind: FieldType
    pseudonym: exp.Expression | None = None
    shift: exp.Expression | None = None
    anchor: exp.Expression | None = None
    beside: exp.Expression | None = None
    listed: exp.Select | None = None


def brought(thing: exp.Expression | None) -> exp.Expression:
    """What `NEEDS` promised; a copy, since a tree node has one parent."""
    assert thing is not None
    return thing.copy()


def day(column: exp.Expression, *, kind: FieldType) -> exp.Expression:
    """The calendar day of a column; text that names no whole day is missing.

    Text names one as ISO 8601 writes it, 2012-03-01 or 2012-03-01T09:30; its day is the one that is
    written, whatever zone stands behind it.
    """
    to_day = nodes.DATE.copy()
    if kind is FieldType.DATE:
        return column.copy()
    if kind is FieldType.DATETIME:
        return exp.Cast(this=column.copy(), to=to_day)
    # An engine's own cast also reads 2012, 2012-3-1, now or infinity, each engine other ones.
    whole = nodes.call("regexp_full_match", column.copy(), nodes.text(WHOLE_DAY))
    first = exp.Substring(
        this=column.copy(), start=nodes.number(1), length=nodes.number(DAY_LETTERS)
    )
    return exp.Case(ifs=[exp.If(this=whole, true=exp.TryCast(this=first, to=to_day))])


def either(
    cases: Sequence[tuple[exp.Expression, exp.Expression]], *, default: exp.Expression
) -> exp.Expression:
    """CASE WHEN … THEN … ELSE default END."""
    ifs = [exp.If(this=condition, true=value) for condition, value in cases]
    return exp.Case(ifs=ifs, default=default)


def missing(column: exp.Expression) -> exp.Expression:
    """column IS NULL."""
    return exp.Is(this=column.copy(), expression=exp.Null())
