"""The rewritings that make a normal form, each exact for any data."""

import dataclasses
import json
from collections.abc import Callable, Iterable

import rfc8785

from muniment.dataplane.spec import cohort
from muniment.dataplane.spec.cohort import Comparison, Node, Op

_OPPOSITE = {
    Op.LESS_THAN: Op.AT_LEAST,
    Op.AT_LEAST: Op.LESS_THAN,
    Op.MORE_THAN: Op.AT_MOST,
    Op.AT_MOST: Op.MORE_THAN,
    Op.EQUALS: Op.NOT_EQUALS,
    Op.NOT_EQUALS: Op.EQUALS,
}
# Limits of one kind: the tighter of two stands in `all`, the looser in `any`.
_FROM_BELOW = frozenset({Op.AT_LEAST, Op.MORE_THAN})
_FROM_ABOVE = frozenset({Op.AT_MOST, Op.LESS_THAN})


def normal(node: Node) -> Node:
    """The normal form: negation pushed to the leaves, groups flattened, sorted, without doubles."""
    while (again := _pass(node)) != node:  # a merge can leave a group of one, or two alike
        node = again
    return node


def _pass(node: Node) -> Node:
    match node:
        case cohort.AllOf(nodes):
            return _group(cohort.AllOf, [_pass(child) for child in nodes])
        case cohort.AnyOf(nodes):
            return _group(cohort.AnyOf, [_pass(child) for child in nodes])
        # Downward first: two negations cancel before a comparison is turned into two.
        case cohort.Not(cohort.Not(child)):
            return _pass(child)
        case cohort.Not(cohort.AllOf(nodes)):
            return _pass(cohort.AnyOf(tuple(cohort.Not(child) for child in nodes)))
        case cohort.Not(cohort.AnyOf(nodes)):
            return _pass(cohort.AllOf(tuple(cohort.Not(child) for child in nodes)))
        case cohort.Not(child):
            return _negated(_pass(child))
        case Comparison():
            return _comparison(node)
        case cohort.Under(variable, codes, of):
            return cohort.Under(variable, tuple(sorted(set(codes))), of)
        case cohort.Count():
            return _count(dataclasses.replace(node, where=_inside(node.where)))
        case cohort.Exists(table, where):
            return cohort.Exists(table, _inside(where))
        case cohort.Edge():
            then = _pass(node.then)
            return dataclasses.replace(node, where=_inside(node.where), then=then)
    return node


def _inside(where: Node | None) -> Node | None:
    return None if where is None else _pass(where)


def _comparison(node: Comparison) -> Node:
    """One value in a list is that value; a range with one end is that end, else two limits."""
    if node.op is Op.IN:
        values = _sorted(set(node.values))
        op = Op.EQUALS if len(values) == 1 else Op.IN
        return Comparison(node.variable, op, tuple(values))
    if node.op is not Op.BETWEEN:
        return node
    low, high = node.values
    if low == high:
        return Comparison(node.variable, Op.EQUALS, (low,))
    return cohort.AllOf(
        (
            Comparison(node.variable, Op.AT_LEAST, (low,)),
            Comparison(node.variable, Op.AT_MOST, (high,)),
        )
    )


def _negated(node: Node) -> Node:
    """The complement; where a comparison fails, its opposite holds or the value is missing."""
    match node:
        case cohort.Not(child):
            return child
        case cohort.AllOf(nodes):
            return cohort.AnyOf(tuple(_negated(child) for child in nodes))
        case cohort.AnyOf(nodes):
            return cohort.AllOf(tuple(_negated(child) for child in nodes))
        case Comparison(variable, Op.MISSING):
            return Comparison(variable, Op.PRESENT, ())
        case Comparison(variable, Op.PRESENT):
            return Comparison(variable, Op.MISSING, ())
        case Comparison(variable, Op.IN, values):
            missing = Comparison(variable, Op.MISSING, ())
            others = tuple(Comparison(variable, Op.NOT_EQUALS, (value,)) for value in values)
            return cohort.AnyOf((missing, cohort.AllOf(others)))
        case Comparison(variable, op, values) if op in _OPPOSITE:
            missing = Comparison(variable, Op.MISSING, ())
            return cohort.AnyOf((missing, Comparison(variable, _OPPOSITE[op], values)))
    return cohort.Not(node)


def _count(node: cohort.Count) -> Node:
    """A number of rows is whole and never missing: `at least` and its complement say it all."""
    values = node.values

    def at_least(number: int) -> Node:
        if number == 1:
            return cohort.Exists(node.table, node.where)
        return cohort.Count(node.table, node.where, Op.AT_LEAST, (number,))

    def exactly(number: int) -> Node:
        above = cohort.Not(at_least(number + 1))
        return above if number == 0 else cohort.AllOf((at_least(number), above))

    match node.op:
        case Op.AT_LEAST:
            return at_least(values[0])
        case Op.MORE_THAN:
            return at_least(values[0] + 1)
        case Op.AT_MOST:
            return cohort.Not(at_least(values[0] + 1))
        case Op.LESS_THAN:
            return cohort.Not(at_least(values[0]))
        case Op.EQUALS:
            return exactly(values[0])
        case Op.NOT_EQUALS:
            return _negated(exactly(values[0]))
        case Op.BETWEEN:
            return cohort.AllOf((at_least(values[0]), cohort.Not(at_least(values[1] + 1))))
    return cohort.AnyOf(tuple(exactly(value) for value in values))


def _group(kind: type[cohort.AllOf] | type[cohort.AnyOf], children: Iterable[Node]) -> Node:
    flat: list[Node] = []
    for child in children:
        flat.extend(child.nodes if isinstance(child, kind) else [child])
    if kind is cohort.AnyOf:
        flat = _listed(flat)
    flat = _limits(flat, tightest=kind is cohort.AllOf)
    flat = _idle(flat, tightest=kind is cohort.AllOf)
    once = {written(child): child for child in flat}
    kept = _absorbed(once, cohort.AnyOf if kind is cohort.AllOf else cohort.AllOf)
    nodes = tuple(once[name] for name in sorted(kept))
    return nodes[0] if len(nodes) == 1 else kind(nodes)


def _listed(nodes: list[Node]) -> list[Node]:
    """Equals and lists of one variable, side by side in `any`, are one list."""
    values: dict[str, set[cohort.Scalar]] = {}
    rest: list[Node] = []
    for node in nodes:
        if isinstance(node, Comparison) and node.op in (Op.EQUALS, Op.IN):
            values.setdefault(node.variable, set()).update(node.values)
        else:
            rest.append(node)
    for variable, found in values.items():
        rest.append(_comparison(Comparison(variable, Op.IN, tuple(found))))
    return rest


def _limits(nodes: list[Node], *, tightest: bool) -> list[Node]:
    """Of several whole-number limits of one kind on one variable, the one that decides."""
    limits: dict[tuple[str, Op], int] = {}
    rest: list[Node] = []
    for node in nodes:
        match node:
            case Comparison(variable, op, (int(value),)) if op in _FROM_BELOW | _FROM_ABOVE:
                choose: Callable[[int, int], int] = max if (op in _FROM_BELOW) == tightest else min
                key = variable, op
                limits[key] = choose(value, limits.get(key, value))
            case _:
                rest.append(node)
    return rest + [Comparison(variable, op, (value,)) for (variable, op), value in limits.items()]


def _idle(nodes: list[Node], *, tightest: bool) -> list[Node]:
    """`present` beside a comparison of the same variable: idle in `all`, decisive in `any`."""
    compared = {
        node.variable
        for node in nodes
        if isinstance(node, Comparison) and node.op not in cohort.VALUELESS
    }
    present = {
        node.variable for node in nodes if isinstance(node, Comparison) and node.op is Op.PRESENT
    }
    return [
        node
        for node in nodes
        if not (
            isinstance(node, Comparison)
            and node.variable in compared & present
            and node.op is not Op.MISSING
            and (node.op is Op.PRESENT) == tightest
        )
    ]


def _absorbed(once: dict[str, Node], inner: type[cohort.AllOf] | type[cohort.AnyOf]) -> list[str]:
    """Names without those that another makes idle: in `a or (a and b)`, the second."""
    parts = {
        name: {written(each) for each in node.nodes} if isinstance(node, inner) else {name}
        for name, node in once.items()
    }
    return [
        name
        for name, mine in parts.items()
        if len(mine) == 1 or not any(other < mine for other in parts.values())
    ]


def _sorted(values: Iterable[cohort.Scalar]) -> list[cohort.Scalar]:
    return sorted(values, key=lambda value: json.dumps(value))


def written(node: Node) -> str:
    return rfc8785.dumps(node.document()).decode()  # type: ignore[arg-type]
