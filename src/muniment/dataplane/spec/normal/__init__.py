"""One form for the many ways to ask the same: what budgets and noise may be keyed on.

Two questions with one normal form select the same rows of any data. The converse does not hold
(no cheap form can promise it): a rephrasing that is not recognized counts as a new question.
Every rewriting below is exact under the language's own rule for missing values: a comparison
with a missing value is false, and `not` is the complement.
"""

import dataclasses

import rfc8785

from muniment.dataplane.spec import cohort, derived, values
from muniment.dataplane.spec.cohort import Comparison, Node
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.normal import spelling
from muniment.dataplane.spec.normal.rules import normal, written
from muniment.dataplane.spec.reader import LARGEST_INTEGER
from muniment.dataplane.spec.specification import Part
from muniment.dataplane.spec.values import FieldType

__all__ = ["conditions", "normal", "question", "spelled", "who"]


def question(part: Part, *, holding: Holding | None = None) -> bytes:
    """RFC 8785 bytes of what a count of this part asks.

    Ids, reasons, tables and the names of derived variables do not matter; holding, edition, who
    is in, and the groups (in any order) do. With the holding, a value written in several ways
    (`65`, `"65"`, `"+65"`) counts as one; a caller that keys anything on these bytes gives it.
    """
    computed = part.derived
    if holding is not None:
        computed = spelling.derived_spelled(computed, holding=holding)
    node = part.cohort if holding is None else spelled(part, holding=holding)
    if node is not None:
        node = normal(_inlined(node, computed))
    shape = {
        "holding": part.holding,
        "edition": part.edition,
        "cohort": cohort.whole(node),
        "group_by": sorted(part.group_by),
    }
    return rfc8785.dumps(shape)  # type: ignore[arg-type]  # it names its JSON type privately


def who(part: Part) -> Node | None:
    """The normal form of the cohort alone, without names of derived variables."""
    return None if part.cohort is None else normal(_inlined(part.cohort, part.derived))


def conditions(part: Part) -> frozenset[str]:
    """What all have to fit, one by one, as canonical JSON; empty for everyone."""
    node = who(part)
    match node:
        case None:
            return frozenset()
        case cohort.AllOf(nodes):
            return frozenset(written(child) for child in nodes)
    return frozenset({written(node)})


def spelled(part: Part, *, holding: Holding) -> Node | None:
    """The cohort's normal form with every value in one spelling; None for everyone.

    A negated limit is spelled anew, which can join it to another: so until nothing moves.
    """
    node = part.cohort
    if node is None:
        return None
    while (again := normal(spelling.spelled(node, part=part, holding=holding))) != node:
        node = again
    return node


def _inlined(node: Node, computed: tuple[derived.Derived, ...]) -> Node:
    """The cohort without names of derived variables: each is said by what it is."""
    by_name = {each.name: each for each in computed}

    def inlined(leaf: cohort.Leaf) -> Node:
        if isinstance(leaf, Comparison) and leaf.variable in by_name:
            return _said(leaf, by_name[leaf.variable])
        return leaf

    return cohort.changed(node, inlined)


def _said(node: Comparison, each: derived.Derived) -> Node:
    """A comparison with a derived variable, by its definition.

    Where the language has no node for it, the name becomes text with a control character in it,
    so that no declared variable is called so.
    """
    if isinstance(each, derived.CountOf) and node.op not in cohort.VALUELESS:
        asked = [values.of(value, kind=FieldType.INTEGER) for value in node.values]
        numbers = tuple(value for value in asked if isinstance(value, int))
        if len(numbers) == len(asked) and all(abs(n) < LARGEST_INTEGER for n in numbers):
            return cohort.Count(each.table, each.where, node.op, numbers)
    definition = each.definition()
    match each:
        case derived.CountOf() | derived.AnyOf() if each.where is not None:
            definition["where"] = normal(each.where).document()
    text = "\x00" + rfc8785.dumps(definition).decode()  # type: ignore[arg-type]
    return dataclasses.replace(node, variable=text)
