"""Reads `datapackage.json` into a holding, naming every fault by its JSON Pointer."""

import re
from dataclasses import dataclass

from muniment.dataplane.spec import faults, fields, linked, relations
from muniment.dataplane.spec.holding import (
    Duo,
    Embargo,
    ForeignKey,
    Format,
    Holding,
    Kind,
    Table,
)
from muniment.dataplane.spec.reader import LARGEST_INTEGER, Reader
from muniment.dataplane.spec.specification import EDITION, HOLDING_ID, Level

PROFILE = re.compile(r"https://datapackage\.org/profiles/2\.\d+/datapackage\.json")
DUO_TERM = re.compile(r"DUO:[0-9]{7}")
UNIT = re.compile(r"[a-z][a-z -]{0,39}")
MOST_TABLES = 200
MOST_FIELDS = 3000
LONGEST_PATH = 400
# The protection that holds where a descriptor says nothing.
THRESHOLD, SIGMA, ROUNDING, MINIMUM_SIZE, K = 11, 10, 5, 100, 11
_OPTIONAL = [
    "years", "synthetic", "kind", "threshold", "noise_sigma", "rounding", "minimum_size",
    "level", "embargo", "duo", "k", "links", "cube",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ours:
    """A member of the package's `muniment` object and the reader that judges it."""

    reader: Reader
    members: dict[str, object]

    def whole(self, name: str, default: int, *, least: int) -> int:
        path = faults.at("/muniment", name)
        raw = self.members.get(name, default)
        return self.reader.whole(raw, path, least=least, most=LARGEST_INTEGER) or default


def read(document: object) -> Holding:
    """Plain JSON values in, a holding out; raises `faults.Faulty`."""
    holding, found = survey(document)
    if found or holding is None:
        raise faults.Faulty(found)
    return holding


def survey(document: object) -> tuple[Holding | None, tuple[faults.Fault, ...]]:
    """As much of a holding as can be read, with every fault: for a check that wants them all."""
    reader = Reader()
    holding = _holding(reader, document)
    return holding, reader.found()


def _holding(reader: Reader, document: object) -> Holding | None:
    required = ["$schema", "resources", "muniment"]
    package = reader.members(document, "", required=required, optional=None)
    if package is None:
        return None
    says = "use the profile of a Data Package of version 2"
    reader.pattern(package["$schema"], "/$schema", like=PROFILE, says=says)
    required = ["descriptor", "holding", "edition", "unit", "base_table"]
    ours = reader.members(package["muniment"], "/muniment", required=required, optional=_OPTIONAL)
    if ours is None:
        return None
    if type(ours["descriptor"]) is not int or ours["descriptor"] != 1:
        reader.fault("/muniment/descriptor", "unknown-version", "This program reads version 1.")
    kind = reader.choice(ours.get("kind", "loaded"), "/muniment/kind", Kind) or Kind.LOADED
    tables = _tables(reader, package["resources"], loaded=kind is Kind.LOADED)
    holding = _settings(reader, ours, kind, tables, _title(reader, package))
    relations.check(reader, holding)
    return holding


def _title(reader: Reader, package: dict[str, object]) -> str:
    return (reader.text(package["title"], "/title", most=500) or "") if "title" in package else ""


def _settings(
    reader: Reader, ours: dict[str, object], kind: Kind, tables: tuple[Table, ...], title: str
) -> Holding:
    whole = _Ours(reader, ours).whole
    says = "use small letters, digits and -"
    name = reader.pattern(ours["holding"], "/muniment/holding", like=HOLDING_ID, says=says)
    says = "use letters, digits, - and ."
    edition = reader.pattern(ours["edition"], "/muniment/edition", like=EDITION, says=says)
    level = reader.choice(ours.get("level", "record"), "/muniment/level", Level)
    synthetic = reader.truth(ours.get("synthetic", False), "/muniment/synthetic")
    return Holding(
        holding=name or "",
        edition=edition or "",
        title=title or name or "",
        unit=_unit(reader, ours["unit"], "/muniment/unit"),
        base_table=reader.text(ours["base_table"], "/muniment/base_table") or "",
        years=_years(reader, ours),
        synthetic=bool(synthetic),
        kind=kind,
        level=level or Level.AGGREGATE,
        threshold=whole("threshold", THRESHOLD, least=2),
        noise_sigma=whole("noise_sigma", SIGMA, least=1),
        rounding=whole("rounding", ROUNDING, least=1),
        minimum_size=whole("minimum_size", MINIMUM_SIZE, least=1),
        k=whole("k", K, least=2),
        embargo=_embargo(reader, ours),
        duo=_duo(reader, ours),
        tables=tables,
        links=linked.read(reader, ours.get("links", []), tables),
        cube=relations.cube(reader, ours.get("cube", [])),
    )


def _unit(reader: Reader, value: object, path: str) -> str:
    return reader.pattern(value, path, like=UNIT, says="use a noun such as person") or ""


def _years(reader: Reader, ours: dict[str, object]) -> tuple[int, int] | None:
    if "years" not in ours:
        return None
    path = "/muniment/years"
    items = reader.items(ours["years"], path, least=2, most=2)
    read = [reader.whole(item, path, least=1000, most=9999) for item in items]
    known = [year for year in read if year is not None]
    if len(known) != 2:
        return None
    if known[0] > known[1]:
        reader.fault(path, "wrong-order", "The first year comes after the last.")
    return known[0], known[1]


def _embargo(reader: Reader, ours: dict[str, object]) -> Embargo | None:
    if "embargo" not in ours:
        return None
    path = "/muniment/embargo"
    members = reader.members(ours["embargo"], path, required=["table", "field"], optional=[])
    if members is None:
        return None
    table = reader.text(members["table"], faults.at(path, "table"))
    field = reader.text(members["field"], faults.at(path, "field"))
    return Embargo(table or "", field or "")


def _duo(reader: Reader, ours: dict[str, object]) -> Duo:
    path = "/muniment/duo"
    optional = ["permission", "modifiers"]
    members = reader.members(ours.get("duo", {}), path, required=[], optional=optional) or {}
    says = "use a term such as DUO:0000042"
    permission = None
    if members.get("permission") is not None:
        where = faults.at(path, "permission")
        permission = reader.pattern(members["permission"], where, like=DUO_TERM, says=says)
    where = faults.at(path, "modifiers")
    items = reader.items(members.get("modifiers", []), where, least=0, most=40)
    read = [reader.pattern(item, where, like=DUO_TERM, says=says) for item in items]
    return Duo(permission, tuple(term for term in read if term is not None))


def _tables(reader: Reader, value: object, *, loaded: bool) -> tuple[Table, ...]:
    items = reader.items(value, "/resources", least=1, most=MOST_TABLES)
    read = [
        _table(reader, item, faults.at("/resources", place), loaded)
        for place, item in enumerate(items)
    ]
    return tuple(table for table in read if table is not None)


def _table(reader: Reader, value: object, path: str, loaded: bool) -> Table | None:
    needed = ["name", "schema", "muniment", *(["path"] if loaded else [])]
    members = reader.members(value, path, required=needed, optional=None)
    if members is None:
        return None
    here = faults.at(path, "muniment")
    ours = reader.members(members["muniment"], here, required=["unit"], optional=["person_key"])
    here = faults.at(path, "schema")
    schema = reader.members(members["schema"], here, required=["fields"], optional=None)
    name = reader.text(members["name"], faults.at(path, "name"))
    if ours is None or schema is None or name is None:
        return None
    place = None
    if "path" in members:
        place = _path(reader, members["path"], faults.at(path, "path"))
    for unread in ("dialect", "encoding"):
        _defaults_only(reader, members, path, unread)
    person_key = None
    if "person_key" in ours:
        person_key = reader.text(ours["person_key"], faults.at(path, "muniment", "person_key"))
    title = ""
    if "title" in members:
        title = reader.text(members["title"], faults.at(path, "title"), most=500) or ""
    return Table(
        name=name,
        title=title,
        path=place,
        format=_format(reader, members, place or "", path),
        unit=_unit(reader, ours["unit"], faults.at(path, "muniment", "unit")),
        person_key=person_key,
        primary_key=_names(reader, schema.get("primaryKey", []), faults.at(here, "primaryKey")),
        foreign_keys=_foreign_keys(reader, schema.get("foreignKeys", []), here, name),
        fields=_fields(reader, schema["fields"], faults.at(here, "fields")),
        missing_values=_missing(reader, schema, here),
    )


def _fields(reader: Reader, value: object, path: str) -> tuple[fields.Field, ...]:
    items = reader.items(value, path, least=1, most=MOST_FIELDS)
    read = [fields.read(reader, item, faults.at(path, place)) for place, item in enumerate(items)]
    return tuple(field for field in read if field is not None)


def _path(reader: Reader, value: object, path: str) -> str | None:
    """Inside the folder, one plain file: what an engine would open must be what we checked."""
    if isinstance(value, list):
        reader.fault(path, "unsupported", "Name one file; a table in several files is not read.")
        return None
    text = reader.text(value, path, most=LONGEST_PATH)
    if text is None:
        return None
    steps = text.split("/")
    if "://" in text or text.startswith(("/", "~")) or "\\" in text or ":" in steps[0]:
        reader.fault(path, "unsafe-path", f"{faults.quoted(text)} must be a file in this folder.")
    elif any(step in ("", ".", "..") for step in steps):
        reader.fault(path, "unsafe-path", f"{faults.quoted(text)} must not contain .. or . steps.")
    elif any(letter in text for letter in "*?[]{}"):
        reader.fault(path, "unsafe-path", f"{faults.quoted(text)} must name one file, no pattern.")
    else:
        return text
    return None


def _format(reader: Reader, members: dict[str, object], place: str, path: str) -> Format:
    word = members.get("format", place.rpartition(".")[2].lower() if "." in place else "csv")
    return reader.choice(word, faults.at(path, "format"), Format) or Format.CSV


def _defaults_only(reader: Reader, members: dict[str, object], path: str, name: str) -> None:
    allowed: dict[str, tuple[object, ...]] = {
        "dialect": ({}, {"delimiter": ","}, {"header": True}, {"delimiter": ",", "header": True}),
        "encoding": ("utf-8", "UTF-8", "utf8"),
    }
    if name in members and members[name] not in allowed[name]:
        message = "Only UTF-8 files with a header, commas and double quotes are read."
        reader.fault(faults.at(path, name), "unsupported", message)


def _names(reader: Reader, value: object, path: str) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else reader.items(value, path, least=0, most=20)
    read = [reader.text(item, path) for item in items]
    return tuple(name for name in read if name is not None)


def _foreign_keys(reader: Reader, value: object, path: str, name: str) -> tuple[ForeignKey, ...]:
    keys = []
    here = faults.at(path, "foreignKeys")
    for place, item in enumerate(reader.items(value, here, least=0, most=20)):
        path = faults.at(here, place)
        members = reader.members(item, path, required=["fields", "reference"], optional=None)
        target = members and reader.members(
            members["reference"], faults.at(path, "reference"), required=["fields"], optional=None
        )
        if not members or not target:
            continue
        columns = _names(reader, members["fields"], faults.at(path, "fields"))
        names = _names(reader, target["fields"], faults.at(path, "reference", "fields"))
        if len(columns) != len(names) or not columns:
            message = "A foreign key needs as many columns as it points at."
            reader.fault(path, "wrong-length", message)
            continue
        table = target.get("resource") or name  # the standard: empty means the same table
        if isinstance(table, str):
            keys.append(ForeignKey(columns, table, names))
        else:
            reader.fault(faults.at(path, "reference"), "wrong-type", "Name the table as text.")
    return tuple(keys)


def _missing(reader: Reader, schema: dict[str, object], path: str) -> tuple[str, ...]:
    """The standard's default: only the empty cell is missing; NA is a word like any other."""
    here = faults.at(path, "missingValues")
    words = []
    for item in reader.items(schema.get("missingValues", [""]), here, least=0, most=50):
        word = item.get("value") if isinstance(item, dict) else item
        if isinstance(word, str) and len(word) <= 100 and "\x00" not in word:
            words.append(word)
        else:
            reader.fault(here, "wrong-type", f"{faults.quoted(word)} cannot be a missing value.")
    return tuple(words)
