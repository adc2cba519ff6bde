"""Show the larger place a place lies in (generalization by a hierarchy; ISO/IEC 20889, 8.3).

The mappings are written out in the rule, finest first: county to state, then state to region. A
place that a mapping does not know becomes the word for all others, never itself.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, either, missing
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()


def result(kind: FieldType) -> FieldType:
    return FieldType.STRING


def words(params: Mapping[str, object]) -> str:
    return f"The larger area it lies in; {params['into']} where that is not known."


def labels(params: Mapping[str, object]) -> list[str]:
    """Every area there can be in the release."""
    return list(dict.fromkeys([*areas(params), str(params["into"])]))


def areas(params: Mapping[str, object]) -> dict[str, list[str]]:
    """Each area of the last mapping with the places of the first that lie in it."""
    levels = params["levels"]
    assert isinstance(levels, list | tuple)
    found: dict[str, list[str]] = {}
    for place in levels[0]:
        area: str | None = place
        for level in levels:
            area = None if area is None else level.get(area)
        if area is not None:
            found.setdefault(area, []).append(place)
    return found


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    cases: list[tuple[exp.Expression, exp.Expression]] = [(missing(column), exp.Null())]
    for area, places in areas(params).items():
        inside = exp.In(this=column.copy(), expressions=[nodes.text(each) for each in places])
        cases.append((inside, nodes.text(area)))
    return either(cases, default=nodes.text(str(params["into"])))
