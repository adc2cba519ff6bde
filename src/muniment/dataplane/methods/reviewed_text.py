"""Release free text that somebody has read, with what they struck out left out.

A text leaves only when the approved redactions name it, by its hash; a text that nobody has read
is missing. No program finds every name (`freetext` measures how many it finds), so findings are
shown to a reader and never release anything by themselves. 45 CFR 164.514(b)(2)(i)(R).
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place, brought
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.REVIEWED})


def result(kind: FieldType) -> FieldType:
    return FieldType.STRING


def words(params: Mapping[str, object]) -> str:
    return (
        "Read by a person before release; [...] stands for what was struck out. "
        "Texts that were not read are missing."
    )


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return brought(place.beside)
