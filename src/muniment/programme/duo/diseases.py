"""Which disease is a kind of which, as far as the shipped table knows."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def labels() -> Mapping[str, str]:
    """Identifier -> label of every disease in the table."""
    return {row["id"]: row["label"] for row in _rows()}


@cache
def ancestors(disease: str) -> frozenset[str]:
    """Every broader disease the table names; empty for a disease it does not have."""
    found: set[str] = set()
    waiting = [disease]
    while waiting:
        for parent in _parents().get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return frozenset(found)


def is_kind_of(disease: str, broader: str) -> bool | None:
    """Whether one disease is the other or a kind of it; None where the table cannot tell."""
    if disease == broader or broader in ancestors(disease):
        return True
    known = labels()
    return False if disease in known and broader in known else None


@cache
def _parents() -> Mapping[str, tuple[str, ...]]:
    return {row["id"]: tuple(row["parents"].split()) for row in _rows()}


def _rows() -> list[dict[str, str]]:
    source = resources.files(__package__) / "diseases.csv"
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
