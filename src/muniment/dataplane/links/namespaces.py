"""Where a value is defined: columns that hold the same things share codes, others never do.

Within a holding its relations say so. Two holdings of one linked group share the codes of a key
that one of them declares to be the other's, and of nothing else, however alike their values look.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from muniment.dataplane import links
from muniment.dataplane.spec import holding, linked, specification

UNIT = "unit"
Spot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """How the namespaces of one holding are called in its group of linked parts.

    `holding` is empty where the group is of one holding: then they keep their own names.
    """

    holding: str = ""
    shared: Mapping[Spot, str] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, namespace: str) -> str:
        if not self.holding:
            return namespace
        return self.shared.get((self.holding, namespace), f"{self.holding} {namespace}")


ALONE = Names()


def of_group(
    asked: specification.Specification, part: specification.Part, known: holding.Holdings
) -> Names:
    """The names for a part, the same from whichever part of its group they are looked at.

    `known` are the holdings of the specification, those of other lines too.
    """
    group = [each for each in asked.parts if each.id in links.group_of(asked, part.id)]
    names = {each.holding for each in group}
    if len(names) == 1:
        return ALONE
    keys = sorted({(each.holding, each.edition) for each in group})
    sources = [known[key] for key in keys if key in known]
    return Names(part.holding, {spot: _named(spots, names) for spots in _tied(sources)
                                for spot in spots})  # fmt: skip


def beside(
    asked: specification.Specification, part: specification.Part, known: holding.Holdings
) -> Iterator[tuple[specification.Part, bool]]:
    """The parts with rows that are linked to this one and lie in another holding or edition.

    With each, whether the units of both are found in one another by their codes.
    """
    if part.level is not specification.Level.RECORD:
        return
    key, group = (part.holding, part.edition), links.group_of(asked, part.id)
    mine = of_group(asked, part, known).of(UNIT)
    for other in asked.parts:
        there = other.holding, other.edition
        has_rows = other.level is specification.Level.RECORD
        if has_rows and there != key and there in known and other.id in group:
            yield other, of_group(asked, other, known).of(UNIT) == mine


def defined(source: holding.Holding, table: holding.Table, name: str) -> str:
    """Where a column's values are defined: a foreign key shares the codes of what it points at."""
    seen: set[tuple[str, str]] = set()
    while (table.name, name) not in seen:
        seen.add((table.name, name))
        if name in holding.person_columns(source, table):
            return UNIT
        for key in table.foreign_keys:
            if key.fields == (name,):
                table, name = source.get_table(key.table), key.references[0]
                break
    return f"field {table.name}.{name}"


def _tied(sources: list[holding.Holding]) -> list[frozenset[Spot]]:
    """The namespaces that declared links make one."""
    found: list[frozenset[Spot]] = []
    for one in sources:
        for other in sources:
            for link in linked.links_of(one, other):
                here = defined(one, one.get_table(link.table), link.field)
                there = defined(other, other.get_table(link.their_table), link.their_field)
                pair = frozenset({(one.holding, here), (other.holding, there)})
                met = [each for each in found if each & pair]
                found = [each for each in found if not each & pair]
                found.append(pair.union(*met))
    return found


def _named(spots: frozenset[Spot], holdings: set[str]) -> str:
    """Where it is the unit of them all, as it is called in one holding alone."""
    if {name for name, namespace in spots if namespace == UNIT} == holdings:
        return UNIT
    return " ".join(min(spots))
