"""The codebook of a dataset: what was declared, and what older editions of it declared.

A variable that a codebook no longer names was withdrawn; its row stays and says since when.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from muniment import models
from muniment.programme import Bundle, information
from muniment.queries import catalogue, editions

from . import cubes, listed


@dataclass(frozen=True, slots=True)
class Variable:
    """One row: `text` is the codebook's own entry; `since` the list edition that dropped it."""

    table: str
    text: Mapping[str, Any]
    since: str = ""
    since_on: date | None = None


@dataclass(frozen=True, slots=True)
class Codebook:
    """Everything declared about a dataset's variables. `units` is table to what a row is."""

    title: str
    slug: str
    status: str
    edition: str
    published_on: date
    note: str
    units: Mapping[str, str]
    variables: tuple[Variable, ...]
    cube: cubes.Cube | None


def find_codebook(slug: str) -> Codebook | None:
    """The codebook in force; None for a dataset that is not on the list or has none."""
    active = catalogue.find_active()
    if active is None:
        return None
    bundle = editions.active_bundle(active)
    try:
        entry = information.get_dataset(bundle, slug)
    except information.UnknownDataset:
        return None
    if "codebook" not in entry:
        return None
    book, named = bundle["codebooks"][entry["codebook"]], bundle["information_list"]
    kept = [Variable(table, text) for (table, _), text in _declared(bundle, slug).items()]
    published = cubes.find_published(slug, programme=active)
    return Codebook(
        entry["title"],
        slug,
        entry["status"],
        named["edition"],
        date.fromisoformat(named["published_on"]),
        book.get("note", ""),
        {table["name"]: table["unit"] for table in book["tables"]},
        (*kept, *_withdrawn(active, slug)),
        published.cube if published else None,
    )


def _withdrawn(active: models.Programme, slug: str) -> Iterator[Variable]:
    """What an older edition declared and none since does, newest first."""
    history = listed.list_bundles(active)
    seen = set(_declared(editions.active_bundle(active), slug))
    for newer, older in pairwise(history):
        for place, text in _declared(older, slug).items():
            if place not in seen:
                seen.add(place)
                dropped = newer["information_list"]
                day = date.fromisoformat(dropped["published_on"])
                yield Variable(place[0], text, dropped["edition"], day)


def _declared(bundle: Bundle, slug: str) -> dict[tuple[str, str], Mapping[str, Any]]:
    """(table, variable) to its entry; empty where that edition did not list the dataset."""
    try:
        tables = information.variables(bundle, slug)
    except information.UnknownDataset:
        return {}
    return {
        (table, name): text for table, inside in tables.items() for name, text in inside.items()
    }
