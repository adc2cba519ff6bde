"""Show the class a number falls in, not the number (generalization; ISO/IEC 20889, 8.3)."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, either, missing
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()


def result(kind: FieldType) -> FieldType:
    return FieldType.STRING


def words(params: Mapping[str, object]) -> str:
    return f"In bands that begin at {', '.join(str(edge) for edge in edges(params))}."


def labels(params: Mapping[str, object], *, kind: FieldType) -> list[str]:
    """Every label there can be, lowest first."""
    return [label for _, label in _bands(edges(params), kind)]


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    found = list(_bands(edges(params), place.kind))
    cases: list[tuple[exp.Expression, exp.Expression]] = [(missing(column), exp.Null())]
    for below, label in found[:-1]:
        less = exp.LT(this=column.copy(), expression=nodes.number(below))
        cases.append((less, nodes.text(label)))
    return either(cases, default=nodes.text(found[-1][1]))


def edges(params: Mapping[str, object]) -> list[int]:
    """The lower ends of the bands, growing."""
    listed = params["edges"]
    assert isinstance(listed, list | tuple)
    return [int(edge) for edge in listed]


def _bands(lower: list[int], kind: FieldType) -> Iterator[tuple[int, str]]:
    """Each band's end (which is not in it) and its label; the last has no end, shown as 0."""
    whole = kind is FieldType.INTEGER
    yield lower[0], f"up to {lower[0] - 1}" if whole else f"under {lower[0]}"
    for low, end in pairwise(lower):
        if whole:
            yield end, str(low) if end - low == 1 else f"{low} to {end - 1}"
        else:
            yield end, f"{low} to under {end}"
    yield 0, f"{lower[-1]} and over"
