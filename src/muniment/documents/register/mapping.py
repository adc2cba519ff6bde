"""The mapping file: which column of a register is which field of a request.

Its JSON Schema is published beside this module. The words that outcome, stage and track may mean
are the rulebook's, so they are checked here and not written down twice.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from muniment.rulebook import words

from .faults import Fault, Faulty

OUTCOMES = {
    "approved": words.Stage.CLOSED,
    "denied": words.Stage.DENIED,
    "withdrawn": words.Stage.WITHDRAWN,
    "lapsed": words.Stage.LAPSED,
    "not_available": words.Stage.NOT_AVAILABLE,
    "redirected": words.Stage.REDIRECTED,
}
"""How an earlier request ended, and the end of the line that this is here."""
FROM_PAPER = (
    words.Stage.SUBMITTED,
    words.Stage.AVAILABILITY,
    words.Stage.POLICY,
    words.Stage.IN_REVIEW,
    words.Stage.DETERMINATION,
    words.Stage.AGREEMENT,
)
"""Where a request that runs on paper may stand when it is brought in."""
TRACKS = (words.Track.INTERNAL, words.Track.EXPEDITED, words.Track.FULL)
MEANINGS = {
    "outcome": frozenset(OUTCOMES),
    "stage": frozenset(stage.value for stage in FROM_PAPER),
    "track": frozenset(track.value for track in TRACKS),
}
LIVE_NEEDS = ("applicant", "email", "received_on", "stage", "documents")
HISTORY_NEEDS = ("outcome",)


@dataclass(frozen=True, slots=True)
class Take:
    """Where a field's text comes from: `codes` and `always` for coded fields, `dates` for days."""

    columns: tuple[str, ...] = ()
    shorten: bool = False
    dates: tuple[str, ...] = ()
    codes: Mapping[str, str] | None = None
    always: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping, read: its register's name, the file's layout, and each field's columns."""

    source: str
    layout: Layout
    empty: frozenset[str]
    earliest_on: date
    takes: Mapping[str, Take]


def schema() -> dict[str, Any]:
    """The published JSON Schema of a mapping file."""
    source = resources.files("muniment.documents.register") / "mapping.schema.json"
    loaded: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return loaded


def parse(data: Any, *, live: bool) -> Columns:
    """A mapping as data; raises Faulty with everything that is wrong with it."""
    found = [
        Fault(0, "/".join(map(str, error.absolute_path)), "mapping-invalid", error.message)
        for error in _validator().iter_errors(data)
    ]
    if found:
        raise Faulty(found)
    found = list(_meaningless(data["columns"], live=live))
    if found:
        raise Faulty(found)
    takes = {name: _take(value) for name, value in data["columns"].items()}
    return Columns(
        data["source"],
        Layout(**data.get("table", {})),
        frozenset(data.get("empty", ())),
        date.fromisoformat(data.get("earliest_on", "1970-01-01")),
        takes,
    )


def _take(value: Any) -> Take:
    if isinstance(value, str):
        return Take((value,))
    columns = value.get("columns") or ([value["column"]] if "column" in value else [])
    return Take(
        tuple(columns),
        value.get("shorten", False),
        tuple(value.get("dates", ())),
        value.get("codes"),
        value.get("always", ""),
    )


def _meaningless(columns: Mapping[str, Any], *, live: bool) -> Iterator[Fault]:
    """Words that the rulebook does not have, and fields that this kind of import cannot miss."""
    for name, known in MEANINGS.items():
        said = columns.get(name, {})
        meant = list(said.get("codes", {}).values()) or [said["always"]] if said else []
        for word in meant:
            if word not in known:
                listed = ", ".join(sorted(known))
                message = f"“{word}” is no {name}; use one of: {listed}."
                yield Fault(0, f"columns/{name}", "word-unknown", message)
    for name in LIVE_NEEDS if live else HISTORY_NEEDS:
        if name not in columns:
            yield Fault(0, "columns", "field-missing", f"Say which column is “{name}”.")


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(schema(), format_checker=FormatChecker(formats=["date"]))
