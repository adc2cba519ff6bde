"""What to take out of which source for each table: the shape of a loading order, frozen."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from muniment.dataplane.loading.paths import Path as JsonPath


class Kind(StrEnum):
    """What a source is written in."""

    CSV = "csv"
    PARQUET = "parquet"
    EXCEL = "xlsx"
    SAS = "sas7bdat"
    SAS_TRANSPORT = "xpt"
    STATA = "dta"
    SPSS = "sav"
    POSTGRESQL = "postgresql"
    JSON = "json"
    JSON_LINES = "ndjson"


# What file names end in, and what such a file is written in.
ENDINGS = {
    "csv": Kind.CSV, "tsv": Kind.CSV, "txt": Kind.CSV, "parquet": Kind.PARQUET,
    "xlsx": Kind.EXCEL, "xlsm": Kind.EXCEL, "xls": Kind.EXCEL, "ods": Kind.EXCEL,
    "sas7bdat": Kind.SAS, "xpt": Kind.SAS_TRANSPORT, "dta": Kind.STATA, "sav": Kind.SPSS,
    "zsav": Kind.SPSS, "json": Kind.JSON, "ndjson": Kind.JSON_LINES, "jsonl": Kind.JSON_LINES,
}  # fmt: skip


class Match(StrEnum):
    """How the file's columns must meet those asked for (Table Schema, `fieldsMatch`)."""

    EXACT = "exact"
    EQUAL = "equal"
    SUBSET = "subset"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The members of the standard's Table Dialect that we read. Rows count from 1."""

    delimiter: str = ","
    quote: str = '"'
    double_quote: bool = True
    escape: str | None = None
    skip_space: bool = False
    header: bool = True
    header_row: int = 1
    comment: str | None = None
    sheet: str | int = 1


@dataclass(frozen=True, slots=True)
class Take:
    """Where a field's cells come from: a column, a path into JSON, a count of rows, or a constant.

    `date` is a strptime pattern; `codes` replace whole cells; `decimal` and `group` are signs.
    """

    column: str | None = None
    path: JsonPath | None = None
    row_number: bool = False
    constant: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    date: str | None = None
    decimal: str = "."
    group: str = ""
    trim: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Which rows a JSON document holds: resources of a type or elements of `each`, then those of
    `for_each` inside, kept where `where` holds. After SQL on FHIR v2, ViewDefinition."""

    resource: str | None = None
    each: JsonPath | None = None
    for_each: JsonPath | None = None
    where: tuple[JsonPath, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One table. `files` are names or patterns under the sources, or a table of a database."""

    name: str
    path: str
    files: tuple[str, ...]
    kind: Kind | None
    encoding: str | None
    dialect: Dialect
    match: Match
    takes: Mapping[str, Take] = field(hash=False)
    kinds: Mapping[str, str] = field(hash=False)
    direct: frozenset[str] = frozenset()
    view: View | None = None

    def columns(self) -> list[str]:
        """The source columns it reads, in the order of its fields, each once."""
        listed = [take.column for take in self.takes.values() if take.column is not None]
        return list(dict.fromkeys(listed))


Labels = Mapping[str, tuple[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """All tables, and the descriptor they will have: ours, with one Parquet file a table."""

    document: dict[str, Any]
    tables: tuple[Wanted, ...]

    def with_labels(self, labels: Mapping[str, Labels]) -> "Asked":
        """Titles and value labels that a source carries, where the descriptor has none."""
        document = copy.deepcopy(self.document)
        for resource in document["resources"]:
            for entry in resource["schema"]["fields"]:
                title, values = labels.get(resource["name"], {}).get(entry["name"], ("", {}))
                if title and "title" not in entry:
                    entry["title"] = title
                coded = "enum" in entry.get("constraints", {}) or "categories" in entry
                if values and not coded and entry["type"] in ("string", "integer"):
                    whole = entry["type"] == "integer"
                    entry["categories"] = [
                        {"value": int(code) if whole else code, "label": label}
                        for code, label in values.items()
                    ]
        return replace(self, document=document)

    def final_document(self) -> dict[str, Any]:
        """Cells have their types now: no text means missing any more, and none means true."""
        document = copy.deepcopy(self.document)
        for resource in document["resources"]:
            resource["schema"]["missingValues"] = []
            for entry in resource["schema"]["fields"]:
                for member in ("trueValues", "falseValues"):
                    entry.pop(member, None)
        return document
