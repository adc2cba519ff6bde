"""The keys by which a holding's units may be found again in other holdings of its programme.

Declaring a link lets nobody join: a specification must ask for it, and its terms say so. What no
holding declares, no specification can have.
"""

from collections.abc import Iterator

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Holding, Link, Table
from muniment.dataplane.spec.reader import Reader
from muniment.dataplane.spec.specification import HOLDING_ID

MOST_LINKS = 50
_MEMBERS = ["holding", "table", "field", "their_table", "their_field"]


def read(reader: Reader, value: object, tables: tuple[Table, ...]) -> tuple[Link, ...]:
    """The entries of the package's `muniment.links`; their own side must exist here."""
    path = "/muniment/links"
    links = []
    for place, item in enumerate(reader.items(value, path, least=0, most=MOST_LINKS)):
        here = faults.at(path, place)
        members = reader.members(item, here, required=_MEMBERS, optional=[])
        if members is None:
            continue
        says = "use small letters, digits and -"
        where = faults.at(here, "holding")
        other = reader.pattern(members["holding"], where, like=HOLDING_ID, says=says)
        named = [reader.text(members[each], faults.at(here, each)) for each in _MEMBERS[1:]]
        if other is None or None in named:
            continue
        link = Link(other, *(name or "" for name in named))
        own = next((table for table in tables if table.name == link.table), None)
        if own is None or own.find_field(link.field) is None:
            shown = faults.quoted(f"{link.table}.{link.field}")
            reader.fault(here, "unknown-variable", f"There is no column {shown} to link by.")
        links.append(link)
    return tuple(links)


def links_of(one: Holding, other: Holding) -> Iterator[Link]:
    """The links that one holding declares to another, where the other has the column they name."""
    for link in one.links:
        theirs = other.find_table(link.their_table) if link.holding == other.holding else None
        if theirs is not None and theirs.find_field(link.their_field) is not None:
            yield link
