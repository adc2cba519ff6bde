"""Reads one cohort from untrusted JSON values, naming every fault by its place."""

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.cohort.nodes import (
    DEEPEST,
    MOST_DAYS,
    MOST_LISTED,
    MOST_NODES,
    MOST_ROWS,
    VALUELESS,
    AllOf,
    AnyOf,
    Comparison,
    Count,
    Edge,
    End,
    Exists,
    Node,
    Not,
    Op,
    Scalar,
    Terminology,
    Under,
    Within,
)
from muniment.dataplane.spec.reader import LARGEST_INTEGER, Reader

LONGEST_VALUE = 1000
RELATIONS = ("exists", "count", "first", "last")
_LISTED = (Op.BETWEEN, Op.IN)


class CohortReader:
    """Reads one cohort; counts nodes, since a small file can still ask for too much work."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._nodes = 0

    def node(self, value: object, path: str, *, deep: int = 0, inside: bool = False) -> Node | None:
        """`inside` is true within a related table, where a second one is not offered."""
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
            for word in RELATIONS:
                if word in value:
                    return self._relation(value, path, word, deep, inside)
            if "variable" in value or "is" in value:
                return self._leaf(value, path, inside)
        message = (
            "A condition must be an object with all, any, not, exists, count, first, last "
            "or variable."
        )
        self._reader.fault(path, "unknown-node", message)
        return None

    def related(self, value: object, path: str, *, deep: int = 0) -> Node | None:
        """A condition on rows of a related table; null for any row."""
        return None if value is None else self.node(value, path, deep=deep, inside=True)

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

    def _relation(
        self, value: dict[str, object], path: str, word: str, deep: int, inside: bool
    ) -> Node | None:
        if inside:
            message = f"{word} cannot stand inside a related table; put the two side by side."
            self._reader.fault(path, "nested-exists", message)
            return None
        self._reader.members(value, path, required=[word], optional=[])
        here = faults.at(path, word)
        match word:
            case "exists":
                return self._exists(value[word], here, deep)
            case "count":
                return self._count(value[word], here, deep)
        return self._edge(value[word], here, End(word), deep)

    def _exists(self, value: object, path: str, deep: int) -> Node | None:
        inner = self._reader.members(value, path, required=["table", "where"], optional=[])
        if inner is None:
            return None
        table = self._reader.text(inner["table"], faults.at(path, "table"))
        where = self.related(inner["where"], faults.at(path, "where"), deep=deep + 1)
        return None if table is None else Exists(table, where)

    def _count(self, value: object, path: str, deep: int) -> Node | None:
        required = ["table", "where", "is", "value"]
        inner = self._reader.members(value, path, required=required, optional=[])
        if inner is None:
            return None
        table = self._reader.text(inner["table"], faults.at(path, "table"))
        where = self.related(inner["where"], faults.at(path, "where"), deep=deep + 1)
        op = self._reader.choice(inner["is"], faults.at(path, "is"), Op)
        if op in VALUELESS:
            message = "A number of rows is never missing; compare it with a number."
            self._reader.fault(faults.at(path, "is"), "impossible-comparison", message)
            return None
        if op is None:
            return None
        here = faults.at(path, "value")
        numbers = [
            self._reader.whole(item, place, least=0, most=MOST_ROWS)
            for item, place in self._listed(inner["value"], here, op)
        ]
        values = tuple(number for number in numbers if number is not None)
        return None if table is None else Count(table, where, op, values)

    def _edge(self, value: object, path: str, end: End, deep: int) -> Node | None:
        required = ["table", "by", "where", "then"]
        inner = self._reader.members(value, path, required=required, optional=[])
        if inner is None:
            return None
        table = self._reader.text(inner["table"], faults.at(path, "table"))
        by = self._reader.text(inner["by"], faults.at(path, "by"))
        where = self.related(inner["where"], faults.at(path, "where"), deep=deep + 1)
        then = self.node(inner["then"], faults.at(path, "then"), deep=deep + 1, inside=True)
        if table is None or by is None or then is None:
            return None
        return Edge(end, table, by, where, then)

    def _leaf(self, value: dict[str, object], path: str, inside: bool) -> Node | None:
        if value.get("is") == "under":
            return self._under(value, path)
        if value.get("is") == "within":
            return self._within(value, path, inside)
        members = self._reader.members(value, path, required=["variable", "is"], optional=["value"])
        if members is None:
            return None
        variable = self._reader.text(members["variable"], faults.at(path, "variable"))
        op = self._reader.choice(members["is"], faults.at(path, "is"), Op)
        if variable is None or op is None:
            return None
        return Comparison(variable, op, self._values(members, path, op))

    def _under(self, value: dict[str, object], path: str) -> Node | None:
        required = ["variable", "is", "value", "of"]
        members = self._reader.members(value, path, required=required, optional=[])
        if members is None:
            return None
        variable = self._reader.text(members["variable"], faults.at(path, "variable"))
        of = self._reader.choice(members["of"], faults.at(path, "of"), Terminology)
        here = faults.at(path, "value")
        items = self._reader.items(members["value"], here, least=1, most=MOST_LISTED)
        read = [
            self._reader.text(item, faults.at(here, spot), most=LONGEST_VALUE)
            for spot, item in enumerate(items)
        ]
        codes = tuple(code for code in read if code is not None)
        return None if variable is None or of is None else Under(variable, codes, of)

    def _within(self, value: dict[str, object], path: str, inside: bool) -> Node | None:
        required = ["variable", "is", "of", "days"]
        members = self._reader.members(value, path, required=required, optional=[])
        if members is None:
            return None
        variable = self._reader.text(members["variable"], faults.at(path, "variable"))
        of, base = self._other(members["of"], faults.at(path, "of"), inside)
        here = faults.at(path, "days")
        items = self._reader.items(members["days"], here, least=2, most=2)
        ends = [
            None if item is None else self._reader.whole(item, at, least=-MOST_DAYS, most=MOST_DAYS)
            for item, at in ((each, faults.at(here, spot)) for spot, each in enumerate(items))
        ]
        if items and items[0] is None and items[1] is None:
            message = "Say from how many days, to how many days, or both."
            self._reader.fault(here, "no-limit", message)
        if variable is None or of is None or not ends:
            return None
        return Within(variable, of, base, ends[0], ends[1])

    def _other(self, value: object, path: str, inside: bool) -> tuple[str | None, bool]:
        """The variable days are counted from, and whether it stands in the base row."""
        if not (inside and isinstance(value, dict)):
            return self._reader.text(value, path), False
        members = self._reader.members(value, path, required=["base"], optional=[])
        if members is None:
            return None, True
        return self._reader.text(members["base"], faults.at(path, "base")), True

    def _values(self, members: dict[str, object], path: str, op: Op) -> tuple[Scalar, ...]:
        if op in VALUELESS:
            if "value" in members:
                message = f'"{op}" takes no value.'
                self._reader.fault(path, "unexpected-value", message)
            return ()
        if "value" not in members:
            self._reader.fault(path, "missing-member", 'The member "value" is missing.')
            return ()
        read = [
            self._scalar(item, place)
            for item, place in self._listed(members["value"], faults.at(path, "value"), op)
        ]
        return tuple(value for value in read if value is not None)

    def _listed(self, value: object, path: str, op: Op) -> list[tuple[object, str]]:
        """The values of a comparison, one or a list as its operator wants, with their places."""
        if op not in _LISTED:
            return [(value, path)]
        least, most = (2, 2) if op is Op.BETWEEN else (1, MOST_LISTED)
        items = self._reader.items(value, path, least=least, most=most)
        return [(item, faults.at(path, spot)) for spot, item in enumerate(items)]

    def _scalar(self, item: object, path: str) -> Scalar | None:
        if isinstance(item, str):
            return self._reader.text(item, path, most=LONGEST_VALUE)
        return self._reader.whole(item, path, least=-LARGEST_INTEGER, most=LARGEST_INTEGER)
