"""Round a number to a step (rounding; ISO/IEC 20889, 8.2.3). Halves go away from zero."""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()


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
    return rounded(column, to=step(params))


def rounded(column: exp.Expression, *, to: int) -> exp.Expression:
    """The nearest multiple of `to`, a whole number."""
    size = nodes.number(to)
    share = exp.Div(
        this=exp.Cast(this=column.copy(), to=nodes.DOUBLE.copy()), expression=size.copy()
    )
    steps = exp.Cast(this=exp.Round(this=share), to=nodes.BIGINT.copy())
    return exp.Mul(this=steps, expression=size)
