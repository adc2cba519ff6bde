"""Round a number to a step (rounding; ISO/IEC 20889, 8.2.3). Halves go away from zero.

A number of more than 18 digits before the point is missing: no whole number is written so.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, either
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()
TOO_LONG = 10**18


def result(kind: FieldType) -> FieldType:
    return FieldType.INTEGER


def words(params: Mapping[str, object]) -> str:
    return f"Rounded to the nearest {step(params)}."


def step(params: Mapping[str, object]) -> int:
    """What is rounded to."""
    to = params["to"]
    assert isinstance(to, int)
    return to


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return rounded(column, kind=place.kind, to=step(params))


def rounded(column: exp.Expression, *, kind: FieldType, to: int) -> exp.Expression:
    """The nearest multiple of `to`, a whole number.

    Divided as whole numbers: a double has 16 digits of 18, and its share of a step is rounded too.
    """
    raised = exp.Paren(this=exp.Add(this=_doubled(column, kind), expression=nodes.number(to)))
    steps = exp.IntDiv(this=raised, expression=nodes.number(2 * to))
    nearest = exp.Mul(this=exp.Paren(this=steps), expression=nodes.number(to))
    high = exp.LT(this=column.copy(), expression=nodes.number(TOO_LONG))
    low = exp.GT(this=column.copy(), expression=nodes.number(-TOO_LONG))
    is_negative = exp.LT(this=column.copy(), expression=nodes.number(0))
    below = either([(low, exp.Neg(this=exp.Paren(this=nearest)))], default=exp.Null())
    above = either([(high, nearest.copy())], default=exp.Null())
    return either([(is_negative, below)], default=above)


def _doubled(column: exp.Expression, kind: FieldType) -> exp.Expression:
    """Twice the number without its sign, rounded down: all that decides between two steps."""
    twice = exp.Mul(this=exp.Abs(this=column.copy()), expression=nodes.number(2))
    if kind is FieldType.INTEGER:
        return twice
    return exp.Cast(this=exp.Floor(this=twice), to=nodes.BIGINT.copy())
