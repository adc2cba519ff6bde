"""Replace an identifier by a keyed code that is stable within one release line.

AES-CMAC (RFC 4493) under a key of the line alone: without the key nobody can compute the code from
the identifier or back. Not Safe Harbor by itself: 45 CFR 164.514(c) asks that a code not be derived
from information about the individual, so a programme that needs Safe Harbor assigns random codes.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane.methods.place import Need, Place, brought
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.PSEUDONYM})


def result(kind: FieldType) -> FieldType:
    return FieldType.STRING


def words(params: Mapping[str, object]) -> str:
    return "A code in place of the identifier, the same for one person throughout this release."


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return brought(place.pseudonym)
