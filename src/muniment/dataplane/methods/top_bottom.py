"""Show values beyond a limit as the limit (top and bottom coding; ISO/IEC 20889, 8.3.4)."""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, either
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()


def result(kind: FieldType) -> FieldType:
    return kind


def words(params: Mapping[str, object]) -> str:
    least, most = ends(params)
    said = [f"{least} stands for {least} or less"] if least is not None else []
    said += [f"{most} stands for {most} or more"] if most is not None else []
    return "; ".join(said) + "."


def ends(params: Mapping[str, object]) -> tuple[int | None, int | None]:
    """The least and the most that is shown; None where there is no such limit."""
    least, most = params.get("least"), params.get("most")
    assert least is None or isinstance(least, int)
    assert most is None or isinstance(most, int)
    return least, most


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    # Not LEAST() or GREATEST(): engines skip missing values in them.
    least, most = ends(params)
    cases: list[tuple[exp.Expression, exp.Expression]] = []
    if least is not None:
        low = exp.LT(this=column.copy(), expression=nodes.number(least))
        cases.append((low, nodes.number(least)))
    if most is not None:
        high = exp.GT(this=column.copy(), expression=nodes.number(most))
        cases.append((high, nodes.number(most)))
    return either(cases, default=column.copy())
