"""The tables of a mapping file: sources, and where each field's cells come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muniment.dataplane.loading import paths, wanted
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.reader import Reader

MOST_FILES = 10_000
MOST_CODES = 5_000
_TABLE = ["files", "format", "encoding", "dialect", "columns", "rows"]
_COLUMN = [
    "column", "path", "row_number", "constant", "codes", "date", "decimal", "group", "trim",
]  # fmt: skip
_ROWS = ["resource", "each", "for_each", "where"]
_DATE_SIGNS = frozenset("YymdbBHIMSpfzjTZ%")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a mapping says of one table; `members` override those of its resource."""

    files: tuple[str, ...] = ()
    members: Mapping[str, Any] = field(default_factory=dict, hash=False)
    takes: Mapping[str, wanted.Take] = field(default_factory=dict, hash=False)
    view: wanted.View | None = None


def tables(reader: Reader, document: Mapping[str, Any], source: Holding) -> dict[str, Entry]:
    """Entries by table; a mapping may leave a table to its resource."""
    if not document:
        return {}
    reader.members(
        document,
        "",
        required=["muniment_mapping"],
        optional=["descriptor", "tables", "title", "description"],
    )
    listed = document.get("tables", {})
    if not isinstance(listed, dict):
        reader.fault("/tables", "wrong-type", "This must be an object with a member for a table.")
        return {}
    found = {}
    for name, value in listed.items():
        path = faults.at("/tables", name)
        table = source.find_table(name)
        if table is None:
            reader.fault(path, "unknown-table", f"The descriptor has no table {name}.")
            continue
        members = reader.members(value, path, required=[], optional=_TABLE)
        if members is not None:
            known = {each.name for each in table.fields}
            found[name] = _entry(reader, members, path, known)
    return found


def _entry(reader: Reader, members: Mapping[str, Any], path: str, known: set[str]) -> Entry:
    files_ = members.get("files", [])
    listed = [files_] if isinstance(files_, str) else files_
    view = _view(reader, members["rows"], faults.at(path, "rows")) if "rows" in members else None
    takes = {}
    columns = members.get("columns", {})
    where = faults.at(path, "columns")
    if not isinstance(columns, dict):
        reader.fault(where, "wrong-type", "This must be an object with a member for a field.")
        columns = {}
    for name, value in columns.items():
        here = faults.at(where, name)
        if name not in known:
            reader.fault(here, "unknown-variable", f"The descriptor has no field {name} here.")
            continue
        takes[name] = _take(reader, value, here, json=view is not None)
    if columns or view is not None:
        for name in sorted(known - columns.keys()):
            message = f"The mapping does not say where {name} comes from."
            reader.fault(where, "missing-member", message)
    return Entry(
        files=files(reader, listed, faults.at(path, "files")) if listed else (),
        members={
            each: members[each] for each in ("format", "encoding", "dialect") if each in members
        },
        takes=takes,
        view=view,
    )


def files(reader: Reader, listed: list[Any], path: str) -> tuple[str, ...]:
    """Names or patterns inside the sources; nothing that leads out of them."""
    read = []
    for item in reader.items(listed, path, least=1, most=MOST_FILES):
        name = reader.text(item, path, most=400)
        if name is None:
            continue
        if name.startswith(("/", "~")) or ".." in name.split("/") or "\\" in name or "://" in name:
            message = f"{faults.quoted(name)} must be a file inside the sources."
            reader.fault(path, "unsafe-path", message)
        else:
            read.append(name)
    return tuple(read)


def pattern(reader: Reader, value: object, path: str) -> str | None:
    """A strptime pattern without surprises."""
    written = reader.text(value, path, most=40)
    if written is None:
        return None
    signs = [written[place + 1 : place + 2] for place, sign in enumerate(written) if sign == "%"]
    if "%" not in written or not set(signs) <= _DATE_SIGNS:
        message = f"{faults.quoted(written)} is no pattern for dates such as %d/%m/%Y."
        reader.fault(path, "wrong-form", message)
        return None
    return written


def _take(reader: Reader, value: object, path: str, *, json: bool) -> wanted.Take:
    """A name alone is a column, or a path where rows come from JSON."""
    if isinstance(value, str):
        value = {"path" if json else "column": value}
    members = reader.members(value, path, required=[], optional=_COLUMN)
    if members is None:
        return wanted.Take()
    ways = [way for way in ("column", "path", "row_number", "constant") if way in members]
    if len(ways) != 1:
        message = "Say one of column, path, row_number and constant."
        reader.fault(path, "wrong-length", message)
    codes = members.get("codes", {})
    if not isinstance(codes, dict) or len(codes) > MOST_CODES:
        reader.fault(faults.at(path, "codes"), "wrong-type", "This must be an object of texts.")
        codes = {}
    date = members.get("date")
    written = members.get("path")
    return wanted.Take(
        column=_text(reader, members, path, "column"),
        path=None if written is None else _path(reader, written, faults.at(path, "path")),
        row_number=members.get("row_number") is True,
        constant=_text(reader, members, path, "constant"),
        codes={str(code): str(text) for code, text in codes.items()},
        date=None if date is None else pattern(reader, date, faults.at(path, "date")),
        decimal=_text(reader, members, path, "decimal") or ".",
        group=_text(reader, members, path, "group") or "",
        trim=members.get("trim") is True,
    )


def _text(reader: Reader, members: Mapping[str, Any], path: str, name: str) -> str | None:
    return reader.text(members[name], faults.at(path, name)) if name in members else None


def _view(reader: Reader, value: object, path: str) -> wanted.View | None:
    members = reader.members(value, path, required=[], optional=_ROWS)
    if members is None:
        return None
    if ("resource" in members) == ("each" in members):
        reader.fault(path, "wrong-length", "Say one of resource and each.")
        return None
    kept = members.get("where", [])
    listed = [kept] if isinstance(kept, str) else kept
    where = faults.at(path, "where")
    items = reader.items(listed, where, least=0, most=20)
    read = [_path(reader, item, where) for item in items]
    return wanted.View(
        resource=_text(reader, members, path, "resource"),
        each=_path_in(reader, members, path, "each"),
        for_each=_path_in(reader, members, path, "for_each"),
        where=tuple(each for each in read if each is not None),
    )


def _path_in(reader: Reader, members: Mapping[str, Any], path: str, name: str) -> paths.Path | None:
    return _path(reader, members[name], faults.at(path, name)) if name in members else None


def _path(reader: Reader, value: object, path: str) -> paths.Path | None:
    if not isinstance(value, str):
        reader.fault(path, "wrong-type", f"A path is text, not {faults.quoted(value)}.")
        return None
    try:
        return paths.parse(value)
    except ValueError as error:
        reader.fault(path, "wrong-path", str(error))
        return None
