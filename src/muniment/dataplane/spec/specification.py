"""The data specification: what was asked for, frozen, with one hash over all and one per part.

Canonical form is RFC 8785. Optional members that were left out are written with their default,
so a document and its fuller spelling have the same hash.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import rfc8785

from muniment.dataplane.spec import cohort, derived, faults, jsontext, measures, sentences
from muniment.dataplane.spec.derived import Derived
from muniment.dataplane.spec.measures import Measure
from muniment.dataplane.spec.reader import Reader

VERSION = 1
MOST_PARTS = 20
MOST_TABLES = 50
MOST_VARIABLES = 500
MOST_GROUPS = 3
LONGEST_REASON = 2000
PART_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
HOLDING_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
EDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")


class Level(StrEnum):
    """Rows about single units, or numbers about groups of them."""

    RECORD = "record"
    AGGREGATE = "aggregate"


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked of one holding edition; `group_by` is empty at record level."""

    id: str
    holding: str
    edition: str
    level: Level
    tables: tuple[Table, ...]
    cohort: cohort.Node | None
    group_by: tuple[str, ...]
    derived: tuple[Derived, ...] = ()
    measures: tuple[Measure, ...] = ()

    def document(self) -> dict[str, object]:
        shape: dict[str, object] = {
            "id": self.id,
            "holding": self.holding,
            "edition": self.edition,
            "level": self.level.value,
            "tables": [
                {
                    "name": table.name,
                    "variables": [{"name": v.name, "reason": v.reason} for v in table.variables],
                }
                for table in self.tables
            ],
            "cohort": cohort.whole(self.cohort),
        }
        if self.level is Level.AGGREGATE:
            shape["group_by"] = list(self.group_by)
        if self.derived:  # absent from documents older than the member, whose hash must stay
            shape["derived"] = [derived.document(each) for each in self.derived]
        if self.measures:
            shape["measures"] = [each.document() for each in self.measures]
        return shape

    @property
    def hash(self) -> str:
        return digest(self.document())

    def sentence(self) -> str:
        return sentences.part(self)


@dataclass(frozen=True, slots=True)
class Link:
    """Parts that the applicant wants joined, and why."""

    parts: tuple[str, ...]
    reason: str

    def document(self) -> dict[str, object]:
        return {"parts": list(self.parts), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Specification:
    parts: tuple[Part, ...]
    links: tuple[Link, ...]

    def document(self) -> dict[str, object]:
        """Plain JSON values; `parse` of them gives this specification back."""
        return {
            "muniment_specification": VERSION,
            "parts": [part.document() for part in self.parts],
            "links": [link.document() for link in self.links],
        }

    def canonical(self) -> bytes:
        """RFC 8785 bytes: what is hashed, stored and signed."""
        return canonical(self.document())

    @property
    def hash(self) -> str:
        return digest(self.document())

    @property
    def part_hashes(self) -> dict[str, str]:
        """Part id to hash, in the order of the parts."""
        return {part.id: part.hash for part in self.parts}

    def get_part(self, part_id: str) -> Part:
        """Raises `KeyError` for an id that is not here."""
        for part in self.parts:
            if part.id == part_id:
                return part
        raise KeyError(part_id)

    def sentence(self) -> str:
        """The whole request in plain English, for the page, the agreement and the register."""
        return sentences.whole(self)


def digest(document: object) -> str:
    """`sha256:<hex>` over the RFC 8785 form of plain JSON values."""
    return "sha256:" + hashlib.sha256(canonical(document)).hexdigest()


def canonical(document: object) -> bytes:
    """RFC 8785 bytes of plain JSON values."""
    return rfc8785.dumps(document)  # type: ignore[arg-type]  # it names its JSON type privately


def parse(data: object) -> Specification:
    """Read a specification from JSON bytes, JSON text or plain values.

    Refuses it whole: raises `faults.Faulty` with every fault found and its JSON Pointer.
    """
    document = jsontext.load(data) if isinstance(data, bytes | str) else data
    reader = Reader()
    read = _specification(reader, document)
    reader.finish()
    return read


def _specification(reader: Reader, document: object) -> Specification:
    required = ["muniment_specification", "parts"]
    members = reader.members(document, "", required=required, optional=["links"])
    if members is None:
        return Specification((), ())
    if type(members["muniment_specification"]) is not int or (
        members["muniment_specification"] != VERSION
    ):
        message = f"This program reads version {VERSION} of a specification."
        reader.fault("/muniment_specification", "unknown-version", message)
    raw = reader.items(members["parts"], "/parts", least=1, most=MOST_PARTS)
    read = [_part(reader, item, faults.at("/parts", place)) for place, item in enumerate(raw)]
    parts = tuple(part for part in read if part is not None)
    links = _links(reader, members.get("links", []), {part.id for part in parts})
    _once(reader, [part.id for part in parts], "/parts", "part id")
    return Specification(parts, links)


def _part(reader: Reader, value: object, path: str) -> Part | None:
    required = ["id", "holding", "edition", "level", "tables"]
    optional = ["cohort", "group_by", "derived", "measures"]
    members = reader.members(value, path, required=required, optional=optional)
    if members is None:
        return None
    here = partial(faults.at, path)
    says = "use small letters, digits, - and _, and start with a letter"
    part_id = reader.pattern(members["id"], here("id"), like=PART_ID, says=says)
    says = "use small letters, digits and -"
    holding = reader.pattern(members["holding"], here("holding"), like=HOLDING_ID, says=says)
    says = "use letters, digits, - and ."
    edition = reader.pattern(members["edition"], here("edition"), like=EDITION, says=says)
    level = reader.choice(members["level"], here("level"), Level)
    tables = _tables(reader, members["tables"], here("tables"), level)
    group_by = _group_by(reader, members, path, level)
    node = None
    if members.get("cohort") is not None:
        node = cohort.CohortReader(reader).node(members["cohort"], here("cohort"))
    computed = derived.read(reader, members.get("derived", []), here("derived"))
    _once(reader, [each.name for each in computed], here("derived"), "variable")
    measured: tuple[Measure, ...] = ()
    if "measures" in members:
        measured = measures.read(reader, members["measures"], here("measures"), level=level)
    if part_id is None or holding is None or edition is None or level is None:
        return None
    return Part(part_id, holding, edition, level, tables, node, group_by, computed, measured)


def _tables(reader: Reader, value: object, path: str, level: Level | None) -> tuple[Table, ...]:
    """An aggregate part may name no table: its answer is numbers, not columns."""
    least = 0 if level is Level.AGGREGATE else 1
    tables = []
    for place, item in enumerate(reader.items(value, path, least=least, most=MOST_TABLES)):
        here = faults.at(path, place)
        members = reader.members(item, here, required=["name", "variables"], optional=[])
        if members is None:
            continue
        name = reader.text(members["name"], faults.at(here, "name"))
        variables = _variables(reader, members["variables"], faults.at(here, "variables"))
        if name is not None:
            tables.append(Table(name, variables))
    _once(reader, [table.name for table in tables], path, "table")
    return tuple(tables)


def _variables(reader: Reader, value: object, path: str) -> tuple[Variable, ...]:
    variables = []
    for place, item in enumerate(reader.items(value, path, least=1, most=MOST_VARIABLES)):
        here = faults.at(path, place)
        members = reader.members(item, here, required=["name", "reason"], optional=[])
        if members is None:
            continue
        name = reader.text(members["name"], faults.at(here, "name"))
        reason = reader.text(
            members["reason"], faults.at(here, "reason"), most=LONGEST_REASON, lines=True
        )
        if name is not None and reason is not None:
            variables.append(Variable(name, reason))
    _once(reader, [variable.name for variable in variables], path, "variable")
    return tuple(variables)


def _group_by(
    reader: Reader, members: dict[str, object], path: str, level: Level | None
) -> tuple[str, ...]:
    if "group_by" not in members:
        return ()
    here = faults.at(path, "group_by")
    if level is Level.RECORD:
        message = "Only an aggregate part can be grouped; leave group_by out."
        reader.fault(here, "unexpected-value", message)
        return ()
    items = reader.items(members["group_by"], here, least=0, most=MOST_GROUPS)
    read = [reader.text(item, faults.at(here, place)) for place, item in enumerate(items)]
    names = [name for name in read if name is not None]
    _once(reader, names, here, "variable")
    return tuple(names)


def _links(reader: Reader, value: object, part_ids: set[str]) -> tuple[Link, ...]:
    links = []
    for place, item in enumerate(reader.items(value, "/links", least=0, most=MOST_PARTS)):
        path = faults.at("/links", place)
        members = reader.members(item, path, required=["parts", "reason"], optional=[])
        if members is None:
            continue
        here = faults.at(path, "parts")
        raw = reader.items(members["parts"], here, least=2, most=MOST_PARTS)
        read = [reader.text(entry, faults.at(here, spot)) for spot, entry in enumerate(raw)]
        named = [name for name in read if name is not None]
        for name in named:
            if name not in part_ids:
                message = f"There is no part {faults.quoted(name)} to link."
                reader.fault(here, "unknown-part", message)
        _once(reader, named, here, "part")
        where = faults.at(path, "reason")
        reason = reader.text(members["reason"], where, most=LONGEST_REASON, lines=True)
        links.append(Link(tuple(named), reason or ""))
    return tuple(links)


def _once(reader: Reader, names: list[str], path: str, what: str) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.fault(path, "duplicate", f"The {what} {faults.quoted(name)} is named twice.")
