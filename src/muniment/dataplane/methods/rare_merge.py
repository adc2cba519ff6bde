"""Put values that few persons have into one (local recoding; ISO/IEC 20889, 8.3).

Persons are counted, not rows: one person with forty rows of a rare drug is still one person.
"""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, brought, either, missing
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.FREQUENT_VALUES})


def result(kind: FieldType) -> FieldType:
    return FieldType.STRING


def words(params: Mapping[str, object]) -> str:
    return f"Values of fewer than {minimum(params)} people are shown as {params['into']}."


def minimum(params: Mapping[str, object]) -> int:
    """The fewest persons a value must have to be shown."""
    least = params["minimum"]
    assert isinstance(least, int)
    return least


def frequent(persons: Sequence[tuple[str, int]], *, params: Mapping[str, object]) -> list[str]:
    """The values to keep, given how many persons have each.

    When the merged values together would still be rarer than the minimum, the next rarest joins
    them: a lone rare value renamed is not a value hidden.
    """
    least, into = minimum(params), str(params["into"])
    rarest_first = sorted(persons, key=lambda pair: (pair[1], pair[0]))
    merged = [pair for pair in rarest_first if pair[1] < least or pair[0] == into]
    kept = [pair for pair in rarest_first if pair not in merged]
    # A person may have several of the merged values: the largest one is a safe count of persons.
    while merged and kept and max(count for _, count in merged) < least:
        merged.append(kept.pop(0))
    return [value for value, _ in kept]


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    common = exp.In(this=column.copy(), query=exp.Subquery(this=brought(place.listed)))
    into = nodes.text(str(params["into"]))
    return either([(missing(column), exp.Null()), (common, column.copy())], default=into)
