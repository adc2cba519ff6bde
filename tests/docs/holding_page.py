"""`docs/reference/holding.md`: the descriptor of a holding, from its JSON Schema and its reader."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

from muniment.dataplane.spec import values
from tests.docs import markdown, schema

INTRO = """\
A *holding* is a folder with `datapackage.json` and data files, CSV or Parquet. The descriptor is a
[Data Package](https://datapackage.org) of version 2, so that other programs read it too. What the
standard has no word for stands in a member `muniment` of the package, of each resource and of each
field. Check a folder with `muniment holding check DIR`; it names every fault with table, row and
column."""

EXAMPLE: dict[str, Any] = {
    "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
    "name": "visits",
    "title": "Clinic visits",
    "muniment": {
        "descriptor": 1,
        "holding": "visits",
        "edition": "2026.1",
        "unit": "person",
        "base_table": "people",
        "years": [2024, 2026],
    },
    "resources": [
        {
            "name": "people",
            "path": "people.csv",
            "muniment": {"unit": "person", "person_key": "id"},
            "schema": {
                "primaryKey": ["id"],
                "fields": [
                    {
                        "name": "id",
                        "type": "string",
                        "muniment": {"class": "direct", "release": {"method": "pseudonym"}},
                    },
                    {
                        "name": "age",
                        "type": "integer",
                        "muniment": {
                            "class": "quasi",
                            "release": {"method": "top90"},
                            "banded": [[None, 17], [18, 64], [65, None]],
                        },
                    },
                    {
                        "name": "enrolled",
                        "type": "date",
                        "muniment": {"class": "quasi", "release": {"method": "year"}},
                    },
                ],
            },
        },
        {
            "name": "visits",
            "path": "visits.csv",
            "muniment": {"unit": "visit", "person_key": "id"},
            "schema": {
                "fields": [
                    {
                        "name": "id",
                        "type": "string",
                        "muniment": {"class": "direct", "release": {"method": "pseudonym"}},
                    },
                    {
                        "name": "on",
                        "type": "date",
                        "muniment": {
                            "class": "quasi",
                            "release": {"method": "days_from", "anchor": "people.enrolled"},
                        },
                    },
                    {
                        "name": "ward",
                        "type": "string",
                        "constraints": {"enum": ["day", "night"]},
                        "muniment": {"class": "sensitive", "release": {"method": "keep"}},
                    },
                ],
                "foreignKeys": [
                    {"fields": ["id"], "reference": {"resource": "people", "fields": ["id"]}}
                ],
            },
        },
    ],
}

SILENT = {
    "descriptor": "The version of this form.",
    "release": "What a release does to the column.",
}
CLASSES = [
    ("direct", "names somebody: a record number, a name, an address. It leaves as a pseudonym or "
     "not at all, and nobody may ask a count about it."),
    ("quasi", "points at somebody together with others: age, sex, dates, places. On the base table "
     "it counts for k."),
    ("sensitive", "what a person would not want known: a diagnosis, a treatment, a score."),
    ("none", "none of these."),
]  # fmt: skip
AFTER_CLASSES = """\
A field without a class is kept out of everything: it cannot be asked for, counted or released. That
is the safe side for a column that somebody added and nobody looked at."""

FILES = """\
## Files

UTF-8 without a byte order mark, one header line with exactly the declared names, commas, double
quotes. One file a table, inside the folder, no links. Types: {types}, in their default formats.
Only the values under `missingValues` are missing (the standard's default: the empty cell). `enum`
or `categories` are the codes of a column; a variable needs codes or bands before anyone can group
by it.

The first table to look at is `base_table`: its `person_key` (else its `primaryKey` of one column)
tells the units apart, and a release needs one row for each. Other tables belong to it by a foreign
key, or by the person key both have."""


def page() -> str:
    """The whole page."""
    defs = document()["$defs"]
    classes = [(markdown.code(name), says) for name, says in CLASSES]
    types = markdown.codes(kind.value for kind in values.FieldType)
    return markdown.page(
        "# Holding",
        INTRO,
        "## Example",
        markdown.fenced(markdown.pretty(EXAMPLE), "json"),
        FILES.replace("{types}", types),
        "## The package's `muniment`",
        schema.members(defs["package"], defs, SILENT),
        "## A resource's `muniment`",
        schema.members(defs["resource"], defs),
        "## A field's `muniment`",
        schema.members(defs["field"], defs, SILENT),
        "## Classes",
        markdown.table(("class", "a column that"), classes),
        AFTER_CLASSES,
        "## release",
        "One method, and what it needs. [Release methods](methods.md) says what each does.",
        markdown.table(("method", "also needed"), _methods(defs)),
        "The JSON Schema ships with the package as "
        "`muniment/dataplane/spec/schemas/holding.schema.json`.",
    )


def document() -> dict[str, Any]:
    """The JSON Schema as it ships."""
    folder = resources.files("muniment.dataplane.spec") / "schemas"
    loaded: dict[str, Any] = json.loads(
        (folder / "holding.schema.json").read_text(encoding="utf-8")
    )
    return loaded


def _methods(defs: schema.Schema) -> Iterator[tuple[str, str]]:
    for variant in schema.variants(defs["release"]):
        listed = variant["properties"]
        needs = "; ".join(
            f"{markdown.code(name)}: {schema.form(each, defs)}"
            + (f". {each['description']}" if "description" in each else "")
            for name, each in listed.items()
            if name != "method"
        )
        yield markdown.codes(listed["method"]["enum"]), needs or "nothing"
