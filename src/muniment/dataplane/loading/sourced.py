"""How one table's source is written, as its resource and its entry in a mapping say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from muniment.dataplane.loading import mapped, wanted
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.fields import Sensitivity
from muniment.dataplane.spec.holding import Table
from muniment.dataplane.spec.reader import Reader
from muniment.dataplane.spec.values import FieldType

_DIALECT = [
    "delimiter", "quoteChar", "doubleQuote", "escapeChar", "skipInitialSpace", "header",
    "headerRows", "commentChar", "commentRows", "sheetName", "sheetNumber", "$schema",
    "lineTerminator", "name",
]  # fmt: skip
# Encodings in which one byte can be told from the next, and UTF-16, which says so by its mark.
ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "ascii": "ascii", "us-ascii": "ascii",
    "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
    "windows-1252": "cp1252", "cp1252": "cp1252", "windows-1250": "cp1250", "cp1250": "cp1250",
    "windows-1251": "cp1251", "cp1251": "cp1251", "cp437": "cp437", "cp850": "cp850",
    "macintosh": "mac_roman", "shift_jis": "shift_jis", "gb18030": "gb18030",
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (1, 2, 3, 4, 5, 7, 9, 10, 13, 15)},
    "latin-1": "iso8859-1", "latin1": "iso8859-1",
}  # fmt: skip


def table(
    reader: Reader,
    declared: Table,
    resource: Mapping[str, Any],
    path: str,
    own: mapped.Entry | None,
) -> wanted.Wanted:
    """Faults go to the reader; what it returns is then of no use."""
    own = own or mapped.Entry()
    told = {**resource, **own.members}
    files = own.files or _files(reader, resource, path)
    fields = {each["name"]: each for each in resource["schema"]["fields"]}
    takes = {
        name: _formatted(reader, entry, own.takes.get(name, wanted.Take(column=name)), path)
        for name, entry in fields.items()
    }
    return wanted.Wanted(
        name=declared.name,
        path=declared.path or "",
        files=files,
        kind=_kind(reader, told, path) if "format" in told else None,
        encoding=_encoding(reader, told, path),
        dialect=_dialect(reader, told.get("dialect", {}), faults.at(path, "dialect")),
        match=_match(reader, resource["schema"], path) if not own.takes else wanted.Match.SUBSET,
        takes=takes,
        kinds={field.name: field.type.value for field in declared.fields},
        direct=frozenset(
            field.name for field in declared.fields if field.sensitivity is Sensitivity.DIRECT
        ),
        view=own.view,
    )


def _files(reader: Reader, resource: Mapping[str, Any], path: str) -> tuple[str, ...]:
    named = resource.get("path", [])
    listed = [named] if isinstance(named, str) else named
    if not isinstance(listed, list) or not listed:
        message = "Say which file the table comes from: give a path, or name files in a mapping."
        reader.fault(faults.at(path, "path"), "missing-member", message)
        return ()
    return mapped.files(reader, listed, faults.at(path, "path"))


def _kind(reader: Reader, told: Mapping[str, Any], path: str) -> wanted.Kind | None:
    word = told["format"]
    if isinstance(word, str) and word.lower() in wanted.ENDINGS:
        return wanted.ENDINGS[word.lower()]
    return reader.choice(word, faults.at(path, "format"), wanted.Kind)


def _encoding(reader: Reader, told: Mapping[str, Any], path: str) -> str | None:
    """None where nothing is said: then the byte order mark decides, else it is UTF-8."""
    if "encoding" not in told:
        return None
    word = str(told["encoding"]).lower().replace("_", "-")
    found = ENCODINGS.get(word) or ENCODINGS.get(word.replace("-", "_"))
    if found is None:
        shown = faults.quoted(told["encoding"])
        message = f"{shown} is no encoding we read; use utf-8, windows-1252 or another common one."
        reader.fault(faults.at(path, "encoding"), "unsupported", message)
    return found


def _match(reader: Reader, schema: Mapping[str, Any], path: str) -> wanted.Match:
    """The standard's default is exact; it writes the word inside a list."""
    said = schema.get("fieldsMatch", "exact")
    word = said[0] if isinstance(said, list) and len(said) == 1 else said
    where = faults.at(path, "schema", "fieldsMatch")
    return reader.choice(word, where, wanted.Match) or wanted.Match.EXACT


def _dialect(reader: Reader, value: object, path: str) -> wanted.Dialect:
    members = reader.members(value, path, required=[], optional=_DIALECT)
    if members is None:
        return wanted.Dialect()
    usual = wanted.Dialect()
    header = members.get("header", True) is not False
    row = _header_row(reader, members, path)
    return wanted.Dialect(
        delimiter=_sign(reader, members, path, "delimiter", usual.delimiter) or ",",
        quote=_sign(reader, members, path, "quoteChar", usual.quote) or '"',
        double_quote=members.get("doubleQuote", True) is not False,
        escape=_sign(reader, members, path, "escapeChar", None),
        skip_space=members.get("skipInitialSpace", False) is True,
        header=header,
        header_row=row,
        comment=_sign(reader, members, path, "commentChar", None),
        sheet=_sheet(reader, members, path),
    )


def _header_row(reader: Reader, members: Mapping[str, object], path: str) -> int:
    """Rows above the header are notes, whether they are declared as comments or not."""
    notes = _rows(reader, members, path, "commentRows")
    header = _rows(reader, members, path, "headerRows")
    if len(header) > 1:
        message = "A header of several rows is not read; name one row."
        reader.fault(faults.at(path, "headerRows"), "unsupported", message)
    row = header[0] if header else 1
    if not header:
        while row in notes:
            row += 1
    if any(note > row for note in notes):
        message = "Comments below the header are told by commentChar, not by their row."
        reader.fault(faults.at(path, "commentRows"), "unsupported", message)
    return row


def _rows(reader: Reader, members: Mapping[str, object], path: str, name: str) -> list[int]:
    if name not in members:
        return []
    here = faults.at(path, name)
    items = reader.items(members[name], here, least=0, most=1000)
    read = [reader.whole(item, here, least=1, most=10_000) for item in items]
    return sorted(row for row in read if row is not None)


def _sign(
    reader: Reader, members: Mapping[str, object], path: str, name: str, usual: str | None
) -> str | None:
    if name not in members:
        return usual
    sign = members[name]
    if isinstance(sign, str) and len(sign) == 1 and sign not in "\r\n\x00":
        return sign
    reader.fault(faults.at(path, name), "wrong-form", "This must be one sign.")
    return usual


def _sheet(reader: Reader, members: Mapping[str, object], path: str) -> str | int:
    if "sheetName" in members:
        return reader.text(members["sheetName"], faults.at(path, "sheetName")) or ""
    number = members.get("sheetNumber", 1)
    return reader.whole(number, faults.at(path, "sheetNumber"), least=1, most=10_000) or 1


def _formatted(
    reader: Reader, entry: Mapping[str, Any], take: wanted.Take, path: str
) -> wanted.Take:
    """A field's own `format`, `decimalChar` and `groupChar`."""
    where = faults.at(path, "schema", "fields", entry["name"])
    pattern = entry.get("format", "default")
    if pattern != "default" and take.date is None:
        if entry["type"] not in (FieldType.DATE, FieldType.DATETIME, FieldType.STRING):
            message = "Only dates and times have a format of their own."
            reader.fault(faults.at(where, "format"), "unsupported", message)
        elif entry["type"] != FieldType.STRING:
            take = replace(take, date=mapped.pattern(reader, pattern, faults.at(where, "format")))
    decimal = entry.get("decimalChar", take.decimal)
    group = entry.get("groupChar", take.group)
    for name, sign in (("decimalChar", decimal), ("groupChar", group)):
        if not isinstance(sign, str) or len(sign) > 1:
            reader.fault(faults.at(where, name), "wrong-form", "This must be one sign.")
            return take
    return replace(take, decimal=decimal or ".", group=group)
