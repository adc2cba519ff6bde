"""The texts of one column, held for a reader: of the rows a part would release, and no others."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

from muniment.dataplane import plan, refusals
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract import whole
from muniment.dataplane.freetext import review
from muniment.dataplane.spec import faults, holding, specification
from muniment.dataplane.spec.values import FieldType


def of(
    parts: Sequence[specification.Part],
    places: plan.Sources,
    *,
    field: str,
    now: datetime.datetime,
) -> dict[str, object]:
    """The review file of `field` (table.field) over these parts.

    Raises `Refused` (not-asked) where no part asks for it at record level, (not-text) where it
    holds no text, and for a holding that cannot be read.
    """
    found: list[str] = []
    is_asked = False
    for part in parts:
        column = _column(part, field)
        if column is None:
            continue
        is_asked = True
        folder, source = places[part.holding, part.edition]
        declared = source.get_table(column[0]).find_field(column[1])  # None where it is derived
        if declared is None or declared.type is not FieldType.STRING:
            raise refusals.refused("not-text", f"{field} holds no text to be read.", field=field)
        found += _texts(part, source, folder, column, now)
    if not is_asked:
        message = f"No part of the specification asks for the rows of {field}."
        raise refusals.refused("not-asked", message, field=field)
    return review.hold(found, field=field)


def write(held: dict[str, object], out: Path) -> dict[str, object]:
    """Write a review file for its owner only; how many texts and findings are in it.

    Raises `Refused` (target-exists, cannot-write).
    """
    if out.exists():
        message = f"{out} already exists; a review is never written over."
        raise refusals.refused("target-exists", message)
    try:
        whole.write(json.dumps(held, ensure_ascii=False, indent=1).encode(), out)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror or error}."
        raise refusals.refused("cannot-write", message) from None
    texts = held["texts"]
    assert isinstance(texts, list)
    return {
        "texts": len(texts),
        "with_findings": sum(bool(text["findings"]) for text in texts),
        "findings": sum(len(text["findings"]) for text in texts),
    }


def _column(part: specification.Part, field: str) -> tuple[str, str] | None:
    """Table and name of `field`, where the part asks for its rows; names may hold dots."""
    if part.level is not specification.Level.RECORD:
        return None
    asked = ((table.name, each.name) for table in part.tables for each in table.variables)
    return next((pair for pair in asked if ".".join(pair) == field), None)


def _texts(
    part: specification.Part,
    source: holding.Holding,
    folder: Path,
    column: tuple[str, str],
    now: datetime.datetime,
) -> list[str]:
    table, name = column
    rows = questions.rows(part, holding=source, table=table, columns=[name], as_of=now)
    value = nodes.column("r", name)
    once = nodes.select([value], source=nodes.derived(rows, "r"), group_by=[value.copy()])
    try:
        with engine.open(source, folder=folder) as connection:
            answered = engine.answer(connection, once)
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None
    return [text for (text,) in answered if isinstance(text, str)]
