"""The conditions a cohort is made of, each with the JSON form it is written in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from muniment.dataplane.spec import faults

Scalar = int | str

DEEPEST = 20
MOST_NODES = 500
MOST_LISTED = 1000
MOST_DAYS = 100_000
MOST_ROWS = 1_000_000_000


class Op(StrEnum):
    """How a variable is compared; `missing` and `present` take no value."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    IN = "in"
    MISSING = "missing"
    PRESENT = "present"


ORDERED = frozenset({Op.LESS_THAN, Op.AT_MOST, Op.MORE_THAN, Op.AT_LEAST, Op.BETWEEN})
VALUELESS = frozenset({Op.MISSING, Op.PRESENT})


class Terminology(StrEnum):
    """The code hierarchies that ship with the program."""

    ICD_10_CM = "icd-10-cm"
    ONCOTREE = "oncotree"


class End(StrEnum):
    """Which of the rows of a related table, by a date of theirs."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class AllOf:
    nodes: tuple["Node", ...]

    def document(self) -> dict[str, object]:
        return {"all": [node.document() for node in self.nodes]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    nodes: tuple["Node", ...]

    def document(self) -> dict[str, object]:
        return {"any": [node.document() for node in self.nodes]}


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"

    def document(self) -> dict[str, object]:
        return {"not": self.node.document()}


@dataclass(frozen=True, slots=True)
class Comparison:
    """`values` has no entry for missing and present, two for between, any for in, else one."""

    variable: str
    op: Op
    values: tuple[Scalar, ...]

    def document(self) -> dict[str, object]:
        return {"variable": self.variable, **compared(self.op, self.values)}


@dataclass(frozen=True, slots=True)
class Under:
    """The variable holds one of these codes, or one below them in the tree of a terminology."""

    variable: str
    codes: tuple[str, ...]
    of: Terminology

    def document(self) -> dict[str, object]:
        value = list(self.codes)
        return {"variable": self.variable, "is": "under", "value": value, "of": self.of.value}


@dataclass(frozen=True, slots=True)
class Within:
    """Calendar days from `of` to `variable`, both ends included; an end of None is open.

    `of` stands in the same row or, when `base` is true, in the row of the base table that the
    related row belongs to.
    """

    variable: str
    of: str
    base: bool
    low: int | None
    high: int | None

    def document(self) -> dict[str, object]:
        of: object = {"base": self.of} if self.base else self.of
        days = [self.low, self.high]
        return {"variable": self.variable, "is": "within", "of": of, "days": days}


@dataclass(frozen=True, slots=True)
class Exists:
    """At least one row of a related table fits `where`; any row does when that is None."""

    table: str
    where: "Node | None"

    def document(self) -> dict[str, object]:
        return {"exists": {"table": self.table, "where": whole(self.where)}}


@dataclass(frozen=True, slots=True)
class Count:
    """The number of related rows that fit `where`, compared; no row counts as zero."""

    table: str
    where: "Node | None"
    op: Op
    values: tuple[int, ...]

    def document(self) -> dict[str, object]:
        shape = {"table": self.table, "where": whole(self.where)}
        return {"count": {**shape, **compared(self.op, self.values)}}


@dataclass(frozen=True, slots=True)
class Edge:
    """Of the related rows that fit `where`, one on the first (or last) date in `by` fits `then`.

    Rows without that date take no part. Where several rows share the date, one that fits is
    enough: the order of rows in a file must not decide who is in.
    """

    end: End
    table: str
    by: str
    where: "Node | None"
    then: "Node"

    def document(self) -> dict[str, object]:
        shape = {"table": self.table, "by": self.by, "where": whole(self.where)}
        return {self.end.value: {**shape, "then": self.then.document()}}


Relation = Exists | Count | Edge
Leaf = Comparison | Under | Within | Relation
Node = AllOf | AnyOf | Not | Leaf


def compared(op: Op, values: tuple[Scalar, ...]) -> dict[str, object]:
    """The members `is` and `value` of a comparison."""
    if op in VALUELESS:
        return {"is": op.value}
    value: object = list(values) if op in (Op.BETWEEN, Op.IN) else values[0]
    return {"is": op.value, "value": value}


def whole(node: "Node | None") -> object:
    """The JSON form of a condition that may be left open."""
    return None if node is None else node.document()


def changed(node: Node, change: Callable[[Leaf], Node]) -> Node:
    """The condition with every leaf changed; a relation is one leaf, as in `walk`."""
    match node:
        case AllOf(nodes):
            return AllOf(tuple(changed(child, change) for child in nodes))
        case AnyOf(nodes):
            return AnyOf(tuple(changed(child, change) for child in nodes))
        case Not(child):
            return Not(changed(child, change))
    return change(node)


def walk(node: Node, path: str) -> Iterator[tuple[Leaf, str]]:
    """Every leaf with its JSON Pointer; a relation is one leaf, its inside is not visited."""
    match node:
        case AllOf(nodes) | AnyOf(nodes):
            word = "all" if isinstance(node, AllOf) else "any"
            for place, child in enumerate(nodes):
                yield from walk(child, faults.at(path, word, place))
        case Not(child):
            yield from walk(child, faults.at(path, "not"))
        case _:
            yield node, path
