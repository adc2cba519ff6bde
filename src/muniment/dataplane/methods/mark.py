"""Round a number and move it within its step, in a pattern that is secret and one line's own.

A copy that turns up can be told from copies of other lines even when codes and order are gone: the
pattern depends on the value alone. It is disclosed in the codebook. The move is less than half a
step, so the rounded number can be had back by rounding again. Source of the idea: fingerprinting
of numeric data within a declared tolerance (Agrawal and Kiernan, VLDB 2002).
"""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from muniment.dataplane.methods import round as rounding
from muniment.dataplane.methods.place import Need, Place, brought
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS = frozenset({Need.MARK})


def result(kind: FieldType) -> FieldType:
    return FieldType.INTEGER


def words(params: Mapping[str, object]) -> str:
    to = rounding.step(params)
    return (
        f"Rounded to the nearest {to}, then moved by at most {reach(to)} in a pattern that marks "
        f"this copy. Round to the nearest {to} to undo the mark."
    )


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    return brought(place.beside)


def reach(to: int) -> int:
    """The farthest a value moves: less than half a step."""
    return (to - 1) // 2


def marked(rounded: Sequence[int], *, key: bytes, to: int) -> list[int]:
    """Each rounded value moved by its own secret offset."""
    from muniment.dataplane import pseudonyms

    width = 2 * reach(to) + 1
    tags = pseudonyms.tags(key, [b"%d" % value for value in rounded])
    return [
        value + int.from_bytes(tag, "big") % width - reach(to)
        for value, tag in zip(rounded, tags, strict=True)
    ]


def rounded(value: int, *, to: int) -> int:
    """The number that a marked one was moved from."""
    return (value + to // 2) // to * to
