"""The texts of one column, held for a reader: of the rows a part would release, and no others."""

import datetime
import json
import os
from collections.abc import Sequence
from pathlib import Path

from muniment.dataplane import plan, refusals
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.engines import duckdb as engine
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
    asking = [part for part in parts if _asks(part, field)]
    for part in asking:
        folder, source = places[part.holding, part.edition]
        table = next(t.name for t in part.tables if field.startswith(f"{t.name}."))
        name = field.removeprefix(f"{table}.")
        if source.get_table(table).get_field(name).type is not FieldType.STRING:
            raise refusals.refused("not-text", f"{field} holds no text to be read.", field=field)
        found += _texts(part, source, folder, (table, name), now)
    if not asking:
        message = f"No part of the specification asks for the rows of {field}."
        raise refusals.refused("not-asked", message, field=field)
    return review.hold(found, field=field)


def write(held: dict[str, object], out: Path) -> dict[str, object]:
    """Write a review file for its owner only; how many texts and findings are in it.

    Raises `Refused` (target-exists, cannot-write).
    """
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = f"{out} already exists; a review is never written over."
        raise refusals.refused("target-exists", message) from None
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror or error}."
        raise refusals.refused("cannot-write", message) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(held, file, ensure_ascii=False, indent=1)
    texts = held["texts"]
    assert isinstance(texts, list)
    return {
        "texts": len(texts),
        "with_findings": sum(bool(text["findings"]) for text in texts),
        "findings": sum(len(text["findings"]) for text in texts),
    }


def _asks(part: specification.Part, field: str) -> bool:
    named = {f"{table.name}.{each.name}" for table in part.tables for each in table.variables}
    return part.level is specification.Level.RECORD and field in named


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
