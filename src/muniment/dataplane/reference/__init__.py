"""Dated reference tables that ship with the program, each with its source and its hash.

A table's hash goes into the terms of a release: which census decided a ZIP code is part of what
was approved.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

LARGEST_SMALL_AREA = 20_000


@dataclass(frozen=True, slots=True)
class Zip3:
    """Three-digit ZIP areas of one census.

    `restricted` holds 20,000 people or fewer (45 CFR 164.514(b)(2)(i)(B)). `known` is every area
    of that census, or None where only the restricted list was published.
    """

    year: str
    restricted: frozenset[str]
    known: frozenset[str] | None


@cache
def zip3_years() -> tuple[str, ...]:
    """The censuses there are tables for, oldest first."""
    names = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(n[5:-5] for n in names if n.startswith("zip3_") and n.endswith(".json")))


@cache
def zip3(year: str) -> Zip3:
    """The table of one census; raises `KeyError` for a year without one."""
    document = json.loads(_bytes(year))
    known = document["population"]
    return Zip3(
        year=year,
        restricted=frozenset(document["restricted"]),
        known=None if known is None else frozenset(known),
    )


def zip3_hash(year: str) -> str:
    """`sha256:<hex>` over the table's file."""
    return "sha256:" + hashlib.sha256(_bytes(year)).hexdigest()


def _bytes(year: str) -> bytes:
    if year not in zip3_years():
        raise KeyError(year)
    return resources.files(__package__).joinpath(f"zip3_{year}.json").read_bytes()
