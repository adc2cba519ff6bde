"""Who is in, as rows of a form, and back: what the rows cannot show stays text and is never lost.

Rows show comparisons in groups. All groups must hold; what a group asks of its rules is its kind.
Deeper nesting, code hierarchies, days between dates and numbers of rows are for text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from muniment.dataplane.spec import cohort, faults
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.values import FieldType

WHOLE = re.compile(r"-?[0-9]{1,15}")
NUMBERS = frozenset({FieldType.INTEGER, FieldType.YEAR, FieldType.NUMBER})
Document = dict[str, Any]


class Kind(StrEnum):
    """What a group asks of its rules."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    HAS = "has"
    """At least one row of a related table fits all of the rules."""
    HAS_NOT = "has_not"


RELATED = frozenset({Kind.HAS, Kind.HAS_NOT})


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `values` has none for missing and present, two for between, any for one of."""

    variable: str = ""
    op: str = cohort.Op.EQUALS.value
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Rules about the base table, or about the rows of `table`."""

    kind: Kind
    rules: tuple[Rule, ...] = ()
    table: str = ""


Place = tuple[int, int]
"""The group and the rule in it; a group of its own has rule -1."""


@dataclass(frozen=True, slots=True)
class Written:
    """A cohort as JSON, and where each rule stands in it (JSON Pointer from the cohort)."""

    document: Document | None
    places: Mapping[str, Place]

    def find_place(self, path: str) -> Place | None:
        """The rule that a fault's place is in, the longest pointer first."""
        inside = [each for each in self.places if path == each or path.startswith(each + "/")]
        return self.places[max(inside, key=len)] if inside else None


def groups_of(node: cohort.Node | None) -> tuple[Group, ...] | None:
    """The groups of a cohort; None where rows cannot show it."""
    if node is None:
        return (Group(Kind.ALL),)
    found: list[Group] = []
    for each in node.nodes if isinstance(node, cohort.AllOf) else (node,):
        group = _group(each)
        if group is None:
            return None
        if found and group.kind is found[-1].kind is Kind.ALL:
            found[-1] = replace(found[-1], rules=found[-1].rules + group.rules)
        else:
            found.append(group)
    return tuple(found)


def written(groups: tuple[Group, ...], holding: Holding) -> Written:
    """The cohort that the groups ask for; rows without a variable are left out."""
    items: list[tuple[Document, dict[str, Place]]] = []
    for number, group in enumerate(groups):
        items.extend(_items(number, group, holding))
    if not items:
        return Written(None, {})
    if len(items) == 1:
        return Written(*items[0])
    places = {
        faults.at("", "all", spot) + path: place
        for spot, (_, inside) in enumerate(items)
        for path, place in inside.items()
    }
    return Written({"all": [document for document, _ in items]}, places)


def table_of(group: Group, holding: Holding) -> Table:
    """The table whose variables a group compares; the base table where it names none."""
    found = holding.find_table(group.table) if group.kind in RELATED else None
    return found or holding.base


def _group(node: cohort.Node) -> Group | None:
    match node:
        case cohort.Comparison():
            return Group(Kind.ALL, (_rule(node),))
        case cohort.AnyOf(nodes):
            rules = _rules(nodes)
            return None if rules is None else Group(Kind.ANY, rules)
        case cohort.Not(cohort.AnyOf(nodes)):
            rules = _rules(nodes)
            return None if rules is None else Group(Kind.NONE, rules)
        case cohort.Not(cohort.Comparison() as only):
            return Group(Kind.NONE, (_rule(only),))
        case cohort.Exists():
            return _related(node, Kind.HAS)
        case cohort.Not(cohort.Exists() as rows):
            return _related(rows, Kind.HAS_NOT)
    return None


def _related(node: cohort.Exists, kind: Kind) -> Group | None:
    if node.where is None:
        return Group(kind, (), node.table)
    inside = node.where.nodes if isinstance(node.where, cohort.AllOf) else (node.where,)
    rules = _rules(inside)
    return None if rules is None else Group(kind, rules, node.table)


def _rules(nodes: tuple[cohort.Node, ...]) -> tuple[Rule, ...] | None:
    comparisons = [node for node in nodes if isinstance(node, cohort.Comparison)]
    if len(comparisons) < len(nodes):
        return None
    return tuple(_rule(node) for node in comparisons)


def _rule(node: cohort.Comparison) -> Rule:
    return Rule(node.variable, node.op.value, tuple(str(value) for value in node.values))


def _items(
    number: int, group: Group, holding: Holding
) -> Iterator[tuple[Document, dict[str, Place]]]:
    """A group of `all` adds each rule on its own; every other group is one condition."""
    table = table_of(group, holding)
    named = [(spot, rule) for spot, rule in enumerate(group.rules) if rule.variable]
    rules = [(spot, _comparison(rule, table)) for spot, rule in named]
    match group.kind:
        case Kind.ALL:
            for spot, document in rules:
                yield document, {"": (number, spot)}
        case Kind.ANY | Kind.NONE:
            if rules:
                yield _several(number, rules, denied=group.kind is Kind.NONE)
        case Kind.HAS | Kind.HAS_NOT:
            yield _rows(number, group, rules)


def _several(
    number: int, rules: list[tuple[int, Document]], *, denied: bool
) -> tuple[Document, dict[str, Place]]:
    if denied and len(rules) == 1:
        return {"not": rules[0][1]}, {"/not": (number, rules[0][0])}
    any_of: Document = {"any": [document for _, document in rules]}
    at = "/not/any" if denied else "/any"
    places = {f"{at}/{spot}": (number, rule) for spot, (rule, _) in enumerate(rules)}
    return ({"not": any_of} if denied else any_of), places


def _rows(
    number: int, group: Group, rules: list[tuple[int, Document]]
) -> tuple[Document, dict[str, Place]]:
    at = ("/not" if group.kind is Kind.HAS_NOT else "") + "/exists"
    places = {at: (number, -1)}
    where: Document | None = None
    if len(rules) == 1:
        where = rules[0][1]
        places[f"{at}/where"] = (number, rules[0][0])
    elif rules:
        where = {"all": [document for _, document in rules]}
        for spot, (rule, _) in enumerate(rules):
            places[f"{at}/where/all/{spot}"] = (number, rule)
    exists: Document = {"exists": {"table": group.table, "where": where}}
    return ({"not": exists} if group.kind is Kind.HAS_NOT else exists), places


def _comparison(rule: Rule, table: Table) -> Document:
    """Numbers are written as numbers, so that the same rule has the same hash however it came."""
    field = table.find_field(rule.variable)
    numeric = field is not None and field.type in NUMBERS
    values = [_value(text, numeric=numeric) for text in rule.values]
    document: Document = {"variable": rule.variable, "is": rule.op}
    if rule.op in {op.value for op in cohort.VALUELESS}:
        return document
    if rule.op == cohort.Op.IN:
        return {**document, "value": values}
    if rule.op == cohort.Op.BETWEEN:
        return {**document, "value": [*values, "", ""][:2]}
    return {**document, "value": values[0] if values else ""}


def _value(text: str, *, numeric: bool) -> int | str:
    return int(text) if numeric and WHOLE.fullmatch(text) else text
