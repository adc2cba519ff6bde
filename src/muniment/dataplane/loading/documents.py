"""Reads a loading descriptor and a mapping, and says what is wrong with either, by file and place.

A loading descriptor is the `datapackage.json` the edition will have, except that its paths name
source files and that `encoding`, `dialect`, `format` and a field's own format say how these are
written: all members of the Data Package standard. A mapping names a descriptor, and for each of
its tables the sources and, field by field, where the cells come from.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

from muniment.dataplane import refusals
from muniment.dataplane.loading import mapped, sourced, wanted
from muniment.dataplane.spec import descriptor, faults, holding, jsontext
from muniment.dataplane.spec.reader import Reader

MAPPING = "muniment_mapping"
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
# What says how a source is written, and is no longer true of the edition.
_OF_SOURCES = (
    "path", "data", "format", "mediatype", "encoding", "dialect", "bytes", "hash", "profile",
    "$schema", "type",
)  # fmt: skip
_OF_FIELDS = ("format", "decimalChar", "groupChar", "bareNumber")


def read(place: Path | None, mapping: Path | None) -> wanted.Asked:
    """What to load. Raises `faults.Faulty`, or `Refused` for a file that cannot be read."""
    mapped_document: dict[str, Any] = {}
    if mapping is not None:
        mapped_document = _object(mapping)
        if mapped_document.get(MAPPING) != 1:
            message = f'{mapping.name} is no mapping: "{MAPPING}" must be 1.'
            raise faults.Faulty([faults.Fault("", "unknown-version", message)])
    return _asked(_descriptor(place, mapping, mapped_document), mapped_document)


def write(folder: Path, document: dict[str, Any]) -> None:
    """The descriptor of a folder."""
    content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / holding.DESCRIPTOR).write_text(content, encoding="utf-8")


def _descriptor(
    place: Path | None, mapping: Path | None, mapped_document: dict[str, Any]
) -> dict[str, Any]:
    named = mapped_document.get("descriptor")
    if place is not None:
        return _object(place)
    if isinstance(named, dict):
        return named
    if isinstance(named, str) and mapping is not None:
        return _object(mapping.parent / named)
    message = "Say which descriptor the edition will have: give a file, or name it in the mapping."
    raise refusals.refused("no-descriptor", message)


def _object(place: Path) -> dict[str, Any]:
    try:
        content = place.read_bytes()
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror or error}."
        raise refusals.refused("no-descriptor", message) from None
    try:
        document = _parsed(place, content)
    except faults.Faulty as faulty:
        listed = [faults.Fault(f.path, f.code, f"{place.name}: {f.message}") for f in faulty.faults]
        raise faults.Faulty(listed) from None
    if not isinstance(document, dict):
        message = f"{place.name} must hold one object with members."
        raise faults.Faulty([faults.Fault("", "wrong-type", message)])
    return document


def _parsed(place: Path, content: bytes) -> object:
    if place.suffix.lower() not in (".yaml", ".yml"):
        return jsontext.load(content, floats=True)
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(content) > jsontext.LARGEST_BYTES or content.count(b"&") > 1000:
        raise faults.Faulty([faults.Fault("", "too-large", "This file is too large to read.")])
    try:
        loaded = YAML(typ="safe", pure=True).load(content.decode("utf-8"))
        # Only what JSON can say, and no anchors that grow when they are written out.
        return jsontext.load(json.dumps(loaded), floats=True)
    except (YAMLError, UnicodeDecodeError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, faults.Faulty):
            raise
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f" near line {mark.line + 1}"
        message = f"This is no YAML that can be read{line}."
        raise faults.Faulty([faults.Fault("", "not-yaml", message)]) from None


def _asked(document: dict[str, Any], mapped_document: dict[str, Any]) -> wanted.Asked:
    reader = Reader()
    final = _final(document)
    source, said = descriptor.survey(final)
    reader.faults.extend(said)
    if source is None or reader.faults:
        raise faults.Faulty(reader.found())
    tables_of = mapped.tables(reader, mapped_document, source)
    tables = []
    for place, (table, resource) in enumerate(
        zip(source.tables, document["resources"], strict=True)
    ):
        path = faults.at("/resources", place)
        own = tables_of.get(table.name)
        tables.append(sourced.table(reader, table, resource, path, own))
    reader.finish()
    return wanted.Asked(final, tuple(tables))


def _final(document: dict[str, Any]) -> dict[str, Any]:
    """The descriptor with one Parquet file for each table, and nothing about sources."""
    final = copy.deepcopy(document)
    resources = final.get("resources")
    if not isinstance(resources, list):
        return final
    for place, resource in enumerate(resources):
        if not isinstance(resource, dict):
            continue
        for member in _OF_SOURCES:
            resource.pop(member, None)
        name = resource.get("name")
        plain = name if isinstance(name, str) and _PLAIN.fullmatch(name) else f"table-{place + 1}"
        resource |= {
            "type": "table",
            "path": f"data/{plain}.parquet",
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
        }
        _plain_schema(resource.get("schema"))
    return final


def _plain_schema(schema: object) -> None:
    if not isinstance(schema, dict):
        return
    schema.pop("fieldsMatch", None)
    fields = schema.get("fields")
    for entry in fields if isinstance(fields, list) else []:
        if isinstance(entry, dict):
            for member in _OF_FIELDS:
                entry.pop(member, None)
