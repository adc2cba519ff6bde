"""Replace an identifier by a code drawn at random and remembered for the release line.

45 CFR 164.514(c) lets a covered entity assign a code that is "not derived from or related to
information about the individual". These are 128 random bits each; the list of who has which code
stays with the programme's keys (`crosswalk.py`), so that a rebuild gives everyone the same code.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place, brought
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.RANDOM_CODE})


def result(kind: FieldType) -> FieldType:
    return FieldType.STRING


def words(params: Mapping[str, object]) -> str:
    return "A random code in place of the identifier, the same for one person in this release."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return brought(place.pseudonym)
