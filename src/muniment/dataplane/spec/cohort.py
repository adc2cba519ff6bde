"""Who is in: a small closed language over one base table and the tables related to it.

Missing values: a comparison with a missing value is false; `not` is the complement, so
`not (AGE more_than 64)` includes everyone whose AGE is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.reader import LARGEST_INTEGER, Reader

Scalar = int | str

DEEPEST = 20
MOST_NODES = 500
MOST_LISTED = 1000
LONGEST_VALUE = 1000


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
        shape: dict[str, object] = {"variable": self.variable, "is": self.op.value}
        if self.op in (Op.BETWEEN, Op.IN):
            shape["value"] = list(self.values)
        elif self.op not in VALUELESS:
            shape["value"] = self.values[0]
        return shape


@dataclass(frozen=True, slots=True)
class Exists:
    """At least one row of a related table fits `where`; any row does when that is None."""

    table: str
    where: "Node | None"

    def document(self) -> dict[str, object]:
        where = None if self.where is None else self.where.document()
        return {"exists": {"table": self.table, "where": where}}


Node = AllOf | AnyOf | Not | Comparison | Exists


def walk(node: Node, path: str) -> Iterator[tuple[Comparison | Exists, str]]:
    """Every leaf with its JSON Pointer; an `exists` is one leaf, its inside is not visited."""
    match node:
        case AllOf(nodes) | AnyOf(nodes):
            word = "all" if isinstance(node, AllOf) else "any"
            for place, child in enumerate(nodes):
                yield from walk(child, faults.at(path, word, place))
        case Not(child):
            yield from walk(child, faults.at(path, "not"))
        case _:
            yield node, path


class CohortReader:
    """Reads one cohort; counts nodes, since a small file can still ask for too much work."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._nodes = 0

    def node(self, value: object, path: str, *, deep: int = 0, inside: bool = False) -> Node | None:
        """`inside` is true within an `exists`, where a second one is not offered."""
        self._nodes += 1
        if deep > DEEPEST:
            self._reader.fault(path, "too-deep", f"Nest no deeper than {DEEPEST} levels.")
            return None
        if self._nodes > MOST_NODES:
            if self._nodes == MOST_NODES + 1:
                message = f"A cohort may have at most {MOST_NODES} conditions."
                self._reader.fault(path, "too-many-nodes", message)
            return None
        if isinstance(value, dict):
            for word, read in (("all", self._list), ("any", self._list), ("not", self._not)):
                if word in value:
                    return read(value, path, word, deep, inside)
            if "exists" in value:
                return self._exists(value, path, deep, inside)
            if "variable" in value or "is" in value:
                return self._comparison(value, path)
        message = "A condition must be an object with all, any, not, exists or variable."
        self._reader.fault(path, "unknown-node", message)
        return None

    def _list(
        self, value: dict[str, object], path: str, word: str, deep: int, inside: bool
    ) -> Node | None:
        self._reader.members(value, path, required=[word], optional=[])
        here = faults.at(path, word)
        items = self._reader.items(value[word], here, least=1, most=MOST_NODES)
        read = [
            self.node(item, faults.at(here, place), deep=deep + 1, inside=inside)
            for place, item in enumerate(items)
        ]
        nodes = tuple(node for node in read if node is not None)
        return AllOf(nodes) if word == "all" else AnyOf(nodes)

    def _not(
        self, value: dict[str, object], path: str, word: str, deep: int, inside: bool
    ) -> Node | None:
        self._reader.members(value, path, required=[word], optional=[])
        child = self.node(value[word], faults.at(path, word), deep=deep + 1, inside=inside)
        return None if child is None else Not(child)

    def _exists(self, value: object, path: str, deep: int, inside: bool) -> Node | None:
        if inside:
            message = "An exists cannot stand inside another exists; put them side by side."
            self._reader.fault(path, "nested-exists", message)
            return None
        outer = self._reader.members(value, path, required=["exists"], optional=[])
        here = faults.at(path, "exists")
        inner = outer and self._reader.members(
            outer["exists"], here, required=["table", "where"], optional=[]
        )
        if not inner:
            return None
        table = self._reader.text(inner["table"], faults.at(here, "table"))
        where = None
        if inner["where"] is not None:
            path = faults.at(here, "where")
            where = self.node(inner["where"], path, deep=deep + 1, inside=True)
        return None if table is None else Exists(table, where)

    def _comparison(self, value: object, path: str) -> Node | None:
        members = self._reader.members(value, path, required=["variable", "is"], optional=["value"])
        if members is None:
            return None
        variable = self._reader.text(members["variable"], faults.at(path, "variable"))
        op = self._reader.choice(members["is"], faults.at(path, "is"), Op)
        if variable is None or op is None:
            return None
        return Comparison(variable, op, self._values(members, path, op))

    def _values(self, members: dict[str, object], path: str, op: Op) -> tuple[Scalar, ...]:
        if op in VALUELESS:
            if "value" in members:
                message = f'"{op}" takes no value.'
                self._reader.fault(path, "unexpected-value", message)
            return ()
        if "value" not in members:
            self._reader.fault(path, "missing-member", 'The member "value" is missing.')
            return ()
        here = faults.at(path, "value")
        if op not in (Op.BETWEEN, Op.IN):
            return self._scalars([members["value"]], [here])
        least, most = (2, 2) if op is Op.BETWEEN else (1, MOST_LISTED)
        items = self._reader.items(members["value"], here, least=least, most=most)
        return self._scalars(items, [faults.at(here, place) for place in range(len(items))])

    def _scalars(self, items: list[object], paths: list[str]) -> tuple[Scalar, ...]:
        read: list[Scalar | None] = []
        for item, path in zip(items, paths, strict=True):
            if isinstance(item, str):
                read.append(self._reader.text(item, path, most=LONGEST_VALUE))
            else:
                limit = LARGEST_INTEGER
                read.append(self._reader.whole(item, path, least=-limit, most=limit))
        return tuple(value for value in read if value is not None)
